"""Writing down a call: whose it is, what it is about, back-dated, and sent twice."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.roles import RIGHTS
from tickets.catalog.models import Brand
from tickets.models import Callback, Message, Ticket
from tickets.tests.filled import fields

PAGE = "/admin/tickets/ticket/calls/new/"
SAID = {
    "kind": "issue",
    "affected": "one",
    "ability": "partly",
    "subject": "Wrong schedule",
    "description": "It shows last week.",
    "note": "Sounded upset.",
    "live": "on",
    "take": "on",
}
NEW = {"email": "New.Person@clinic.example", "name": "Robin Vale", "phone": "212.555.0199"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(browser_of, alex, time):
    return browser_of(alex)


def address(customer, about="perfectserve:schedule", brand="perfectserve"):
    pk = Brand.objects.get(key=brand).pk
    return f"{PAGE}?customer={customer}&brand={pk}&about={about}"


def file(browser, customer, *, about="perfectserve:schedule", **said):
    data = SAID | {"key": uuid.uuid4()} | said
    where = address(customer, about)
    shown = browser.get(where).context.get("form")
    questions = getattr(shown, "questions", ())
    data.setdefault("shown", " ".join(each.key for each in questions))
    return browser.post(where, {name: value for name, value in data.items() if value is not None})


def errors(answer):
    return {name for form in answer.context["errors"] for name in form.errors}


@pytest.mark.parametrize("asked", ["dan", "DANA@exam", "212 555 01"])
def test_a_customer_is_found_by_name_address_or_number(agent, dana, make_user, asked):
    User.objects.filter(pk=dana.pk).update(phone="1.212.555.0101")
    make_user("Danielle", is_active=False)
    make_user("Dan", role="agent")

    page = agent.get(PAGE, {"q": asked})

    assert page.context["found"] == [dana]
    assert f"customer={dana.pk}" in page.content.decode()


@pytest.mark.parametrize("asked", ["x", "nobody", "555", "\0"])
def test_where_nobody_fits_a_new_customer_is_offered(agent, dana, asked):
    page = agent.get(PAGE, {"q": asked})

    assert page.context["found"] == []
    assert "customer=new" in page.content.decode()


def test_what_is_open_for_them_already_is_shown_first(agent, make_ticket, dana, make_user):
    mine, _other = make_ticket(), make_ticket(requester=make_user("Nora"))

    page = agent.get(address(dana.pk))

    assert page.context["open_tickets"] == [mine]


def test_a_call_becomes_a_ticket_of_its_customer(agent, alex, dana):
    answer = file(agent, dana.pk)

    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/admin/tickets/ticket/{ticket.pk}/change/"
    assert (ticket.requester, ticket.channel, ticket.level_id, ticket.assignee) == (
        dana,
        "phone",
        3,
        alex,
    )
    assert (ticket.subcategory.key, ticket.organization) == ("schedule", dana.organization)
    assert list(Message.objects.values_list("kind", "author", "body")) == [
        ("public", dana.pk, "It shows last week."),
        ("note", alex.pk, "Sounded upset."),
    ]
    opened = ticket.events.first()
    assert (opened.actor, opened.by, opened.data["live"]) == ("agent", alex, True)
    assert ticket.answered_at == ticket.created_at


def test_promises_run_from_when_the_call_came(agent, dana, time):
    file(agent, dana.pk, received_at="2026-01-05T04:30", live=None)

    ticket = Ticket.objects.get()
    assert ticket.created_at == time.at - timedelta(minutes=30)
    assert ticket.answered_at is None
    assert ticket.next_due_at == ticket.created_at + timedelta(hours=4)


@pytest.mark.parametrize("came", ["2026-01-05T05:01", "2025-01-05T05:00", "yesterday"])
def test_a_time_that_cannot_be_is_refused_and_all_is_kept(agent, dana, came):
    answer = file(agent, dana.pk, received_at=came)

    assert (answer.status_code, errors(answer)) == (422, {"received_at"})
    page = answer.content.decode()
    assert "It shows last week." in page
    assert "Sounded upset." in page
    assert Ticket.objects.count() == 0


def test_what_must_be_answered_on_the_portal_may_stay_open_here(agent, dana):
    shown = agent.get(address(dana.pk)).context["form"]

    file(agent, dana.pk)

    assert [name for name in shown.fields if name.startswith("q_")]
    assert not any(field.required for name, field in shown.fields.items() if name.startswith("q_"))
    assert Ticket.objects.get().answers.count() == 0


def test_another_level_than_the_answers_give_is_kept_with_what_they_gave(agent, dana):
    file(agent, dana.pk, level="1")

    ticket = Ticket.objects.get()
    assert ticket.level_id == 1
    assert ticket.events.first().data["level_by_answers"] == 3


def test_a_new_customer_is_made_with_the_ticket(agent):
    file(agent, "new", organization="Uptown ENT", **NEW)

    person = Ticket.objects.get().requester
    assert (person.email, person.name, person.phone) == (
        "new.person@clinic.example",
        "Robin Vale",
        "212.555.0199",
    )
    assert (person.stated_organization, person.organization, person.is_staff) == (
        "Uptown ENT",
        None,
        False,
    )
    assert not person.has_usable_password()


def test_an_address_that_is_known_is_that_customer_as_they_are(agent, dana):
    file(agent, "new", **NEW | {"email": "DANA@example.com"})

    dana.refresh_from_db()
    assert Ticket.objects.get().requester == dana
    assert (dana.name, dana.phone) == ("Dana", "212.555.0199")


@pytest.mark.parametrize("button", ["choose", "file"])
def test_another_subject_takes_along_what_was_typed(agent, button):
    page = agent.get(address("new")).content.decode()
    typed = fields(page, form="call") | SAID | NEW | {"level": "2"}
    assert typed["about"] == "perfectserve:schedule"

    answer = agent.post(
        address("new"), typed | {"about": "statuspage-access"} | {button: "1"}, follow=True
    )

    assert (answer.status_code, Ticket.objects.count()) == (200, 0)
    shown = fields(answer.content.decode(), form="call")
    kept = ("subject", "description", "note", "level", "email", "name", "phone", "key")
    assert {name: shown[name] for name in kept} == {name: typed[name] for name in kept}
    assert shown["about"] == "statuspage-access"
    assert not any(form.errors for form in answer.context["errors"])
    agent.post(answer.context["action"], shown)
    ticket = Ticket.objects.get()
    assert (ticket.request_type.key, ticket.subject) == ("statuspage-access", SAID["subject"])


def test_no_subject_at_all_loses_nothing_either(agent, dana):
    typed = fields(agent.get(address(dana.pk)).content.decode(), form="call") | SAID

    answer = agent.post(address(dana.pk), typed | {"about": ""})

    page = answer.content.decode()
    assert "Choose what it is about" in page
    assert fields(page, form="call")["description"] == SAID["description"]
    assert Ticket.objects.count() == 0


@pytest.fixture
def typed(agent, dana):
    User.objects.filter(pk=dana.pk).update(phone="212.555.0101")
    page = agent.get(address(dana.pk)).content.decode()
    wish = {"callback": "on", "call-reason": "The schedule"}
    return fields(page, form="call") | SAID | wish | {"level": "2"}


def sent(page):
    """Return what a browser sends of the call's form; a box without a value says "on"."""
    given = fields(page.content.decode(), form="call")
    return {name: "on" if value == [""] else value for name, value in given.items()}


def test_somebody_else_takes_along_what_was_typed(agent, dana, make_user, typed):
    erin = make_user("Erin")

    asked = agent.post(address(dana.pk), typed | {"person": ""})
    shown = sent(asked)
    found = agent.post(asked.context["action"], shown | {"q": "erin", "find": "1"})
    again = sent(found) | {"person": erin.pk}
    chosen = agent.post(found.context["action"], again)
    last = sent(chosen)
    agent.post(chosen.context["action"], last | {"call-number": "212.555.0199"})

    assert (typed["call-number"], shown["call-number"]) == ("212.555.0101", "")
    assert found.context["found"] == [erin]
    kept = (*SAID, "level", "call-reason", "key")
    for each in (shown, again, last):
        assert {name: each[name] for name in kept} == {name: typed[name] for name in kept}
    assert not any(page.context["errors"] for page in (asked, found, chosen))
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.subject, ticket.level_id) == (erin, SAID["subject"], 2)


def test_a_new_customer_who_is_searched_for_again_is_not_typed_twice(agent, dana):
    page = agent.get(address("new")).content.decode()
    typed = fields(page, form="call") | SAID | NEW

    asked = agent.post(address("new"), typed | {"person": ""})
    shown = fields(asked.content.decode(), form="call") | {"q": "Vale"}
    again = agent.post(asked.context["action"], shown | {"person": "new"})

    last = fields(again.content.decode(), form="call")
    assert {name: last[name] for name in NEW} == NEW
    assert last["description"] == SAID["description"]


def test_what_is_typed_of_a_call_back_that_is_not_wanted_yet_is_kept(agent, dana, typed):
    del typed["callback"]
    wish = {"call-number": "1.212.555.0199", "call-call_before": "2026-01-06T09:00"}

    answer = agent.post(address(dana.pk), typed | wish | {"choose": "1"})

    kept = {*wish, "call-reason"}
    given = sent(answer)
    assert {name: given[name] for name in kept} == wish | {"call-reason": typed["call-reason"]}


def test_nothing_is_filed_before_it_is_known_who_called(agent, dana, typed):
    asked = agent.post(address(dana.pk), typed | {"person": ""})
    shown = fields(asked.content.decode(), form="call")

    answer = agent.post(asked.context["action"], shown | {"call-number": "212.555.0101"})

    assert (answer.status_code, Ticket.objects.count()) == (422, 0)
    assert errors(answer) == {"__all__"}
    assert fields(answer.content.decode(), form="call")["note"] == SAID["note"]


def test_all_that_is_wrong_is_said_in_one_place_and_to_an_agent(agent):
    answer = file(agent, "new", email="", name="", description="")

    page = answer.content.decode()
    assert page.count("There is a problem") == 1
    assert "Enter what was said" in page
    assert "They need it urgently" in page


def test_nothing_is_filed_for_who_was_shut_out_and_nobody_is_made_for_nothing(agent, make_user):
    make_user("Gone", is_active=False)

    answer = file(agent, "new", **NEW | {"email": "gone@example.com"})
    empty = file(agent, "new", email="", name="", subject="")

    assert (answer.status_code, errors(answer)) == (422, {"__all__"})
    assert errors(empty) == {"email", "name", "subject"}
    assert Ticket.objects.count() == 0


def test_pressed_twice_it_is_filed_once(agent, dana):
    key = uuid.uuid4()
    both = [file(agent, dana.pk, key=key)["Location"] for _ in range(2)]

    assert len(set(both)) == 1
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(kind="note").count() == 1


def test_a_call_back_is_asked_for_at_once(agent, dana):
    wish = {
        "call-number": "212.555.0101",
        "call-time_zone": "America/New_York",
        "call-call_after": "2026-01-05T06:00",
        "call-call_before": "2026-01-05T09:00",
    }
    wrong = file(agent, dana.pk, callback="on", **wish | {"call-number": "me"})

    file(agent, dana.pk, callback="on", **wish)

    assert errors(wrong) == {"number"}
    callback = Callback.objects.get()
    assert (callback.ticket, callback.number) == (Ticket.objects.get(), "212.555.0101")


def test_restricted_types_are_for_who_has_that_right(agent, alex, dana):
    before = agent.get(address(dana.pk, "perfectserve:legal"))
    refused = file(agent, dana.pk, about="perfectserve:legal")
    offered = before.content.decode()
    alex.groups.add(Group.objects.get(name=RIGHTS["legal_requests"].group))

    filed = file(agent, dana.pk, about="perfectserve:legal")

    assert "perfectserve:legal" not in offered.replace("about=perfectserve:legal", "")
    assert 'name="description"' not in offered
    assert refused.status_code == 200
    assert filed.status_code == 302
    assert Ticket.objects.get().restricted


def test_only_who_works_on_tickets_logs_calls(browser_of, make_user, dana):
    people = [dana, make_user("Reader", role="read_only")]

    assert [browser_of(user).get(PAGE).status_code for user in people] == [404, 404]
