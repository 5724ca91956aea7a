"""The desk's pages of calls that customers wait for."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import RIGHTS
from tickets import calling, services
from tickets.calling import Wish
from tickets.desk import callbacks
from tickets.models import Callback, Ticket

DESK = "/admin/tickets/ticket/"
LIST = f"{DESK}callbacks/"
LONG = f"2026-01-05T10:00:00+00:00,{'9' * 30}"


@pytest.fixture
def ask(time, alex, make_ticket):
    def ask(*, since=0, until=4, by=alex, **given):
        wish = Wish(
            "1.212.555.0101",
            call_after=time.at + timedelta(hours=since),
            call_before=time.at + timedelta(hours=until),
            time_zone="America/New_York",
            extension="7",
        )
        return calling.ask(make_ticket(**given), by=by, wish=wish)

    return ask


@pytest.fixture
def agent(browser_of, alex):
    return browser_of(alex)


def log(browser, callback, result="no_answer", seen=0, **given):
    data = {"result": result, "seen": seen, **given}
    return browser.post(f"{LIST}{callback.pk}/attempts/", data)


def listed(browser, **query):
    return [each.callback for each in browser.get(LIST, query).context["lines"]]


def test_what_is_over_first_is_on_top_and_says_how_it_stands(agent, ask, time):
    later, soon, late = ask(since=2, until=9), ask(until=3), ask(until=1)
    time.advance(hours=1, minutes=20)

    page = agent.get(LIST)

    assert [(each.callback, each.state, each.words) for each in page.context["lines"]] == [
        (late, "late", "Late by 20 minutes"),
        (soon, "now", "Call now: 1 hour 40 minutes left"),
        (later, "on_track", "Later: in 40 minutes"),
    ]
    text = page.content.decode()
    assert 'href="tel:+12125550101;ext=7"' in text
    assert "6:00 am EST" in text  # on the clock of who is called


def test_each_filter_leaves_what_it_names(agent, ask, make_team, time, alex):
    late, now, later = ask(until=1), ask(until=4), ask(since=3, until=6)
    team = make_team("Support", members=[alex], brands=["perfectserve"])
    ticket = now.ticket
    services.set_team(ticket, by=alex, to=team)
    time.advance(hours=2)

    found = {
        query: listed(agent, **dict([query.split("=")]))
        for query in (
            *("when=late", "when=now", "when=later", f"team={team.pk}"),
            f"brand={ticket.brand_id}",
        )
    }

    assert found == {
        "when=late": [late],
        "when=now": [now],
        "when=later": [later],
        f"team={team.pk}": [now],
        f"brand={ticket.brand_id}": [late, now, later],
    }


def test_a_filter_that_is_nonsense_is_named_and_nothing_is_listed(agent, ask):
    ask()

    page = agent.get(LIST, {"when": "never", "team": "x"})

    assert (page.status_code, page.context["lines"]) == (422, [])
    assert page.context["form"].errors == {
        "when": ["“never” is none of the choices of “When”."],
        "team": ["“x” is none of the choices of “Team”."],
    }


def test_the_next_page_begins_behind_the_last_row(agent, ask, monkeypatch):
    monkeypatch.setattr(callbacks, "PAGE", 2)
    asked = [ask() for _ in range(5)]

    first = agent.get(LIST).context
    second = agent.get(LIST, {"after": first["next"]}).context
    third = agent.get(LIST, {"after": second["next"]}).context

    pages = [[each.callback for each in page["lines"]] for page in (first, second, third)]
    assert (pages, third["next"]) == ([asked[:2], asked[2:4], asked[4:]], None)


@pytest.mark.parametrize("cursor", ["x", "1,2", "2026-01-05T10:00:00,3", ",,", LONG])
def test_nonsense_for_a_place_is_nothing(agent, cursor):
    assert agent.get(LIST, {"after": cursor}).status_code == 404


def test_the_list_asks_as_much_for_three_rows_as_for_one(agent, ask, alex):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            agent.get(LIST)
        return len(queries)

    agent.get(LIST)
    calling.log_attempt(ask(), by=alex, result="voicemail")
    one = asked()
    for _ in range(2):
        calling.log_attempt(ask(), by=alex, result="voicemail")

    assert asked() == one <= 10


@pytest.mark.parametrize("name", ["callbacks", "unconfirmed"])
def test_beside_the_queue_its_tabs_are_the_same_with_the_same_counts(agent, ask, name):
    ask()

    def tabs(url):
        shown = agent.get(url).context
        found = shown["queue"].tabs() if "queue" in shown else shown["tabs"]
        return [(str(tab["label"]), tab["count"]) for tab in found]

    assert tabs(f"{DESK}{name}/") == tabs(DESK)
    assert ("Callbacks", "1") in tabs(DESK)


def test_a_call_is_logged_from_the_list_in_one_press(agent, ask, alex):
    callback = ask()

    answer = log(agent, callback, "voicemail", note="Their machine", next=f"{LIST}?when=now")

    assert answer["Location"] == f"{LIST}?when=now"
    [attempt] = callback.attempts.all()
    assert (attempt.result, attempt.note, attempt.by) == ("voicemail", "Their machine", alex)
    assert Ticket.objects.get(pk=callback.ticket_id).assignee == alex


def test_who_is_reached_is_on_the_list_no_more(agent, ask):
    callback = ask()

    log(agent, callback, "reached")

    assert listed(agent) == []
    assert Ticket.objects.get(pk=callback.ticket_id).status == "open"


def test_a_press_that_comes_twice_logs_once_and_keeps_its_note(agent, ask):
    callback = ask()
    log(agent, callback)

    again = log(agent, callback, note="Nobody there")

    assert again.status_code == 422
    page = again.content.decode()
    assert "A call was logged meanwhile" in page
    assert 'value="Nobody there"' in page
    assert callback.attempts.count() == 1
    assert log(agent, callback, seen=1).status_code == 302


def test_a_call_of_before_is_logged_on_the_clock_of_who_called(agent, ask, time, alex):
    alex.time_zone = "America/New_York"
    alex.save()
    callback = ask()
    time.advance(minutes=40)  # 10:40 UTC

    refused = log(agent, callback, "reached", happened_at="2026-01-05T05:50")
    assert refused.status_code == 422
    assert "A call cannot have been later than now." in refused.content.decode()
    assert 'value="2026-01-05T05:50"' in refused.content.decode()

    log(agent, callback, "reached", happened_at="2026-01-05T05:10")

    assert callback.attempts.get().at == callback.created_at + timedelta(minutes=10)


def test_without_a_result_nothing_is_logged(agent, ask):
    callback = ask()

    answer = log(agent, callback, "hung_up", note="They hung up")

    assert answer.status_code == 422
    assert 'value="They hung up"' in answer.content.decode()
    assert callback.attempts.count() == 0


def test_where_a_form_leads_afterwards_is_never_elsewhere(agent, ask):
    callback = ask()

    answer = log(agent, callback, next="https://evil.example/")

    assert answer["Location"] == f"{DESK}{callback.ticket_id}/change/"


def test_an_agent_lets_a_call_wait_on_the_clock_of_its_customer(agent, make_ticket, time):
    ticket = make_ticket()

    shown = agent.get(f"{DESK}{ticket.pk}/callback/").context["form"]
    answer = agent.post(
        f"{DESK}{ticket.pk}/callback/",
        {
            "number": "212.555.0101",
            "extension": "",
            "time_zone": "America/Chicago",
            "call_after": "2026-01-05T09:00",
            "call_before": "2026-01-05T11:30",
            "reason": "The rota",
        },
    )

    assert shown.initial == {
        "number": "",
        "call_after": "2026-01-05T05:00",
        "call_before": "2026-01-05T09:00",
    }
    assert answer["Location"] == f"{DESK}{ticket.pk}/change/"
    [callback] = Callback.objects.all()
    assert (callback.call_after.isoformat(), callback.call_before.isoformat()) == (
        "2026-01-05T15:00:00+00:00",
        "2026-01-05T17:30:00+00:00",
    )
    assert (callback.number, callback.reason, callback.tel_url) == (
        "212.555.0101",
        "The rota",
        "tel:2125550101",
    )


def test_what_is_wrong_in_a_wish_is_said_and_kept(agent, make_ticket, time):
    ticket = make_ticket()

    answer = agent.post(
        f"{DESK}{ticket.pk}/callback/",
        {
            "number": "call me",
            "extension": "x",
            "time_zone": "Nowhere",
            "call_after": "2026-01-05T09:00",
            "call_before": "2026-01-05T08:00",
            "reason": "The rota",
        },
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {
        "number",
        "extension",
        "time_zone",
        "call_before",
    }
    assert 'value="The rota"' in answer.content.decode()
    assert Callback.objects.count() == 0


def test_a_call_that_is_not_wanted_any_more_waits_no_more(agent, ask):
    callback = ask()

    answer = agent.post(f"{LIST}{callback.pk}/withdrawal/", {"next": LIST})
    again = agent.post(f"{LIST}{callback.pk}/withdrawal/", {"next": LIST})

    assert (answer["Location"], again["Location"]) == (LIST, LIST)
    assert Callback.objects.get().end == "withdrawn"
    assert (
        "Not wanted any more" in agent.get(f"{DESK}{callback.ticket_id}/callback/").content.decode()
    )


def test_calls_are_seen_and_made_by_who_sees_and_works_on_their_tickets(
    browser_of, ask, make_user, make_team, alex, dana
):
    callback, legal = ask(), ask(about="legal", by=dana)
    there = make_user("Cho", role="agent")
    make_team("There", members=[there], brands=["clinical-collaboration"])
    make_team("Here", members=[alex], brands=["perfectserve"])
    reader = make_user("Reader", role="read_only")
    people = (alex, there, reader, dana)

    seen = {
        user.name: (
            len(page.context["lines"]) if page.status_code == 200 else page.status_code,
            browser.get(f"{DESK}{callback.ticket_id}/callback/").status_code,
            log(browser, callback, seen=9).status_code,
            browser.post(f"{LIST}{callback.pk}/withdrawal/", {"seen": 9}).status_code,
        )
        for user in reversed(people)
        for browser in [browser_of(user)]
        for page in [browser.get(LIST)]
    }

    # A brand that a team serves is its members' alone.
    assert seen == {
        "Dana": (404, 404, 404, 404),
        "Reader": (0, 404, 404, 404),
        "Cho": (0, 404, 404, 404),
        "Alex": (1, 200, 422, 302),
    }
    alex.groups.add(Group.objects.get(name=RIGHTS["legal_requests"].group))
    assert listed(browser_of(alex)) == [legal]
