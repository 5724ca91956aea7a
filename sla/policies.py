"""The book of policies: their rows as the engine's values, kept in memory until they change."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import DateTimeField, Value

from sla.engine import ALWAYS_OPEN, Rule, Target
from sla.engine import Calendar as OpenTime
from sla.engine import Policy as Promises
from sla.hours import value_of
from sla.models import CalendarVersion, PolicyRule, PolicyVersion
from sla.models import Target as TargetRow
from sla.terms import Key

Mark = frozenset[tuple[str, int, datetime | None]]

_kept: tuple[Mark, Book] | None = None


@dataclass(frozen=True)
class Terms:
    """What `engine.fold` asks for: promises by the key of their version, and who gets which."""

    policies: Mapping[Key, Promises]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Book:
    """Every version, rule and calendar that ever counted; versions the oldest first.

    `hours` has the calendars' versions as the engine's values, by their id. `turns` are the
    instants at which anything in it begins or ceases to count: between two of them all is the same.
    """

    versions: Mapping[int, tuple[PolicyVersion, ...]]
    targets: Mapping[int, Sequence[TargetRow]]
    rules: tuple[PolicyRule, ...]
    calendars: Mapping[int, tuple[CalendarVersion, ...]]
    hours: Mapping[Key, OpenTime]
    turns: tuple[datetime, ...]
    _terms: dict[int, Terms] = field(default_factory=dict, repr=False, compare=False)

    def terms(self, at: datetime) -> Terms:
        """Return what a ticket is promised that is filed at `at` (UTC), whenever that is asked.

        A ticket that is older than a policy (brought over from elsewhere) gets its first version.
        """
        stretch = bisect_right(self.turns, at)
        if stretch not in self._terms:
            self._terms[stretch] = Terms(
                {
                    version.pk: self._promises(version, at=at)
                    for versions in self.versions.values()
                    for version in versions
                },
                tuple(self._rules(at)),
            )
        return self._terms[stretch]

    def _rules(self, at: datetime) -> Iterator[Rule]:
        for rule in self.rules:
            if rule.policy_id in self.versions and _counts(rule, at=at):
                version = _newest(self.versions[rule.policy_id], at=at)
                yield Rule(_match(rule), version.pk)

    def _promises(self, version: PolicyVersion, *, at: datetime) -> Promises:
        """Return what a version promises by the opening hours of when both it and the ticket were.

        Hours that are written later do not change what was promised before.
        """
        at = max(at, version.created_at)
        return Promises(
            key=version.pk,
            targets={
                (row.level_id, row.metric): Target(
                    row.seconds, self._open_time(row.calendar_id, at=at)
                )
                for row in self.targets[version.pk]
            },
            pause_statuses=frozenset(version.pause_statuses),
            pausable=frozenset(version.pausable),
            reopen=version.reopen,
            retarget=version.retarget,
            warn_pct=version.warn_percent,
        )

    def _open_time(self, calendar: int | None, *, at: datetime) -> OpenTime:
        if calendar is None:
            return ALWAYS_OPEN
        return self.hours[_newest(self.calendars[calendar], at=at).pk]


def book() -> Book:
    """Return the book as the database has it: one query while nothing changed."""
    global _kept
    mark, kept = _mark(), _kept
    if kept is None or kept[0] != mark:
        kept = _kept = mark, _read()
    return kept[1]


def hours(versions: Iterable[Key]) -> Mapping[Key, OpenTime]:
    """Return calendars' versions as values: no query where these, which never change, are kept."""
    if _kept is not None and _kept[1].hours.keys() >= {*versions}:
        return _kept[1].hours
    return book().hours


def _mark() -> Mark:
    """Return what changes whenever the book does: versions and rules are added, rules end."""
    never = Value(None, output_field=DateTimeField())
    versions = PolicyVersion.objects.order_by().values_list(Value("version"), "pk", never)
    hours = CalendarVersion.objects.order_by().values_list(Value("hours"), "pk", never)
    rules = PolicyRule.objects.order_by().values_list(Value("rule"), "pk", "ends_at")
    return frozenset(rules.union(versions, hours, all=True))


def _read() -> Book:
    versions = list(PolicyVersion.objects.order_by("number"))
    rules = list(PolicyRule.objects.order_by("position", "id"))
    calendars = list(CalendarVersion.objects.order_by("number"))
    targets: dict[int, list[TargetRow]] = defaultdict(list)
    for row in TargetRow.objects.order_by():
        targets[row.version_id].append(row)
    return Book(
        versions=_grouped(versions, by=attrgetter("policy_id")),
        targets=targets,
        rules=tuple(rules),
        calendars=_grouped(calendars, by=attrgetter("calendar_id")),
        hours={version.pk: value_of(version) for version in calendars},
        turns=tuple(
            sorted(
                {version.created_at for version in versions}
                | {version.created_at for version in calendars}
                | {at for rule in rules for at in (rule.starts_at, rule.ends_at) if at}
            )
        ),
    )


def _grouped(rows: Iterable[Any], *, by: Callable[[Any], int]) -> Mapping[int, tuple[Any, ...]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[by(row)].append(row)
    return {key: tuple(group) for key, group in groups.items()}


def _newest(versions: tuple[Any, ...], *, at: datetime) -> Any:
    """Return the version that counted at that time; before there was any, the first."""
    oldest, *later = versions
    return max(
        (version for version in later if version.created_at <= at),
        key=attrgetter("number"),
        default=oldest,
    )


def _counts(rule: PolicyRule, *, at: datetime) -> bool:
    begun = rule.starts_at is None or rule.starts_at <= at
    return begun and (rule.ends_at is None or at < rule.ends_at)


def _match(rule: PolicyRule) -> dict[str, Any]:
    """Name the attributes that the rule states as the `opened` event names them."""
    stated = {
        "organization": rule.organization_id,
        "brand": rule.brand_id,
        "product": rule.product,
        "request_type": rule.request_type_id,
    }
    return {name: value for name, value in stated.items() if value not in (None, "")}
