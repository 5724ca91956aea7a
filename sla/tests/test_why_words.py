"""The words of an explanation, step by step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sla.engine import Rule
from sla.terms import PAUSED, VOID
from sla.tests.logs import START, after, created, level, policy, status
from sla.why import explain
from sla.why_steps import (
    SPARED,
    Breached,
    Cause,
    Due,
    Lapsed,
    NotDue,
    Paused,
    Ran,
    Reopened,
    Retargeted,
    Started,
    Stopped,
    Terms,
)
from sla.why_words import Names, length, sentence

NAMES = Names(when=lambda at: f"{at:%a %H:%M}", policy=lambda key: f"“{key}”")
HOUR = timedelta(hours=1)
DAYS_OFF = ((date(2026, 1, 6), "Epiphany"), (date(2026, 1, 7), ""))
CAUSE = Cause(1, "message", "agent")


def steps_of(*events, as_of, promised):
    """The steps of the resolution."""
    *_, explained = explain(
        events, policies={"seed": promised}, rules=[Rule({}, "seed")], as_of=as_of
    )
    return explained.steps


def test_each_step_is_a_sentence_of_its_own():
    log = [
        created(2),
        status("pending", after(hours=2)),
        status("open", after(hours=4), by="requester"),
        level(1, after(hours=40)),
        status("solved", after(hours=41)),
        status("open", after(hours=42), by="requester"),
    ]

    steps = steps_of(*log, as_of=after(hours=50), promised=policy(warn_pct=50))

    assert [sentence(step, NAMES) for step in steps] == [
        "Counting from Mon 10:00: level 2 has 72 h round the clock, says the policy “seed”.",
        "Paused from Mon 12:00 to Mon 14:00, while it was pending.",
        "Worth a warning at Wed 00:00: 50 % of a target are used up.",
        "The level became 1 at Wed 02:00: level 1 has 24 h round the clock, says the policy "
        "“seed”. From the start it would be used up already, so it counts from here, and what "
        "was due before stays due.",
        "Counted from Wed 02:00 to Wed 03:00: 1 h; 1 h in all, 23 h left.",
        "Met at Wed 03:00: an agent set it to solved.",
        "It counts again from Wed 04:00: the ticket was reopened.",
        "Counted from Wed 04:00 to Wed 12:00: 8 h; 9 h in all, 15 h left.",
        "Will count from Wed 12:00 to Thu 03:00: 15 h; 24 h in all, 0 min left.",
        "Due at Thu 03:00: 24 h round the clock from Wed 02:00 on are used up, the earliest of 2 "
        "that count.",
    ]


STEPS = [
    (Started(START, CAUSE, None), "Counting from Mon 10:00; nothing is promised yet."),
    (
        Ran(START, after(hours=40), 7 * HOUR, 33 * HOUR, 8 * HOUR, HOUR, DAYS_OFF, SPARED),
        "Would have counted from Mon 10:00 to Wed 02:00: 7 h, 33 h closed (closed on 2026-01-06 "
        "Epiphany, 2026-01-07); 8 h in all, 1 h left.",
    ),
    (Paused(START, CAUSE, "on_hold"), "Paused since Mon 10:00, while it is on hold."),
    (
        Retargeted(START, CAUSE, Terms(1, "seed", "office", 24 * HOUR), "breached"),
        "The promise changed at Mon 10:00: level 1 has 24 h by the calendar office, says the "
        "policy “seed”. From the start it was used up already, so it was broken there and then.",
    ),
    (
        Lapsed(START, Cause(1, "policy")),
        "Another policy was applied at Mon 10:00: nothing is promised any longer.",
    ),
    (Stopped(START, CAUSE, "late"), "Ended, too late, at Mon 10:00: an agent answered."),
    (
        Stopped(START, Cause(1, "merged"), "void"),
        "Ended without being met at Mon 10:00: the ticket was merged into another.",
    ),
    (
        Stopped(START, Cause(1, "status", "system", "closed"), "met"),
        "Met at Mon 10:00: the site set it to closed.",
    ),
    (Reopened(START, CAUSE), "It counts again from Mon 10:00: an agent answered."),
    (
        Due(after(hours=1), START, 24 * HOUR, None, 1, True),
        "Would have been due at Mon 11:00: 24 h round the clock from Mon 10:00 on are used up.",
    ),
    (
        NotDue(START, PAUSED, timedelta(minutes=90)),
        "There is no due time while it is paused. 1 h 30 min are left.",
    ),
    (
        NotDue(START, VOID, None),
        "There is no due time: it ended without being kept or broken.",
    ),
    (
        NotDue(START, "lapsed", None),
        "There is no due time: nothing is promised any longer.",
    ),
    (Breached(START), "Broken at Mon 10:00."),
]


@pytest.mark.parametrize("step, said", STEPS, ids=lambda each: getattr(each, "kind", ""))
def test_a_step_in_words(step, said):
    assert sentence(step, NAMES) == said


@pytest.mark.parametrize(
    "span, said",
    [
        (timedelta(0), "0 min"),
        (timedelta(hours=240), "240 h"),
        (timedelta(hours=1, minutes=30), "1 h 30 min"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(hours=2, seconds=1.5), "2 h 1.5 s"),
        (timedelta(microseconds=1), "0.000001 s"),
    ],
)
def test_a_length_of_time_is_written_exactly(span, said):
    assert length(span) == said
