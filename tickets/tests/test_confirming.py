"""The link that confirms a request: looking uses nothing up, pressing files it, once."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.services import make_person, prove_address
from tickets.models import Attachment, Confirmation, Draft, Event, Ticket
from tickets.tests.signed_out import link, sent_signed_out

PASSWORD = "three blue herons"
CHOSEN = {"password1": PASSWORD}

pytestmark = pytest.mark.django_db


def filed():
    return list(Ticket.objects.values_list("subject", "requester__email"))


def test_looking_at_the_link_twenty_times_changes_nothing(client):
    sent_signed_out()

    answers = {Client().get(link()).status_code for _scanner in range(20)}
    Client().head(link())

    assert answers == {200}
    assert (filed(), User.objects.count(), len(mail.outbox)) == ([], 0, 1)
    assert Client().post(link(), CHOSEN)["Location"].endswith("?filed")


def test_who_is_unknown_chooses_a_password_and_lands_on_the_ticket(client, time):
    sent_signed_out()
    reader = Client()
    time.advance(minutes=50)

    response = reader.post(link(), CHOSEN)

    ticket = Ticket.objects.get()
    assert response["Location"] == f"/tickets/{ticket.pk}/?filed"
    assert reader.get(response["Location"]).status_code == 200
    person = ticket.requester
    assert (person.email, person.name, person.check_password(PASSWORD)) == (
        "robin@clinic.example",
        "Robin Vale",
        True,
    )
    assert person.emailaddress_set.get().verified
    assert (ticket.created_at, ticket.channel) == (time.at, "portal")
    assert Draft.objects.count() == Confirmation.objects.count() == 0


def test_a_password_that_is_too_easy_files_nothing_and_says_why(client):
    sent_signed_out()

    response = Client().post(link(), {"password1": "robin vale"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["password1"])
    assert (filed(), User.objects.count()) == ([], 0)


def test_who_only_ever_mailed_us_gets_a_password_the_same_way(client):
    walter = make_person(email="robin@clinic.example", name="Walter")
    sent_signed_out()

    Client().post(link(), CHOSEN)

    walter.refresh_from_db()
    assert (Ticket.objects.get().requester, walter.name) == (walter, "Walter")
    assert walter.check_password(PASSWORD)


def test_after_an_hour_the_link_files_and_a_new_one_for_the_password_is_mailed(client, time):
    sent_signed_out()
    time.advance(minutes=61)
    reader = Client()

    response = reader.post(link(0), CHOSEN, follow=True)

    assert filed() == [("Invoice", "robin@clinic.example")]
    assert not User.objects.get().has_usable_password()
    assert [message.subject for message in mail.outbox] == [
        "Confirm your request",
        "Choose your password",
    ]
    assert response.status_code == 200
    assert not response.context["user"].is_authenticated
    assert "We mailed you a link" in response.content.decode()


@pytest.mark.parametrize("who", ["a customer", "staff"])
def test_who_has_a_password_signs_in_as_ever_once_it_is_filed(client, make_user, who):
    known = make_user("Robin", role="agent" if who == "staff" else None)
    prove_address(known)
    sent_signed_out(known.email)
    reader = Client()

    assert "password1" not in reader.get(link()).content.decode()
    response = reader.post(link(), CHOSEN)

    ticket = Ticket.objects.get()
    assert response["Location"] == f"/accounts/sign-in/?next=/tickets/{ticket.pk}/%3Ffiled"
    assert ticket.requester == known
    known.refresh_from_db()
    assert not known.check_password(PASSWORD)


def test_a_password_of_somebody_who_never_proved_the_address_does_not_survive(client, make_user):
    """Who signs up with another's address and waits must not come in after them."""
    planted = make_user("Robin")
    sent_signed_out(planted.email)

    Client().post(link(), CHOSEN)

    planted.refresh_from_db()
    assert planted.check_password(PASSWORD)


def test_who_is_signed_in_already_lands_on_the_ticket(client, dana):
    prove_address(dana)
    sent_signed_out(dana.email)
    reader = Client()
    reader.force_login(dana)

    response = reader.post(link())

    assert response["Location"] == f"/tickets/{Ticket.objects.get().pk}/?filed"


def test_who_was_shut_out_gets_the_same_mail_and_is_asked_to_call(client, make_user):
    gone = make_user("Gone", is_active=False)
    sent_signed_out(gone.email)

    page = Client().get(link())
    Client().post(link(), CHOSEN)

    assert "Please call us" in page.content.decode()
    assert (filed(), mail.outbox[0].subject) == ([], "Confirm your request")


def test_a_link_used_before_leads_to_the_ticket_that_it_filed(client):
    waits = sent_signed_out()
    Client().post(link(), CHOSEN)

    again = [Client().post(link(), CHOSEN), Client().get(link())]

    assert [(answer.status_code, answer.templates[0].name) for answer in again] == [
        (200, "tickets/confirm_filed.html")
    ] * 2
    assert f"/drafts/{waits.draft_id}/" in again[1].content.decode()
    assert Ticket.objects.count() == 1


def test_an_old_link_offers_a_new_one_and_does_not_say_to_whom(client, time):
    sent_signed_out()
    time.advance(days=3)
    reader = Client()
    page = reader.get(link(0))

    assert reader.post(link(0), CHOSEN).status_code == 200
    assert (filed(), len(mail.outbox)) == ([], 1)
    assert b"robin@clinic.example" not in page.content
    reader.post(link(0), {"again": ""})
    reader.post(link(1), CHOSEN)
    assert filed() == [("Invoice", "robin@clinic.example")]


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 200])
def test_a_made_up_token_opens_nothing(client, token):
    waits = sent_signed_out()

    address = f"/confirmations/{waits.draft_id}/{token}/"
    assert Client().get(address).templates[0].name == "tickets/confirm_dead.html"
    Client().post(address, CHOSEN)
    assert filed() == []
    nowhere = f"/confirmations/00000000-0000-0000-0000-000000000000/{token}/"
    assert Client().get(nowhere).status_code == 404


def test_answers_and_files_come_along(client):
    sent_signed_out(
        client=client, files=SimpleUploadedFile("a.pdf", b"%PDF"), q_invoice="PS-2026-1"
    )

    Client().post(link(), CHOSEN)

    ticket = Ticket.objects.get()
    assert [(given.label, given.display) for given in ticket.answers.all()] == [
        ("Invoice number", "PS-2026-1")
    ]
    assert [file.name for file in ticket.messages.get().attachments.all()] == ["a.pdf"]
    assert Attachment.objects.count() == 1


def test_the_cookie_of_the_draft_never_opens_the_ticket(client):
    waits = sent_signed_out(client=client)
    Client().post(link(), CHOSEN)
    ticket = Ticket.objects.get()

    places = [f"/drafts/{waits.draft_id}/waiting/", f"/drafts/{waits.draft_id}/"]
    assert [client.get(place)["Location"] for place in places] == [
        f"/accounts/sign-in/?next={place}" for place in places
    ]
    assert client.get(ticket.get_absolute_url()).status_code == 302


def test_the_log_of_a_confirmed_ticket_is_that_of_any_other(client):
    sent_signed_out()

    Client().post(link(), CHOSEN)

    ticket = Ticket.objects.get()
    assert [(event.type, event.actor, event.by) for event in Event.objects.all()] == [
        ("opened", "requester", ticket.requester)
    ]
    assert ticket.clocks.count() == 2
