"""The book of policies: their rows as the engine's values, kept in memory until they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Value

from sla.engine import Policy as Promises
from sla.engine import Rule, Target
from sla.models import PolicyRule, PolicyVersion
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
    """Every version and rule that ever counted; versions by policy, the oldest first."""

    versions: Mapping[int, tuple[PolicyVersion, ...]]
    promises: Mapping[Key, Promises]
    rules: tuple[PolicyRule, ...]

    def terms(self, at: datetime) -> Terms:
        """Return what a ticket is promised that is filed at `at` (UTC), whenever that is asked.

        A ticket that is older than a policy (brought over from elsewhere) gets its first version.
        """
        return Terms(
            self.promises,
            tuple(
                Rule(_match(rule), self._version(rule.policy_id, at=at).pk)
                for rule in self.rules
                if rule.policy_id in self.versions and _counts(rule, at=at)
            ),
        )

    def _version(self, policy_id: int, *, at: datetime) -> PolicyVersion:
        oldest, *later = self.versions[policy_id]
        return max(
            (version for version in later if version.created_at <= at),
            key=lambda version: version.number,
            default=oldest,
        )


def book() -> Book:
    """Return the book as the database has it: one query while nothing changed."""
    global _kept
    mark, kept = _mark(), _kept
    if kept is None or kept[0] != mark:
        kept = _kept = mark, _read()
    return kept[1]


def _mark() -> Mark:
    """Return what changes whenever the book does: versions and rules are added, rules end."""
    never = Value(None, output_field=DateTimeField())
    versions = PolicyVersion.objects.order_by().values_list(Value("version"), "pk", never)
    rules = PolicyRule.objects.order_by().values_list(Value("rule"), "pk", "ends_at")
    return frozenset(versions.union(rules, all=True))


def _read() -> Book:
    versions: dict[int, list[PolicyVersion]] = defaultdict(list)
    promises: dict[Key, Promises] = {}
    targets = _targets()
    for version in PolicyVersion.objects.order_by("number"):
        versions[version.policy_id].append(version)
        promises[version.pk] = _promises(version, targets=targets[version.pk])
    return Book(
        versions={policy: tuple(found) for policy, found in versions.items()},
        promises=promises,
        rules=tuple(PolicyRule.objects.order_by("position", "id")),
    )


def _targets() -> Mapping[int, dict[tuple[int, str], Target]]:
    targets: dict[int, dict[tuple[int, str], Target]] = defaultdict(dict)
    for row in TargetRow.objects.order_by():
        targets[row.version_id][row.level_id, row.metric] = Target(row.seconds)
    return targets


def _promises(version: PolicyVersion, *, targets: Mapping[tuple[int, str], Target]) -> Promises:
    return Promises(
        key=version.pk,
        targets=targets,
        pause_statuses=frozenset(version.pause_statuses),
        pausable=frozenset(version.pausable),
        reopen=version.reopen,
        retarget=version.retarget,
        warn_pct=version.warn_percent,
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
