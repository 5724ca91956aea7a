"""How promises came out, as rows to be counted: they change with their cause, never later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization
from sla.models import Breach, Verdict
from sla.sweep import sweep
from sla.tests.standings import START, after
from tickets import ending, services
from tickets.about import About, set_attributes
from tickets.events import hold

BROKEN, MET = True, False


def came_out(ticket):
    """Metric, whether it is broken, when it was decided and ended, seconds taken."""
    rows = Verdict.objects.filter(ticket=ticket).order_by("metric", "clock__cycle")
    return [
        (row.metric, row.breach_id is not None, row.decided_at, row.ended_at, row.took_seconds)
        for row in rows
    ]


def whose(ticket):
    rows = Verdict.objects.filter(ticket=ticket).order_by("metric", "clock__cycle")
    return list(rows.values_list("metric", "assignee__name"))


@pytest.fixture
def late(make_ticket, time):
    """Of level 1, its first response an hour overdue and found so by the sweep."""
    ticket = make_ticket(level=1)
    sweep(time.advance(hours=2))
    return ticket


def test_what_is_still_promised_has_not_come_out(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    services.note(ticket, by=alex, body="Hm.")

    assert came_out(ticket) == []


def test_a_promise_that_was_kept_is_met_when_it_ended(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(minutes=30)
    services.reply(ticket, by=alex, body="Here we are.")

    at = after(minutes=30)
    assert came_out(ticket) == [("first_response", MET, at, at, 1800)]


def test_what_the_sweep_finds_broken_is_open_until_it_ends(late, alex, time):
    assert came_out(late) == [("first_response", BROKEN, after(hours=1), None, None)]
    [verdict] = Verdict.objects.all()
    assert (verdict.breach, verdict.ticket, verdict.level_id, verdict.target_seconds) == (
        Breach.objects.get(),
        late,
        1,
        3600,
    )

    time.advance(hours=1)
    services.reply(late, by=alex, body="Here we are.")

    assert came_out(late) == [("first_response", BROKEN, after(hours=1), after(hours=3), 10800)]


def test_a_deadline_that_no_sweep_saw_comes_out_with_the_answer(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(hours=2)
    services.reply(ticket, by=alex, body="Here we are.")

    assert came_out(ticket) == [("first_response", BROKEN, after(hours=1), after(hours=2), 7200)]


def test_pauses_are_left_out_of_what_it_took(make_ticket, alex, time):
    ticket = make_ticket(level=3)
    services.reply(ticket, by=alex, body="Which week?")

    time.advance(hours=1)
    services.set_status(ticket, by=alex, to="pending")
    time.advance(hours=5)
    services.set_status(ticket, by=alex, to="open")
    time.advance(minutes=2)
    services.set_status(ticket, by=alex, to="solved")

    at = after(hours=6, minutes=2)
    assert came_out(ticket)[1] == ("resolution", MET, at, at, 3720)


def test_a_reopened_ticket_has_not_come_out_yet(make_ticket, alex, dana, time):
    ticket = make_ticket(level=3)
    services.set_status(ticket, by=alex, to="solved")
    assert came_out(ticket) == [("resolution", MET, START, START, 0)]

    services.set_status(ticket, by=dana, to="open")

    assert came_out(ticket) == []


def test_a_late_reply_proves_that_it_was_met(late, alex, time):
    time.advance(hours=1)
    with hold(late, happened_at=after(minutes=30)) as moment:
        services.reply(late, by=alex, body="We are on it.", moment=moment)

    at = after(minutes=30)
    assert came_out(late) == [("first_response", MET, at, at, 1800)]


@pytest.mark.parametrize("verb", [ending.mark_spam, ending.delete])
def test_what_is_no_request_counts_nowhere(late, alex, verb):
    verb(late, by=alex)

    assert came_out(late) == []


def test_spam_that_is_taken_back_counts_as_if_it_had_never_been(late, alex, time):
    before = came_out(late)

    ending.mark_spam(late, by=alex)
    time.advance(hours=1)
    ending.not_spam(late, by=alex)

    assert came_out(late) == before


def test_a_merged_ticket_stays_broken_and_what_it_still_owed_came_to_nothing(
    make_ticket, late, alex, time
):
    original = make_ticket(level=1)

    ending.merge(late, into=original, by=alex)

    assert came_out(late) == [("first_response", BROKEN, after(hours=1), after(hours=2), 7200)]
    assert came_out(original) == []
    ending.unmerge(late, by=alex)
    assert came_out(late) == [("first_response", BROKEN, after(hours=1), None, None)]


def test_an_open_one_is_whose_the_ticket_is_an_ended_one_whose_it_was(late, make_user, alex, time):
    bo = make_user("Bo", role="agent")
    assert whose(late) == [("first_response", None)]

    services.assign(late, by=alex, to=alex)
    assert whose(late) == [("first_response", "Alex")]

    services.reply(late, by=alex, body="Here we are.")
    time.advance(minutes=1)
    services.assign(late, by=alex, to=bo)
    services.set_status(late, by=bo, to="solved")
    assert whose(late) == [("first_response", "Alex"), ("resolution", "Bo")]

    services.set_status(late, by=alex, to="open")
    assert whose(late) == [("first_response", "Alex")]


def test_who_answers_and_takes_it_in_one_moment_had_it(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    with hold(ticket) as moment:
        services.reply(ticket, by=alex, body="Here we are.", moment=moment)
        services.assign(ticket, by=alex, to=alex, moment=moment)

    assert whose(ticket) == [("first_response", "Alex")]


def test_after_spam_each_is_whose_it_was(late, make_user, alex, time):
    services.assign(late, by=alex, to=alex)
    services.reply(late, by=alex, body="Here we are.")
    time.advance(minutes=1)
    services.assign(late, by=alex, to=make_user("Bo", role="agent"))

    ending.mark_spam(late, by=alex)
    ending.not_spam(late, by=alex)

    assert whose(late) == [("first_response", "Alex")]


def test_a_team_that_had_it_when_it_ended_keeps_it(late, make_team, alex, time):
    day, night = make_team("Day"), make_team("Night")
    type(late).objects.update(team=day)
    services.reply(late, by=alex, body="Here we are.")

    type(late).objects.update(team=night)
    services.set_status(late, by=alex, to="solved")

    rows = Verdict.objects.order_by("metric").values_list("metric", "team__name")
    assert list(rows) == [("first_response", "Day"), ("resolution", "Night")]


def test_what_its_ticket_is_about_it_follows_even_ended(late, alex, time):
    services.reply(late, by=alex, body="Here we are.")
    harbor = Organization.objects.create(name="Harbor Health")
    late.refresh_from_db()

    about = replace(About.of(late), organization=harbor, subcategory=None)
    set_attributes(late, by=alex, about=about)

    verdict = Verdict.objects.get()
    assert (verdict.organization, verdict.subcategory) == (harbor, None)


def verdict_queries(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    told = [query["sql"] for query in asked if '"sla_verdict"' in query["sql"]]
    return [sql.lstrip("(").split()[0] for sql in told]


def test_filing_costs_no_query_and_what_changes_no_promise_writes_none(make_ticket, alex, time):
    assert verdict_queries(lambda: make_ticket(level=1)) == []

    ticket = make_ticket(level=1)
    services.reply(ticket, by=alex, body="Here we are.")

    # Clocks are read with their verdicts, in the one query that there was.
    again = verdict_queries(lambda: services.reply(ticket, by=alex, body="And more."))
    assert again == ["SELECT"]
    noted = verdict_queries(lambda: services.note(ticket, by=alex, body="Hm."))
    assert noted == []


def test_an_answer_writes_them_in_one_statement(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    asked = verdict_queries(lambda: services.reply(ticket, by=alex, body="Here we are."))

    assert asked == ["SELECT", "INSERT"]
