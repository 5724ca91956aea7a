"""Replay: worked cases, written as JSON, read into the engine's values and answered.

A file holds `cases`, and `defaults` for their policies. A case says its `calendars`, `policies`,
`policy_rules`, `events` and `as_of`. It calls the level `priority`, "L1" to "L4", attributes
`attrs`, and the status pending `pending_customer`; the rest is worded as the engine words it.
An event of a type that no promise hangs on (an assignment, a note, a tag) changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sla.engine import Calendar, ClockState, Event, Policy, Rule, Target, fold
from sla.opening import NeverOpen, calendar_of
from sla.terms import FROM_START, METRICS, NEW_CYCLE, NO_RETROACTIVE, RESUME

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


def replay(file: Json) -> Iterator[dict[str, Any]]:
    """Answer each case of a file: its `id` with its `clocks`, or with an `error`.

    A case that cannot be read is answered by saying so, and the next ones are read all the
    same. Raises Malformed where there is no list of cases.
    """
    with reading("the file"):
        cases, defaults = list(file["cases"]), dict(file.get("defaults", {}))
    for case in cases:
        known = case.get("id") if isinstance(case, Mapping) else None
        try:
            yield {"id": known, "clocks": answer(case, defaults=defaults)}
        except NeverOpen:
            yield {"id": known, "error": "calendar_never_open"}
        except Malformed as malformed:
            yield {"id": known, "error": f"malformed: {malformed}"}


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


def answer(case: Json, *, defaults: Json) -> dict[str, list[dict[str, Any]]]:
    """Return the cycles of each metric of which the case has a clock; all instants in UTC.

    Raises NeverOpen where a calendar is never open, and Malformed where the case is not written
    as it must be.
    """
    with reading("the case"):
        case["id"]  # must be there, whatever it is
        as_of = _instant(case["as_of"])
    with reading("calendars"):
        calendars = {name: calendar_of(said, key=name) for name, said in case["calendars"].items()}
    with reading("policies"):
        policies = {
            key: _policy(key, {**DEFAULTS, **defaults, **said}, calendars=calendars)
            for key, said in case["policies"].items()
        }
    with reading("policy_rules"):
        rules = [Rule(dict(rule["match"]), rule["policy"]) for rule in case["policy_rules"]]
    events = list(_events(case, calendars=calendars))
    with reading("events"):
        states = fold(events, policies=policies, rules=rules, as_of=as_of)
    clocks: dict[str, list[dict[str, Any]]] = {}
    for state in states:
        warns = policies[state.policy].warn_pct is not None
        clocks.setdefault(state.metric, []).append(_cycle(state, warns=warns))
    return clocks


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
        "due_at": _text(state.due_at),
        "stopped_at": _text(state.stopped_at),
        "breached_at": _text(state.breached_at),
    }
    return {**said, "warn_at": _text(state.warn_at)} if warns else said


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


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
