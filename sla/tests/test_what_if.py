"""What if: promises of a ticket that nobody filed, or that goes on otherwise."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization
from sla import services as policies
from sla.models import Clock, PolicyRule, PolicyVersion
from sla.sweep import sweep
from sla.tests.managers import signed_in
from sla.tests.standings import after
from tickets import conversation, services
from tickets.catalog.models import Brand, RequestType
from tickets.conversation import Turn, take_turn

ADDRESS = "/admin/sla/what-if/"


@pytest.fixture
def mary(make_user):
    """A manager who reads times as the log has them."""
    return make_user("Mary", role="manager", time_zone="UTC")


@pytest.fixture
def ask(mary, time):
    def ask(**asked):
        return signed_in(mary).get(ADDRESS, asked)

    return ask


def new(**asked):
    return {
        "brand": Brand.objects.get(key="perfectserve").pk,
        "request_type": RequestType.objects.get(key="perfectserve").pk,
        "level": 1,
        **asked,
    }


def came(response):
    assert response.status_code == 200, response.context["form"].errors
    return [(each.what, each.words, each.due_at) for each in response.context["explained"]]


def wrong(response):
    assert response.status_code == 422
    assert response.context["explained"] is None
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_it_begins_with_nothing_asked(ask):
    page = ask()

    assert (page.status_code, page.context["explained"], page.context["form"].is_bound) == (
        200,
        None,
        False,
    )


def test_a_ticket_of_now_is_due_by_its_level(ask):
    assert came(ask(**new())) == [
        ("First response", "Running", after(hours=1)),
        ("Resolution", "Running", after(hours=24)),
    ]


def test_what_happens_then_moves_and_ends_promises(ask):
    asked = new(
        start="2026-01-05 08:00",
        at_1="+30 min",
        what_1="answered",
        at_2="+1 h",
        what_2="pending",
        at_3="2026-01-05 12:00",
        what_3="wrote",
        at_4="+1 d 4 h",
        what_4="solved",
    )

    page = ask(**asked)

    assert came(page) == [
        ("First response", "Met", after(hours=-1)),
        ("Resolution", "Missed", after(hours=25)),
    ]
    assert page.context["as_of"] == after(hours=26)
    assert "while it was pending" in page.content.decode()


@pytest.mark.parametrize(
    "steps", [["answered", "pending", "wrote"], ["level-3"], ["solved", "wrote"]]
)
def test_a_ticket_that_goes_on_like_that_comes_to_the_same(
    ask, make_ticket, dana, alex, time, steps
):
    """Asked before, and lived after: the page says what the verbs then store."""
    ticket = make_ticket(level=1)
    time.advance(minutes=20)
    rows = {f"what_{number}": what for number, what in enumerate(steps, start=1)}
    times = {f"at_{number}": f"+{number} h" for number in range(1, len(steps) + 1)}
    asked = came(ask(ticket=ticket.number, **rows, **times))
    assert (
        Clock.objects.filter(ticket=ticket, due_at__in=[after(hours=1), after(hours=24)]).count()
        == 2
    )

    for what in steps:
        time.advance(hours=1)
        live(ticket, what, dana=dana, alex=alex)
    sweep(time.at)

    stored = Clock.objects.filter(ticket=ticket).order_by("metric")
    assert [due for _what, _words, due in asked] == [clock.due_at for clock in stored]
    assert [words == "Missed" for _what, words, _due in asked] == [
        clock.breached_at is not None for clock in stored
    ]


def live(ticket, what, *, dana, alex):
    if what == "wrote":
        conversation.answer(ticket, by=dana, body="Well.")
    elif what == "answered":
        take_turn(ticket, by=alex, turn=Turn(body="Yes."))
    elif what.startswith("level-"):
        services.set_level(ticket, by=alex, to=int(what[6:]), reason="It is so.")
    else:
        services.set_status(ticket, by=alex, to=what)


def test_the_rules_choose_by_organization_and_another_version_can_be_tried(ask, make_user, time):
    gold = policies.Policy.objects.create(key="gold", name="Gold")
    version = PolicyVersion.objects.create(
        policy=gold, number=1, reopen="resume", retarget="from_start", created_at=time.at
    )
    version.targets.create(level_id=1, metric="first_response", seconds=60)
    organization = Organization.objects.create(name="Riverside Clinic")
    PolicyRule.objects.create(policy=gold, organization=organization, position=0)
    PolicyRule.objects.filter(organization=None).update(position=1)
    time.advance(hours=1)

    assert came(ask(**new(organization="riverside clinic"))) == [
        ("First response", "Running", after(hours=1, minutes=1))
    ]
    assert len(came(ask(**new()))) == 2
    assert came(ask(**new(version=version.pk))) == [
        ("First response", "Running", after(hours=1, minutes=1))
    ]


def test_where_nothing_is_promised_that_is_said(ask):
    PolicyRule.objects.all().delete()

    assert "Nothing is promised." in ask(**new()).content.decode()


@pytest.mark.parametrize(
    "asked, errors",
    [
        (
            {"at_1": "soon", "what_1": "solved"},
            {
                "at_1": [
                    "Enter a date and a time, like 2026-11-27 14:30, or a length like +1 h 30 min."
                ]
            },
        ),
        ({"what_2": "solved"}, {"at_2": ["Say when this happens."]}),
        ({"at_3": "+1 h"}, {"what_3": ["Say what happens then."]}),
        (
            {"at_1": "2026-01-05 09:59", "what_1": "solved"},
            {"at_1": ["This is before the ticket was received."]},
        ),
        ({"as_of": "2026-01-01 00:00"}, {"as_of": ["This is before the ticket was received."]}),
        ({"organization": "Nowhere"}, {"organization": ["There is no organization “Nowhere”."]}),
        ({"ticket": "PS-1"}, {"ticket": ["There is no ticket PS-1."]}),
        ({"ticket": "x"}, {"ticket": ["There is no ticket x."]}),
        (
            {"start": "2026-13-01 00:00"},
            {
                "start": [
                    "Enter a date and a time, like 2026-11-27 14:30, or a length like +1 h 30 min."
                ]
            },
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_where_it_stands_and_nothing_typed_is_lost(ask, asked, errors):
    page = ask(**new(**asked))

    assert wrong(page) == errors
    form = page.context["form"]
    assert {name: form[name].value() for name in asked} == asked


def test_what_is_missing_is_asked_for(ask):
    assert wrong(ask(at_1="+1 h")) == {
        "brand": ["Choose a brand, or name a ticket."],
        "request_type": ["Choose a request type, or name a ticket."],
        "level": ["Choose a level, or name a ticket."],
    }


def test_nonsense_in_the_address_is_an_error_and_no_crash(ask):
    for name in ("brand", "request_type", "level", "version", "what_1", "at_1", "as_of", "start"):
        assert ask(**new(**{name: "\x00'\"9999999999999999999999"})).status_code == 422


def test_lengths_that_lead_beyond_all_years_are_refused(ask):
    assert ask(**new(at_1="+9999 d 99999 h", what_1="solved")).status_code == 200
    assert ask(**new(start="2199-12-31 23:00", as_of="+9999 d")).status_code == 200


def test_there_is_always_another_row_to_fill(ask):
    def rows(**asked):
        return len(list(ask(**new(**asked)).context["form"].rows()))

    assert [rows(), rows(at_4="+1 h", what_4="open"), rows(at_40="+1 h", what_40="open")] == [
        4,
        6,
        40,
    ]


def test_a_ticket_that_one_does_not_see_is_none(ask, make_ticket):
    restricted = make_ticket(about="legal")

    assert wrong(ask(ticket=restricted.number)) == {
        "ticket": [f"There is no ticket {restricted.number}."]
    }


def test_only_who_may_read_policies_finds_it(make_user, alex, dana, morgan, time):
    robin = make_user("Robin", role="administrator")
    reader = make_user("Rita", role="read_only")

    assert [signed_in(user).get(ADDRESS).status_code for user in (dana, alex, reader)] == [404] * 3
    assert [signed_in(user).get(ADDRESS).status_code for user in (morgan, robin)] == [200] * 2


def test_a_long_story_costs_as_many_queries_as_a_short_one(mary, make_ticket, alex, time):
    short, long = make_ticket(), make_ticket()
    for _number in range(4):
        time.advance(hours=1)
        services.set_status(long, by=alex, to="pending")
        services.set_status(long, by=alex, to="open")
    browser = signed_in(mary)
    browser.get(ADDRESS)

    counts = []
    for ticket in (short, long):
        with CaptureQueriesContext(connection) as asked:
            came(
                browser.get(ADDRESS, {"ticket": ticket.number, "at_1": "+1 h", "what_1": "solved"})
            )
        counts.append(len(asked))

    assert counts[0] == counts[1]
