"""Questions that a caller was not asked: shown, and filled in by an agent."""

import pytest

from tickets import answering, ending, timeline
from tickets.catalog import store
from tickets.catalog.conditions import AnswerSpec
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


@pytest.fixture
def answered(browser_of, make_user):
    def answered(ticket, key, words):
        fill(browser_of(make_user("Blair", role="agent")), ticket, **{f"q_{key}": words})
        return ticket.answers.get(key=key)

    return answered


def to_ask(ticket):
    given = dict(ticket.answers.values_list("key", "value"))
    asked = answering.still_to_ask(ticket, given, catalog=store.current())
    return [question.key for question in asked]


def required(type, about):
    questions = store.current().questions(type, about)
    return [each.key for each in questions if each.required and not each.conditions]


def fill(browser, ticket, **answers):
    return browser.post(f"{DESK}{ticket.pk}/answers/", {"shown": shown(browser, ticket), **answers})


def shown(browser, ticket):
    return " ".join(each.key for each in asked(browser, ticket))


def asked(browser, ticket):
    return browser.get(f"{DESK}{ticket.pk}/answers/").context["form"].questions


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


def test_that_nothing_is_left_to_ask_is_said(agent, phoned):
    ticket = phoned(type="statuspage-access", about=None)
    told = {"q_who": "Dr. Ali", "q_email": "ali@clinic.example", "q_products": "PerfectServe"}
    some = agent.get(f"{DESK}{ticket.pk}/answers/").content.decode()
    fill(agent, ticket, **told)

    page = agent.get(f"{DESK}{ticket.pk}/answers/")

    assert ("Nothing is left to ask" in some, "Save the answers" in some) == (False, True)
    assert to_ask(ticket) == []
    assert "Nothing is left to ask" in page.content.decode()
    assert "Save the answers" not in page.content.decode()


def test_what_was_said_before_stays_as_it_was_said(agent, phoned):
    ticket = phoned(type="statuspage-access", about=None)
    key = required("statuspage-access", None)[0]
    fill(agent, ticket, **{f"q_{key}": "Dr. Ali"})

    answer = fill(agent, ticket, **{f"q_{key}": "Dr. Cho"})

    assert answer.status_code == 409
    assert ticket.answers.get().value == "Dr. Ali"
    assert ticket.events.filter(type="answers_filled").count() == 1


def test_what_another_answered_meanwhile_is_shown_beside_ones_own_words(agent, phoned, answered):
    ticket = phoned(type="statuspage-access", about=None)
    key, other = [each.key for each in asked(agent, ticket)][:2]
    mine = {
        "shown": shown(agent, ticket),
        f"q_{key}": "Dr. Cho",
        f"q_{other}": "cho@clinic.example",
    }
    stored = answered(ticket, key, "Dr. Ali")

    page = agent.post(f"{DESK}{ticket.pk}/answers/", mine)

    said = f"“{stored.label}” was answered meanwhile: “Dr. Ali”. Not saved: “Dr. Cho”"
    assert (page.status_code, page.context["form"].errors) == (409, {"__all__": [said]})
    assert said in page.content.decode()
    assert "cho@clinic.example" in page.content.decode()
    assert list(ticket.answers.all()) == [stored]


def test_the_same_answers_sent_twice_are_saved_once(agent, phoned):
    ticket = phoned(type="statuspage-access", about=None)
    key = required("statuspage-access", None)[0]
    mine = {"shown": shown(agent, ticket), f"q_{key}": "Dr. Cho "}

    pages = [agent.post(f"{DESK}{ticket.pk}/answers/", mine) for _press in range(2)]

    assert [page.status_code for page in pages] == [302, 302]
    assert ticket.answers.get().value == "Dr. Cho"


def test_other_words_for_an_answer_are_refused_and_nothing_is_stored(phoned, alex, answered):
    ticket = phoned(type="statuspage-access", about=None)
    key, other = required("statuspage-access", None)[:2]
    stored = answered(ticket, key, "Dr. Ali")
    answers = [
        AnswerSpec(0, key=each, label=each, kind="text", value="Dr. Cho", display="Dr. Cho")
        for each in (other, key)
    ]

    with pytest.raises(answering.AnsweredMeanwhile, match="was answered meanwhile"):
        answering.fill_in(ticket, by=alex, answers=answers)

    assert list(ticket.answers.all()) == [stored]


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
