"""Replay: worked cases, written as JSON, read into the engine's values and answered.

A file holds `cases`, and `defaults` for their policies. A case says its `calendars`, `policies`,
`policy_rules`, `events` and `as_of`. It calls the level `priority`, "L1" to "L4", attributes
`attrs`, and the status pending `pending_customer`; the rest is worded as the engine words it.
An event of a type that no promise hangs on (an assignment, a note, a tag) changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sla import why_json
from sla.calendars import Calendar, Key
from sla.engine import ClockState, Event, Policy, Rule, Target, fold
from sla.opening import NeverOpen, NotACalendar, calendar_of
from sla.terms import FROM_START, METRICS, NEW_CYCLE, NO_RETROACTIVE, RESUME
from sla.why import explain

Json = Mapping[str, Any]

LEVELS = {"L1": 1, "L2": 2, "L3": 3, "L4": 4}
STATUSES = {
    "pending_customer": "pending",
    **{same: same for same in ("new", "open", "on_hold", "solved", "closed")},
}
DEFAULTS: Json = {
    "pause_statuses": ["pending_customer"],
    "pausable": ["resolution", "next_response"],
    "reopen": "resume",
    "retarget": "no_retroactive",
}


class Malformed(Exception):
    """A case or a file that is not written as it must be; the text says where and why."""


@dataclass(frozen=True)
class Case:
    """A case in the engine's values."""

    events: Sequence[Event]
    policies: Mapping[Key, Policy]
    rules: Sequence[Rule]
    as_of: datetime


def replay(file: Json, *, why: bool = False) -> Iterator[dict[str, Any]]:
    """Answer each case of a file: its `id` with its `clocks`, or with an `error`.

    With `why`, the steps that lead to each due time stand beside the clocks, cycle by cycle, and
    beside an error what is refused. A case that cannot be read is answered by saying so, and the
    next ones are read all the same. Raises Malformed where there is no list of cases.
    """
    with reading("the file"):
        cases, defaults = list(file["cases"]), dict(file.get("defaults", {}))
    for said in cases:
        known = said.get("id") if isinstance(said, Mapping) else None
        try:
            answered, reasons = answer(read(said, defaults=defaults), why=why)
        except NeverOpen as refused:
            answered, reasons = {"error": "calendar_never_open"}, str(refused)
        except Malformed as malformed:
            answered, reasons = {"error": f"malformed: {malformed}"}, None
        yield {"id": known, **answered, **({"why": reasons} if why and reasons else {})}


@contextmanager
def reading(place: str) -> Iterator[None]:
    """Say what is wrong with the JSON at `place`, as Malformed."""
    try:
        yield
    except NeverOpen:
        raise
    except KeyError as unknown:
        raise Malformed(f"{place}: {unknown} is missing or unknown") from None
    except (TypeError, ValueError, AttributeError, OverflowError) as wrong:
        raise Malformed(f"{place}: {wrong}") from None


def read(said: Json, *, defaults: Json) -> Case:
    """Read a case. Raises NeverOpen where a calendar is never open, and Malformed."""
    with reading("the case"):
        said["id"]  # must be there, whatever it is
        as_of = _instant(said["as_of"])
    with reading("calendars"):
        calendars = {name: _calendar(name, each) for name, each in said["calendars"].items()}
    with reading("policies"):
        policies: dict[Key, Policy] = {
            key: _policy(key, {**DEFAULTS, **defaults, **each}, calendars=calendars)
            for key, each in said["policies"].items()
        }
    with reading("policy_rules"):
        rules = [Rule(dict(rule["match"]), rule["policy"]) for rule in said["policy_rules"]]
    return Case(list(_events(said, calendars=calendars)), policies, rules, as_of)


def answer(case: Case, *, why: bool) -> tuple[dict[str, Any], Any]:
    """Return the cycles of each metric that the case has clocks of, and why; instants in UTC."""
    terms: dict[str, Any] = {
        "policies": case.policies,
        "rules": case.rules,
        "as_of": case.as_of,
    }
    clocks: dict[str, list[dict[str, Any]]] = {}
    reasons: dict[str, list[list[dict[str, Any]]]] = {}
    with reading("events"):
        for state in fold(case.events, **terms):
            warns = case.policies[state.policy].warn_pct is not None
            clocks.setdefault(state.metric, []).append(_cycle(state, warns=warns))
        for explained in explain(case.events, **terms) if why else ():
            steps = [why_json.step(each) for each in explained.steps]
            reasons.setdefault(explained.clock.metric, []).append(steps)
    return {"clocks": clocks}, reasons


def _calendar(name: str, said: Json) -> Calendar:
    try:
        return calendar_of(said, key=name)
    except NeverOpen as refused:
        raise NeverOpen(f"The calendar “{name}” is refused. {refused}") from None
    except NotACalendar as wrong:
        raise ValueError(f"{name}: {wrong}") from None


def _policy(key: str, said: Json, *, calendars: Mapping[str, Calendar]) -> Policy:
    return Policy(
        key=key,
        targets={
            (_level(level), _one_of(METRICS, metric)): _target(target, calendars=calendars)
            for level, metrics in said["targets"].items()
            for metric, target in metrics.items()
        },
        pause_statuses=frozenset(map(_status, _list(said["pause_statuses"]))),
        pausable=frozenset(_one_of(METRICS, metric) for metric in _list(said["pausable"])),
        reopen=_one_of((RESUME, NEW_CYCLE), said["reopen"]),
        retarget=_one_of((NO_RETROACTIVE, FROM_START), said["retarget"]),
        warn_pct=_percent(said.get("warn_pct")),
    )


def _target(said: Json, *, calendars: Mapping[str, Calendar]) -> Target:
    seconds = said["seconds"]
    if type(seconds) is not int or seconds <= 0:
        raise ValueError(f"a target is a whole number of seconds, more than 0, not {seconds!r}")
    return Target(seconds, calendars[said["calendar"]])


def _events(case: Json, *, calendars: Mapping[str, Calendar]) -> Iterator[Event]:
    with reading("events"):
        said = list(case["events"])
    for number, each in enumerate(said, start=1):
        with reading(f"event {number}"):
            yield _event(each, calendars=calendars)


def _event(said: Json, *, calendars: Mapping[str, Calendar]) -> Event:
    data = {name: value for name, value in said.items() if name not in ("id", "at", "type")}
    match said["type"]:
        case "created":
            data["level"] = _level(data.pop("priority"))
            data["attributes"] = dict(data.pop("attrs", {}))
        case "priority":
            data["to"] = _level(data["to"])
        case "status":
            data["to"] = _status(data["to"])
        case "attributes":
            data["set"] = dict(data["set"])
        case "policy":
            data["to"]  # what is missing is missed here, where the event has a number
        case "calendar":
            data["from"], data["to"] = calendars[data["from"]], calendars[data["to"]]
    kind = "level" if said["type"] == "priority" else said["type"]
    return Event(id=said["id"], at=_instant(said["at"]), type=kind, data=data)


def _cycle(state: ClockState, *, warns: bool) -> dict[str, Any]:
    said = {
        "cycle": state.cycle,
        "state": state.state,
        "due_at": why_json.instant(state.due_at),
        "stopped_at": why_json.instant(state.stopped_at),
        "breached_at": why_json.instant(state.breached_at),
    }
    return {**said, "warn_at": why_json.instant(state.warn_at)} if warns else said


def _list(said: Any) -> Sequence[Any]:
    if not isinstance(said, list):
        raise ValueError(f"{said!r} must be a list")
    return said


def _one_of(known: Sequence[str], said: Any) -> str:
    if said not in known:
        raise ValueError(f"{said!r} is none of {', '.join(known)}")
    return str(said)


def _percent(said: Any) -> int | None:
    if said is not None and (type(said) is not int or not 0 < said < 100):
        raise ValueError(f"'warn_pct' is a whole number from 1 to 99, not {said!r}")
    return said


def _level(said: str) -> int:
    if said not in LEVELS:
        raise ValueError(f"there is no level “{said}”")
    return LEVELS[said]


def _status(said: str) -> str:
    if said not in STATUSES:
        raise ValueError(f"there is no status “{said}”")
    return STATUSES[said]


def _instant(said: str) -> datetime:
    instant = datetime.fromisoformat(said)
    if instant.tzinfo is None:
        raise ValueError(f"“{said}” has no time zone; write one like 2026-03-02T09:00:00Z")
    return instant.astimezone(UTC)
