"""The verbs of policies: a change of what is promised is a new version, never an edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sla import editing
from sla.models import Metric, Policy, PolicyRule, PolicyVersion
from sla.proposals import PolicyTerms, TargetTerms
from tickets import clock
from tickets.states import Status

Hours = Mapping[int, tuple[int, int]]

SEED_KEY, SEED_NAME = "seed", "Standard"
METRICS = (Metric.FIRST_RESPONSE.value, Metric.RESOLUTION.value)
HOUR = 3600  # seconds
WARN_PERCENT = 75  # of the time that a promise allows
# What the shipped policy says beside its hours.
NO_TERMS = PolicyTerms(
    targets=(),
    pause_statuses=(Status.PENDING.value,),
    pausable=tuple(sorted((Metric.RESOLUTION.value, Metric.NEXT_RESPONSE.value))),
    reopen=PolicyVersion.Reopen.RESUME.value,
    retarget=PolicyVersion.Retarget.NO_RETROACTIVE.value,
    warn_percent=WARN_PERCENT,
)


class NotInHours(Exception):
    """The shipped policy cannot be said in whole hours; the text says why."""


@transaction.atomic
def load_policy(levels: Hours) -> str:
    """Make the policy that is shipped promise these hours, and say in one sentence what changed.

    `levels` has the hours (elapsed, around the clock) of first response and resolution by
    level. The same hours again change nothing; other ones make a new version, which tickets
    get that are filed from now on. Its rule, that it is for every ticket, is only made once.
    """
    policy, is_new = Policy.objects.get_or_create(key=SEED_KEY, defaults={"name": SEED_NAME})
    Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    newest = editing.newest(policy)
    terms = editing.terms_in_force(newest) if newest else NO_TERMS
    wanted = _with_hours(terms, levels)
    if newest is not None and wanted == terms:
        return _("SLA policy “%(policy)s”: unchanged") % {"policy": policy}
    version = editing.write_policy(policy, number=newest.number + 1 if newest else 1, terms=wanted)
    if is_new:
        PolicyRule.objects.create(policy=policy)
    return _("SLA policy “%(policy)s”: version %(number)d") % {
        "policy": policy,
        "number": version.number,
    }


def shipped_hours() -> dict[int, tuple[int, int]]:
    """Return the hours to first response and to resolution by level, as `load_policy` takes them.

    They are those of the newest version of the shipped policy. Raises `NotInHours` where there
    is none, or where it promises something that is no whole number of hours.
    """
    newest = PolicyVersion.objects.filter(policy__key=SEED_KEY).order_by("-number").first()
    if newest is None:
        raise NotInHours(_("there is no policy yet; load a catalog first"))
    terms = editing.terms_in_force(newest)
    if any(target.seconds % HOUR for target in terms.targets):
        raise NotInHours(_("a target of “%(version)s” is no whole hour") % {"version": newest})
    if unsaid := _unsaid(terms):
        raise NotInHours(
            _("“%(version)s” says more than hours (%(what)s), which a file cannot")
            % {"version": newest, "what": ", ".join(unsaid)}
        )
    seconds = {(target.level, target.metric): target.seconds for target in terms.targets}
    first_response, resolution = METRICS
    return {
        level: (seconds[level, first_response] // HOUR, seconds[level, resolution] // HOUR)
        for level, metric in seconds
        if metric == first_response
    }


def add_rule(rule: PolicyRule) -> None:
    """Let a new rule count for the tickets that are filed from now on."""
    rule.starts_at = clock.now()
    rule.save(force_insert=True)


def end_rules(rules: QuerySet[PolicyRule]) -> int:
    """Let these rules count for no ticket that is filed from now on; say how many ended."""
    return rules.filter(ends_at=None).update(ends_at=clock.now())


def _with_hours(terms: PolicyTerms, levels: Hours) -> PolicyTerms:
    """Put these hours into terms; what a file says nothing of (calendars, steps) stays."""
    calendars = {(target.level, target.metric): target.calendar for target in terms.targets}
    loaded = {
        TargetTerms(level, metric, hours * HOUR, calendars.get((level, metric)))
        for level, pair in levels.items()
        for metric, hours in zip(METRICS, pair, strict=True)
    }
    others = {target for target in terms.targets if target.metric not in METRICS}
    return replace(terms, targets=tuple(sorted(loaded | others)))


def _unsaid(terms: PolicyTerms) -> list[str]:
    """Name what terms say that a catalog file has no words for."""
    pairs = {(target.level, target.metric) for target in terms.targets}
    levels = {level for level, _metric in pairs}
    everywhere = {(level, metric) for level in levels for metric in METRICS}
    plain = replace(NO_TERMS, targets=terms.targets, steps=terms.steps)
    return [
        str(name)
        for name, is_there in (
            (_("calendars"), any(target.calendar for target in terms.targets)),
            (_("a next response"), any(metric not in METRICS for _level, metric in pairs)),
            (_("a level without one of its promises"), everywhere - pairs),
            (_("pauses, changes or warnings of its own"), plain != terms),
            (_("escalation steps"), terms.steps),
        )
        if is_there
    ]
