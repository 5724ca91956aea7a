"""The verbs of editing: what is promised from now on is a new version, somebody's, for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from sla.hours import newest_hours
from sla.models import (
    Calendar,
    CalendarVersion,
    EscalationStep,
    Policy,
    PolicyVersion,
    Target,
)
from sla.opening import calendar_of, check_used_up
from sla.proposals import PolicyTerms, StepTerms, TargetTerms
from tickets import clock


class Overtaken(Exception):
    """Somebody saved another version since this one was begun; `version` is theirs."""

    def __init__(self, version: PolicyVersion | CalendarVersion) -> None:
        super().__init__(
            _("%(who)s saved “%(version)s” meanwhile.")
            % {"who": version.created_by or _("Somebody"), "version": version}
        )
        self.version = version


class NameTaken(Exception):
    """There is a calendar of this name already, maybe of the same form that was sent twice."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("There is a calendar “%(name)s” already; choose another name.") % {"name": name}
        )


def newest(edited: Policy | Calendar) -> Any:
    """Return the version in force from now on; None where there is none yet."""
    return edited.versions.select_related("created_by").order_by("-number").first()


def terms_in_force(version: PolicyVersion) -> PolicyTerms:
    """Read a version's rows as the value that is edited."""
    return PolicyTerms(
        targets=tuple(
            sorted(
                TargetTerms(each.level_id, each.metric, each.seconds, each.calendar_id)
                for each in version.targets.all()
            )
        ),
        pause_statuses=tuple(sorted(version.pause_statuses)),
        pausable=tuple(sorted(version.pausable)),
        reopen=version.reopen,
        retarget=version.retarget,
        warn_percent=version.warn_percent,
        steps=tuple(
            StepTerms(
                minutes=step.minutes,
                audience=step.audience,
                level=step.level_id,
                metric=step.metric,
                person=step.person_id,
            )
            for step in version.steps.all()
        ),
    )


@transaction.atomic
def save_policy(
    policy: Policy, *, terms: PolicyTerms, base: int | None, by: User, comment: str
) -> PolicyVersion:
    """Make these terms the policy's next version, for the tickets that are filed from now on.

    `base` is the version that they were written over. Raises `Overtaken` where it is not the
    newest one any more, and `BeyondHorizon` where hours that became few never use a target up.
    """
    Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    number = _next_number(policy, base=base)
    version = write_policy(policy, number=number, terms=terms, by=by, comment=comment)
    log(policy, by=by, words=_saved(version, comment))
    return version


@transaction.atomic
def save_calendar(
    calendar: Calendar, *, said: Mapping[str, Any], base: int | None, by: User, comment: str
) -> CalendarVersion:
    """Make these hours the calendar's next version. Raises what `save_policy` does."""
    Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    check_hours(calendar, said=said)
    version = CalendarVersion.objects.create(
        calendar=calendar,
        number=_next_number(calendar, base=base),
        zone=said["tz"],
        always_open=said["always_open"],
        weekly=said["weekly"],
        holidays=said["holidays"],
        exceptions=said["exceptions"],
        created_at=clock.now(),
        created_by=by,
        comment=comment,
    )
    log(calendar, by=by, words=_saved(version, comment))
    return version


@transaction.atomic
def add_calendar(name: str, *, said: Mapping[str, Any], by: User, comment: str) -> Calendar:
    """Make a calendar with its first hours, under a key made of its name. Raises `NameTaken`."""
    if there := Calendar.objects.filter(name__iexact=name).first():
        raise NameTaken(there.name)
    base = slugify(name)[:40] or "calendar"
    taken = set(Calendar.objects.filter(key__startswith=base).values_list("key", flat=True))
    keys = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    try:
        with transaction.atomic():
            free = next(key for key in keys if key not in taken)
            calendar = Calendar.objects.create(key=free, name=name)
    except IntegrityError:  # the same form at the same moment
        raise NameTaken(name) from None
    save_calendar(calendar, said=said, base=None, by=by, comment=comment)
    return calendar


def write_policy(
    policy: Policy, *, number: int, terms: PolicyTerms, by: User | None = None, comment: str = ""
) -> PolicyVersion:
    """Write a version and its rows. Raises `BeyondHorizon` for what no ticket could be filed by."""
    _check_targets(terms)
    version = PolicyVersion.objects.create(
        policy=policy,
        number=number,
        pause_statuses=list(terms.pause_statuses),
        pausable=list(terms.pausable),
        reopen=terms.reopen,
        retarget=terms.retarget,
        warn_percent=terms.warn_percent,
        created_at=clock.now(),
        created_by=by,
        comment=comment,
    )
    Target.objects.bulk_create(
        Target(
            version=version,
            level_id=each.level,
            metric=each.metric,
            seconds=each.seconds,
            calendar_id=each.calendar,
        )
        for each in terms.targets
    )
    EscalationStep.objects.bulk_create(
        EscalationStep(
            version=version,
            level_id=step.level,
            metric=step.metric,
            minutes=step.minutes,
            audience=step.audience,
            person_id=step.person,
        )
        for step in terms.steps
    )
    return version


def check_hours(calendar: Calendar, *, said: Mapping[str, Any]) -> None:
    """Refuse hours that never use up what is promised by them; open tickets have old versions, too.

    Raises `BeyondHorizon`.
    """
    longest = Target.objects.filter(calendar=calendar).aggregate(most=Max("seconds"))["most"]
    if longest is not None:
        needed = timedelta(seconds=longest)
        check_used_up(calendar_of(said, key=None), needed, since=clock.now())


def _check_targets(terms: PolicyTerms) -> None:
    """Refuse what its hours never use up, while nobody changes these hours."""
    counted = [each for each in terms.targets if each.calendar is not None]
    calendars = Calendar.objects.filter(pk__in={each.calendar for each in counted}).order_by("pk")
    list(calendars.select_for_update(no_key=True))
    hours, now = newest_hours() if counted else {}, clock.now()
    for each in counted:
        if each.calendar is not None:
            check_used_up(hours[each.calendar], timedelta(seconds=each.seconds), since=now)


def log(edited: Policy | Calendar, *, by: User, words: str) -> None:
    """Leave in the desk's history who did what to it."""
    rows = type(edited)._default_manager.filter(pk=edited.pk)
    LogEntry.objects.log_actions(by.pk, rows, CHANGE, words)


def _next_number(edited: Policy | Calendar, *, base: int | None) -> int:
    in_force = newest(edited)
    if in_force is not None and in_force.pk != base:
        raise Overtaken(in_force)
    return in_force.number + 1 if in_force else 1


def _saved(version: PolicyVersion | CalendarVersion, comment: str) -> str:
    words = _("Version %(number)d saved.") % {"number": version.number}
    return f"{words} {comment}".strip()
