"""The verbs of policies: a change of what is promised is a new version, never an edit."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sla.models import Metric, Policy, PolicyRule, PolicyVersion, Target
from tickets import clock
from tickets.states import Status

Hours = Mapping[int, tuple[int, int]]

SEED_KEY, SEED_NAME = "seed", "Standard"
METRICS = (Metric.FIRST_RESPONSE.value, Metric.RESOLUTION.value)
HOUR = 3600  # seconds
WARN_PERCENT = 75  # of the time that a promise allows


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
    newest = policy.versions.order_by("-number").first()
    if newest is not None and _seconds_of(newest) == _seconds(levels):
        return _("SLA policy “%(policy)s”: unchanged") % {"policy": policy}
    version = _write(policy, number=newest.number + 1 if newest else 1, levels=levels)
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
    seconds = _seconds_of(newest)
    if any(length % HOUR for length in seconds.values()):
        raise NotInHours(_("a target of “%(version)s” is no whole hour") % {"version": newest})
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


def _write(policy: Policy, *, number: int, levels: Hours) -> PolicyVersion:
    version = PolicyVersion.objects.create(
        policy=policy,
        number=number,
        created_at=clock.now(),
        pause_statuses=[Status.PENDING],
        pausable=[Metric.RESOLUTION, Metric.NEXT_RESPONSE],
        reopen=PolicyVersion.Reopen.RESUME,
        retarget=PolicyVersion.Retarget.NO_RETROACTIVE,
        warn_percent=WARN_PERCENT,
    )
    Target.objects.bulk_create(
        Target(version=version, level_id=level, metric=metric, seconds=seconds)
        for (level, metric), seconds in _seconds(levels).items()
    )
    return version


def _seconds(levels: Hours) -> dict[tuple[int, str], int]:
    return {
        (level, metric): hours * HOUR
        for level, pair in levels.items()
        for metric, hours in zip(METRICS, pair, strict=True)
    }


def _seconds_of(version: PolicyVersion) -> dict[tuple[int, str], int]:
    return {(target.level_id, target.metric): target.seconds for target in version.targets.all()}
