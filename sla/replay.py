"""Replay: worked cases, written as JSON, read into the engine's values and answered.

A file holds `cases`, and `defaults` for their policies. A case says its `calendars`, `policies`,
`policy_rules`, `events` and `as_of`. It calls the level `priority`, "L1" to "L4", attributes
`attrs`, and the status pending `pending_customer`; the rest is worded as the engine words it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sla.engine import ALWAYS_OPEN, Calendar, ClockState, Event, Policy, Rule, Target, fold

Json = Mapping[str, Any]

STATUSES = {"pending_customer": "pending"}
DEFAULTS: Json = {
    "pause_statuses": ["pending_customer"],
    "pausable": ["resolution", "next_response"],
    "reopen": "resume",
    "retarget": "no_retroactive",
}


class CalendarUnsupported(Exception):
    """A promise asked a calendar that is not round the clock."""


@dataclass(frozen=True)
class UnsupportedCalendar:
    """A calendar that may be named, and raises CalendarUnsupported as soon as it is asked."""

    name: str

    def open_between(self, start: datetime, end: datetime, /) -> timedelta:
        raise CalendarUnsupported(self.name)

    def used_up(self, start: datetime, needed: timedelta, /) -> datetime:
        raise CalendarUnsupported(self.name)


def replay(file: Json) -> Iterator[dict[str, Any]]:
    """Answer each case of a file: its `id` with its `clocks`, or with an `error`."""
    for case in file["cases"]:
        try:
            yield {"id": case["id"], "clocks": answer(case, defaults=file.get("defaults", {}))}
        except CalendarUnsupported:
            yield {"id": case["id"], "error": "calendar_unsupported"}


def answer(case: Json, *, defaults: Json) -> dict[str, list[dict[str, Any]]]:
    """Return the cycles of each metric of which the case has a clock; all instants in UTC.

    Raises CalendarUnsupported where a due time depends on a calendar with opening hours.
    """
    calendars = {name: _calendar(name, said) for name, said in case["calendars"].items()}
    policies = {
        key: _policy(key, {**DEFAULTS, **defaults, **said}, calendars=calendars)
        for key, said in case["policies"].items()
    }
    states = fold(
        (_event(said, calendars=calendars) for said in case["events"]),
        policies=policies,
        rules=[Rule(rule["match"], rule["policy"]) for rule in case["policy_rules"]],
        as_of=_instant(case["as_of"]),
    )
    clocks: dict[str, list[dict[str, Any]]] = {}
    for state in states:
        warns = policies[state.policy].warn_pct is not None
        clocks.setdefault(state.metric, []).append(_cycle(state, warns=warns))
    return clocks


def _calendar(name: str, said: Json) -> Calendar:
    has_hours = not said.get("always_open") or said.get("holidays") or said.get("exceptions")
    return UnsupportedCalendar(name) if has_hours else ALWAYS_OPEN


def _policy(key: str, said: Json, *, calendars: Mapping[str, Calendar]) -> Policy:
    return Policy(
        key=key,
        targets={
            (_level(level), metric): Target(target["seconds"], calendars[target["calendar"]])
            for level, metrics in said["targets"].items()
            for metric, target in metrics.items()
        },
        pause_statuses=frozenset(map(_status, said["pause_statuses"])),
        pausable=frozenset(said["pausable"]),
        reopen=said["reopen"],
        retarget=said["retarget"],
        warn_pct=said.get("warn_pct"),
    )


def _event(said: Json, *, calendars: Mapping[str, Calendar]) -> Event:
    data = {name: value for name, value in said.items() if name not in ("id", "at", "type")}
    match said["type"]:
        case "created":
            data["level"] = _level(data.pop("priority"))
            data["attributes"] = data.pop("attrs", {})
        case "priority":
            data["to"] = _level(data["to"])
        case "status":
            data["to"] = _status(data["to"])
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


def _level(said: str) -> int:
    return int(said.removeprefix("L"))


def _status(said: str) -> str:
    return STATUSES.get(said, said)


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
