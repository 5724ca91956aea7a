"""Policies, calendars and logs of every kind, made by hypothesis, around moments that matter.

A log spans an hour, minute by minute, and something happens to the clocks on the wall in its
middle. Windows of calendars begin and end within it; targets are from four minutes to an hour,
and three quarters of each are whole minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations, product
from random import Random
from typing import Any

from hypothesis import strategies as st

from sla.calendars import ALWAYS_OPEN, Calendar
from sla.engine import ClockState, Event, Policy, Rule, Target, fold
from sla.opening import calendar_of
from sla.tests import openings
from sla.zones import zone

METRICS = ("first_response", "resolution")
MINUTES = {
    "first_response": {1: 4, 2: 8, 3: 16, 4: 32},
    "resolution": {1: 12, 2: 20, 3: 32, 4: 60},
    "next_response": {1: 4, 2: 8, 3: 12, 4: 24},
}
PAUSABLE = [
    frozenset(some)
    for number in range(4)
    for some in combinations((*METRICS, "next_response"), number)
]
LAST = 60
MINUTE = timedelta(minutes=1)

minutes = st.integers(0, LAST)
as_ofs = st.integers(0, 2 * LAST)
levels = st.sampled_from([1, 2, 3, 4])


@dataclass(frozen=True)
class World:
    """A ticket's log and what it is promised; `hours` are the calendars as they are written."""

    start: datetime
    log: Sequence[Event]
    policies: Mapping[str, Policy]
    rules: Sequence[Rule]
    hours: Mapping[str | None, dict[str, Any]] = field(repr=False)

    @property
    def policy(self) -> Policy:
        return self.policies["p"]

    def at(self, minute: float) -> datetime:
        return self.start + minute * MINUTE

    def event(self, id: str | int, minute: float, type: str, **data: Any) -> Event:
        return Event(id, self.at(minute), type, data)

    def terms(self, *, as_of: float) -> dict[str, Any]:
        return {"policies": self.policies, "rules": self.rules, "as_of": self.at(as_of)}

    def fold(self, *more: Event, as_of: float) -> tuple[ClockState, ...]:
        return fold([*self.log, *more], **self.terms(as_of=as_of))

    def with_log(self, log: Sequence[Event]) -> World:
        return replace(self, log=log)

    def until(self, minute: float) -> World:
        return self.with_log([event for event in self.log if event.at <= self.at(minute)])


# Calendars


def hours(zone_name: str, start: datetime) -> st.SearchStrategy[dict[str, Any]]:
    """Opening hours whose windows begin and end around `start`, the same every day or nearly."""
    wall = [(start + 5 * number * MINUTE).astimezone(zone(zone_name)) for number in range(-6, 30)]
    edges = {0, 1440, *(60 * each.hour + each.minute for each in wall)}
    windows = st.sampled_from(_some_windows(sorted(edges)))
    days = st.sampled_from(sorted({each.date().isoformat() for each in wall}))
    odd = st.tuples(st.sampled_from(openings.DAYS), windows)
    return st.fixed_dictionaries(
        {
            "tz": st.just(zone_name),
            "always_open": st.sampled_from([False, False, False, True]),
            "weekly": st.tuples(windows, odd).map(
                lambda drawn: dict.fromkeys(openings.DAYS, drawn[0]) | dict([drawn[1]])
            ),
            "holidays": st.lists(days, max_size=1),
            "exceptions": st.dictionaries(days, windows, max_size=1),
        }
    )


def _some_windows(edges: list[int]) -> list[list[list[str]]]:
    """Some of what these edges can bound, the same ones always: fewer draws are faster."""
    chance = Random(0)
    return [
        _pairs(sorted(chance.sample(edges, number))) for number in (2, 4, 6, 8) for _ in range(50)
    ]


def _pairs(edges: list[int]) -> list[list[str]]:
    text = [f"{edge // 60:02}:{edge % 60:02}" for edge in edges]
    return [list(pair) for pair in zip(text[::2], text[1::2], strict=True)]


STARTS = [(name, moment - LAST / 2 * MINUTE) for name, moment in openings.MOMENTS]
places = st.one_of(
    *(st.tuples(st.just(start), hours(name, start), hours(name, start)) for name, start in STARTS)
)
names = st.sampled_from([None, "A", "B"])


# Policies


def promises(*, metrics: Sequence[str] = METRICS, **fixed: Any) -> st.SearchStrategy:
    """What a policy says, in which each metric has one calendar, whatever the level."""
    choices = {
        "named": st.fixed_dictionaries(dict.fromkeys(metrics, names)),
        "pausable": st.sampled_from(PAUSABLE),
        "retarget": st.sampled_from(["no_retroactive", "from_start"]),
        "reopen": st.sampled_from(["resume", "new_cycle"]),
    }
    fixed_choices = {name: st.just(value) for name, value in fixed.items()}
    return st.fixed_dictionaries(choices | fixed_choices)


def policy(key: str, calendars: Mapping[str | None, Calendar], **said: Any) -> Policy:
    named = said.pop("named")
    targets = {
        (level, metric): Target(60 * MINUTES[metric][level], calendars[name])
        for metric, name in named.items()
        for level in range(1, 5)
    }
    return Policy(key=key, targets=targets, **said)


# Logs


def every(**choices: Sequence[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One of all combinations, in one draw."""
    return st.sampled_from(
        [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]
    )


WHO = ("agent", "requester", "system")
STATUSES = ("open", "pending", "pending", "on_hold", "solved", "closed")
creations = every(level=(1, 2, 3, 4), by=WHO, live=(False, True))
TALK = st.tuples(st.just("message"), every(by=WHO, public=(True, False), auto=(False, False, True)))
MOVE = st.tuples(st.just("status"), every(to=STATUSES, by=WHO))
LEVEL = st.tuples(st.just("level"), every(to=(1, 2, 3, 4)))
END = st.tuples(st.sampled_from(["merged", "deleted", "spam"]), st.just({}))
BACK = st.tuples(st.sampled_from(["unmerged", "not_spam"]), st.just({}))
OTHER = st.tuples(st.sampled_from(["assigned", "tags", "snoozed"]), st.just({}))
CHOICE = st.tuples(
    st.just("attributes"), st.sampled_from([{"set": {"vip": vip}} for vip in (0, 1, 2)])
)
CALENDAR = st.tuples(
    st.just("calendar"), every(**{"from": (None, "A", "B"), "to": (None, "A", "B")})
)


def policy_change(*keys: str) -> st.SearchStrategy:
    return st.tuples(st.just("policy"), every(to=keys))


ANY = (TALK, TALK, MOVE, MOVE, LEVEL, CHOICE, policy_change("p", "q", "r"), CALENDAR, END, OTHER)


def worlds(*kinds: st.SearchStrategy, most: int = 12, **fixed: Any) -> st.SearchStrategy[World]:
    """Three policies that attributes choose between, and a creation with up to a dozen events.

    `q` promises a next response, too, and warns; `r` promises a resolution alone. What is
    `fixed` is so in each of them.
    """
    said = st.fixed_dictionaries(
        {
            "p": promises(**fixed),
            "q": promises(metrics=(*METRICS, "next_response"), warn_pct=75, **fixed),
            "r": promises(metrics=("resolution",), **fixed),
        }
    )
    happened = st.lists(st.tuples(minutes, st.one_of(*kinds)), max_size=most)
    return st.builds(_world, places, said, creations, happened)


def _world(place: tuple, said: dict, creation: dict, happened: list) -> World:
    start, a, b = place
    written = {"A": a, "B": b}
    calendars: dict[str | None, Calendar] = {None: ALWAYS_OPEN} | {
        key: calendar_of(hours, key=key) for key, hours in written.items()
    }
    return World(
        start=start,
        log=[
            Event(0, start, "created", creation),
            *(
                Event(number, start + minute * MINUTE, type, _data(type, data, calendars))
                for number, (minute, (type, data)) in enumerate(happened, start=1)
            ),
        ],
        policies={key: policy(key, calendars, **dict(each)) for key, each in said.items()},
        rules=[Rule({"vip": 1}, "q"), Rule({"vip": 2}, "r"), Rule({}, "p")],
        hours={None: openings.ROUND_THE_CLOCK, **written},
    )


def _data(type: str, data: dict, calendars: Mapping[str | None, Calendar]) -> dict:
    return {end: calendars[name] for end, name in data.items()} if type == "calendar" else data
