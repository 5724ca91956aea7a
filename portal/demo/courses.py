"""How a ticket can go: what is done on it, and when, measured by what was promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sla.models import Metric

FIRST, WHOLE = Metric.FIRST_RESPONSE.value, Metric.RESOLUTION.value
BREATH = timedelta(minutes=3)
# When nobody works on what can wait, on the wall clock of whoever would.
EVENING, MORNING = time(21), time(7)
AGENTS_ZONE = ZoneInfo("America/New_York")
BY_CUSTOMER = frozenset(
    {"tell", "protest", "withdraw", "copy", "leave", "bring_up", "tell_too_much", "unwish_call"}
    | {"answer_astray", "claim"}
)
CAN_WAIT = 3  # from this level on

Targets = Mapping[str, timedelta]


@dataclass(frozen=True)
class Move:
    """An act when a share of a promise is used up, since the opening or since the last act."""

    act: str
    share: float
    of: str
    since_last: bool = False


def first(share: float, act: str) -> Move:
    return Move(act, share, FIRST)


def whole(share: float, act: str) -> Move:
    return Move(act, share, WHOLE)


def then(share: float, act: str, *, of: str = FIRST) -> Move:
    return Move(act, share, of, since_last=True)


ASKED = (first(0.4, "ask"), then(0.6, "tell"))
ENDS = whole(0.4, "solve")
SOLVED = (first(0.35, "reply"), whole(0.3, "solve"))

COURSES: Mapping[str, tuple[Move, ...]] = {
    # Kept on time.
    "plain": (first(0.35, "reply"), whole(0.4, "solve")),
    "at once": (first(0.3, "solve"),),
    "asked": (*ASKED, whole(0.45, "solve")),
    "taken": (first(0.1, "take"), first(0.5, "reply"), whole(0.5, "solve")),
    "noted": (first(0.3, "reply"), whole(0.15, "note"), whole(0.4, "solve")),
    "handed over": (first(0.3, "reply"), whole(0.15, "hand_over"), whole(0.5, "solve")),
    "held": (first(0.4, "reply"), whole(0.2, "hold"), whole(0.6, "solve")),
    "watched": (first(0.05, "copy"), *SOLVED),
    "watched for a while": (first(0.05, "copy"), *SOLVED, then(0.05, "leave")),
    "raised": (first(0.02, "raise_level"), first(0.06, "reply"), whole(0.3, "solve")),
    "lowered": (first(0.3, "reply"), first(0.5, "lower_level"), whole(0.4, "solve")),
    "reopened": (
        *SOLVED,
        then(0.15, "protest", of=WHOLE),
        then(0.3, "look_again"),
        then(0.5, "solve_again"),
    ),
    "recategorised": (first(0.1, "recategorise"), then(0.1, "fill_in"), *SOLVED),
    "called back": (first(0.2, "wish_call"), then(0.2, "call_in_vain"), then(0.2, "reach"), ENDS),
    "no call needed": (first(0.1, "wish_call"), then(0.1, "unwish_call"), *SOLVED),
    "no spam": (first(0.2, "mark_spam"), then(0.2, "not_spam"), *SOLVED),
    "taken apart": (first(0.15, "merge"), then(0.1, "unmerge"), *SOLVED),
    "put off": (first(0.4, "ask"), then(0.02, "snooze"), then(0.6, "tell"), whole(0.45, "solve")),
    "two matters": (
        first(0.35, "reply"),
        whole(0.1, "bring_up"),
        then(0.05, "split"),
        then(0.05, "answer_astray"),
        then(0.05, "move_mail"),
        whole(0.4, "solve"),
    ),
    "cleaned": (
        first(0.35, "reply"),
        whole(0.1, "tell_too_much"),
        then(0.05, "redact"),
        whole(0.4, "solve"),
    ),
    # Nobody answered, and nobody needed to.
    "duplicate": (first(0.3, "merge"),),
    "spam": (first(0.3, "mark_spam"),),
    "deleted": (first(0.2, "delete"),),
    "withdrawn": (first(0.5, "withdraw"),),
    "silent": (first(0.2, "take"), first(0.6, "solve_silently")),
    # Broken promises.
    "answered late": (first(1.2, "reply"), whole(0.5, "solve")),
    "solved late": (first(0.4, "reply"), whole(1.1, "solve")),
    "late twice": (first(1.5, "reply"), whole(1.15, "solve")),
    # Not over yet; what is open now goes like these.
    "untouched": (),
    "taken up": (first(0.1, "take"),),
    "worked on": (first(0.35, "reply"), whole(0.1, "note")),
    "claimed": (first(0.35, "reply"), whole(0.1, "claim"), then(0.05, "answer_from_afar")),
    "waiting": (first(0.4, "ask"),),
    "put off for now": (first(0.4, "ask"), then(0.02, "snooze")),
    "call waits": (first(0.1, "wish_call"), then(0.1, "call_in_vain")),
    "on hold": (first(0.4, "reply"), whole(0.1, "hold")),
    "given back": (first(0.4, "reply"), whole(0.15, "give_back")),
    "just raised": (first(0.02, "raise_level"), first(0.06, "reply")),
    "not solved after all": (*SOLVED, then(0.1, "protest", of=WHOLE)),
    "overdue twice": (first(1.3, "reply"),),
}


@dataclass(frozen=True)
class Pace:
    """How the acts of one ticket follow each other: from when, by which targets, until when.

    What was promised counts from `opened_at`; before `filed_at` nothing can be done.
    """

    opened_at: datetime
    filed_at: datetime
    level: int
    targets: Targets
    time_zone: str
    now: datetime


def times(course: str, pace: Pace, rng: Random | None = None) -> Iterator[tuple[datetime, str]]:
    """Yield when (UTC) each act of a course happens, in order, up to now.

    With `rng` the shares vary a little, without changing which promises are kept.
    """
    last = pace.filed_at
    for move in COURSES[course]:
        begun = last if move.since_last else pace.opened_at
        at = begun + pace.targets[move.of] * _varied(move.share, rng)
        last = max(_awake(at, move, pace), last + BREATH)
        if last > pace.now:
            return
        yield last, move.act


def _varied(share: float, rng: Random | None) -> float:
    """Vary by a quarter what is in time, and make later by up to a quarter what is late."""
    if rng is None:
        return share
    return share * (rng.uniform(1, 1.25) if share > 1 else rng.uniform(0.75, 1.25))


def _awake(at: datetime, move: Move, pace: Pace) -> datetime:
    """Put off to the morning what falls into the night and can wait.

    Not where that would break a promise, and not where the morning has not come yet.
    """
    if pace.level < CAN_WAIT:
        return at
    zone = ZoneInfo(pace.time_zone) if move.act in BY_CUSTOMER else AGENTS_ZONE
    local = at.astimezone(zone)
    if MORNING <= local.time() < EVENING:
        return at
    day = local.date() + timedelta(days=local.time() >= EVENING)
    # As many minutes after seven as it was after the full hour: not everybody begins on the dot.
    morning = datetime.combine(day, MORNING, tzinfo=zone) + timedelta(
        minutes=local.minute, seconds=local.second
    )
    moved = morning.astimezone(at.tzinfo)
    begun_late = at > pace.opened_at + pace.targets[move.of]
    in_time = moved < pace.opened_at + pace.targets[move.of] * 0.95
    return moved if moved <= pace.now and (in_time or begun_late) else at
