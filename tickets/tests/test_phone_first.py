"""Who has an urgent problem is asked to call, once; the answer counts as long as it holds."""

import pytest

from tickets.models import Draft, Ticket

ABOUT = {"kind": "issue", "subcategory": "billing"}
URGENT = {"affected": "some", "ability": "no"}
WORSE, MILD = {"affected": "most", "ability": "partly"}, {"affected": "nobody", "ability": "yes"}
DETAILS = {
    "subject": "Down",
    "description": "All of it.",
    "q_topic": "Something else",
    "shown": "topic",
    "send": "",
}
ONE_PAGE = {"kind": "issue", "subject": "Down", "description": "All of it.", "shown": "invoice"}
CALLED = {"phone_answer": "called", "phone_reference": "Ana, case 12"}


def said():
    ticket = Ticket.objects.get()
    return ticket.level_id, ticket.phone_answer, ticket.phone_reference


def begin(client, impact):
    return client.post("/new/perfectserve/", ABOUT | impact)["Location"]


def test_a_call_is_kept_with_its_reference_and_the_ticket_does_not_top_the_queue(as_dana):
    phone = begin(as_dana, URGENT)

    place = as_dana.post(phone, CALLED)["Location"]
    as_dana.post(place, DETAILS)

    assert said() == (1, "called", "Ana, case 12")
    assert Ticket.objects.get().queue_rank == 1


def test_who_cannot_call_has_no_reference_to_a_call(as_dana):
    phone = begin(as_dana, URGENT)

    as_dana.post(phone, CALLED | {"phone_answer": "cannot"})
    as_dana.post(phone.removesuffix("phone/"), DETAILS)

    assert said() == (1, "cannot", "")


def test_who_answered_is_not_asked_again_when_it_gets_worse(as_dana):
    phone = begin(as_dana, URGENT)
    place = as_dana.post(phone, CALLED)["Location"]

    next_page = as_dana.post(f"{place}about/", ABOUT | WORSE)["Location"]
    as_dana.post(place, DETAILS)

    assert next_page == place
    assert said() == (2, "called", "Ana, case 12")


def test_an_answer_counts_for_nothing_once_the_problem_is_less_urgent(as_dana):
    phone = begin(as_dana, URGENT)
    place = as_dana.post(phone, CALLED)["Location"]

    as_dana.post(f"{place}about/", ABOUT | MILD)
    leads_back = as_dana.get(phone)["Location"]
    as_dana.post(place, DETAILS)

    assert leads_back == place
    assert said() == (4, "", "")


def test_who_becomes_urgent_later_is_asked_then(as_dana):
    place = begin(as_dana, MILD)

    next_page = as_dana.post(f"{place}about/", ABOUT | URGENT)["Location"]

    assert next_page == f"{place}phone/"
    assert as_dana.post(place, DETAILS)["Location"] == f"{place}phone/"
    assert not Ticket.objects.exists()


def test_the_phone_page_of_a_form_of_one_page_sends_what_was_sent(as_dana):
    phone = as_dana.post("/new/payment/", ONE_PAGE | URGENT | {"send": ""})["Location"]

    filed = as_dana.post(phone, CALLED)["Location"]

    assert filed == f"{Ticket.objects.get().get_absolute_url()}?filed"
    assert said() == (1, "called", "Ana, case 12")


def test_what_was_only_saved_is_not_sent_by_the_phone_page(as_dana):
    place = as_dana.post("/new/payment/", ONE_PAGE | URGENT | {"subject": "", "later": ""})
    assert place["Location"] == "/drafts/"
    draft = Draft.objects.get().get_absolute_url()

    leads_to = as_dana.post(f"{draft}phone/", CALLED)["Location"]

    assert leads_to == draft
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("type", ["perfectserve", "payment"])
def test_less_urgent_leads_to_the_answers_that_made_it_urgent(as_dana, type):
    begun = as_dana.post(f"/new/{type}/", ABOUT | ONE_PAGE | URGENT | {"send": ""})["Location"]
    draft = begun.removesuffix("phone/")

    page = as_dana.get(begun).content.decode()

    back = f"{draft}about/" if type == "perfectserve" else f"{draft}#id_affected_0"
    assert f'href="{back}">It is less urgent than that' in page
    assert 'id="id_affected_0"' in as_dana.get(back).content.decode()


def test_the_page_asks_for_an_answer_in_words(as_dana):
    phone = begin(as_dana, URGENT)

    page = as_dana.post(phone, {"phone_reference": "x"})

    assert page.context["form"].errors == {
        "phone_answer": ["Choose whether you called or can't call"]
    }
    assert "<title>Error:" in page.content.decode()
