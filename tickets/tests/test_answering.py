"""Questions that a caller was not asked: shown, and filled in by an agent."""

import pytest

from tickets import answering, ending, timeline
from tickets.catalog import store
from tickets.models import Ticket
from tickets.services import Refused

DESK = "/admin/tickets/ticket/"


@pytest.fixture
def agent(browser_of, alex):
    return browser_of(alex)


@pytest.fixture
def phoned(make_ticket, alex):
    def phoned(**given):
        return make_ticket(**{"by": alex, "channel": "phone", "live": True} | given)

    return phoned


def to_ask(ticket):
    given = dict(ticket.answers.values_list("key", "value"))
    asked = answering.still_to_ask(ticket, given, catalog=store.current())
    return [question.key for question in asked]


def required(type, about):
    questions = store.current().questions(type, about)
    return [each.key for each in questions if each.required and not each.conditions]


def fill(browser, ticket, **answers):
    page = f"{DESK}{ticket.pk}/answers/"
    shown = " ".join(each.key for each in browser.get(page).context["form"].questions)
    return browser.post(page, {"shown": shown, **answers})


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


@pytest.mark.django_db
def test_what_must_be_answered_and_was_not_is_still_to_ask(phoned, make_ticket):
    expected = required("perfectserve", "legal")

    assert expected
    assert to_ask(phoned(about="legal", live=False)) == expected
    assert to_ask(phoned(about="legal", live=False, by=None, channel="email")) == expected
    assert to_ask(make_ticket(about="legal")) == []  # the portal asked


def test_nothing_is_to_ask_of_what_is_over(phoned, alex):
    ticket = phoned(type="statuspage-access", about=None)
    assert to_ask(ticket) == required("statuspage-access", None)

    over = ending.mark_spam(ticket, by=alex)

    assert to_ask(over) == []


def test_an_agent_fills_in_what_they_were_told(agent, phoned, alex, dana):
    ticket = phoned(type="statuspage-access", about=None)
    key, *others = required("statuspage-access", None)

    answer = fill(agent, ticket, **{f"q_{key}": "Dr. Ali"})

    assert answer["Location"] == f"{DESK}{ticket.pk}/change/"
    [stored] = ticket.answers.all()
    assert (stored.key, stored.value) == (key, "Dr. Ali")
    assert to_ask(ticket) == others
    assert sentences(ticket, alex) == [f"Answered to Alex: “{stored.label}”"]
    assert sentences(ticket, dana) == [f"You told us: “{stored.label}”"]


def test_what_was_said_before_stays_as_it_was_said(agent, phoned):
    ticket = phoned(type="statuspage-access", about=None)
    key = required("statuspage-access", None)[0]
    fill(agent, ticket, **{f"q_{key}": "Dr. Ali"})

    fill(agent, ticket, **{f"q_{key}": "Dr. Cho"})

    assert ticket.answers.get().value == "Dr. Ali"
    assert ticket.events.filter(type="answers_filled").count() == 1


def test_an_answer_that_does_not_fit_is_refused_and_kept(agent, phoned):
    ticket = phoned(type="statuspage-access", about=None)

    answer = fill(agent, ticket, q_email="at home")

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"q_email"})
    assert 'value="at home"' in answer.content.decode()
    assert ticket.answers.count() == 0


def test_only_who_works_on_a_ticket_that_goes_on_fills_in(phoned, make_user, alex, browser_of):
    ticket = phoned()
    reader = make_user("Reader", role="read_only")

    with pytest.raises(Refused, match="cannot work"):
        answering.fill_in(ticket, by=reader, answers=[])
    assert browser_of(reader).get(f"{DESK}{ticket.pk}/answers/").status_code == 404
    ending.delete(ticket, by=alex)
    with pytest.raises(Refused, match="is over"):
        answering.fill_in(Ticket.objects.get(pk=ticket.pk), by=alex, answers=[])
