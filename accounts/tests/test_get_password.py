"""Get a password: for who forgot theirs, for who only e-mailed, and telling strangers nothing."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.people import (
    PASSWORD,
    get_password,
    link_in,
    mails,
    make,
    open_link,
    path_of,
    sign_in,
    signed_in,
    what_a_stranger_sees,
)

NEW = "four red 🦊 at the old mill"


@pytest.fixture
def mailed():
    """Somebody who wrote to us and never chose a password."""
    return make("mailed@clinic.example", name="Mel Ortiz", password=None)


def test_somebody_who_only_e_mailed_gets_one_mail_and_is_in(client, mailed):
    get_password(client, "mailed@clinic.example")
    _page, address = open_link(client, mails()[0])

    response = client.post(address, {"password1": NEW})

    assert [message.to for message in mails()] == [["mailed@clinic.example"]]
    assert response["Location"] == "/tickets/?first"
    assert client.session["_auth_user_id"] == str(mailed.pk)


def test_password_chosen_by_link_signs_in_later_without_another_mail(client, mailed):
    get_password(client, "mailed@clinic.example")
    _page, address = open_link(client, mails()[0])
    client.post(address, {"password1": NEW})

    elsewhere = Client()
    sign_in(elsewhere, "mailed@clinic.example", NEW)

    assert elsewhere.session["_auth_user_id"] == str(mailed.pk)
    assert len(mails()) == 1


def test_page_after_it_says_how_many_earlier_requests_were_found(client, mailed, make_ticket):
    earlier = [make_ticket(requester=mailed, channel="email") for _ in range(2)]
    elsewhere = make_ticket(requester=mailed, channel="email", brand="clinical-collaboration")
    make_ticket(subject="Somebody else's")
    get_password(client, "mailed@clinic.example")
    _page, address = open_link(client, mails()[0])

    page = client.post(address, {"password1": NEW}, follow=True)

    assert "We found 3 earlier requests of yours." in page.content.decode()
    assert "You have 1 ticket with Clinical Collaboration." in page.content.decode()
    assert {ticket["number"] for ticket in page.context["tickets"]} == {
        ticket.number for ticket in earlier
    }
    assert client.get(elsewhere.get_absolute_url()).status_code == 200
    assert list(mailed.emailaddress_set.values_list("email", "verified")) == [
        ("mailed@clinic.example", True)
    ]


def test_who_has_no_earlier_request_reads_under_which_address_we_looked(client, mailed):
    get_password(client, "mailed@clinic.example")
    _page, address = open_link(client, mails()[0])

    page = client.post(address, {"password1": NEW}, follow=True)

    assert "We found no earlier request from mailed@clinic.example." in page.content.decode()


def test_who_had_a_password_before_goes_home(client, dana):
    get_password(client, "dana@clinic.example")
    _page, address = open_link(client, mails()[0])

    page = client.post(address, {"password1": NEW}, follow=True)

    assert page.redirect_chain == [(reverse("home"), 302)]
    assert "Your password is saved." in page.content.decode()


def test_staff_get_a_first_password_too_and_still_take_the_second_step(client, settings):
    settings.STAFF_MFA = "required"
    agent = make("new@support.example", role="agent", password=None)
    get_password(client, "new@support.example")
    _page, address = open_link(client, mails()[0])

    client.post(address, {"password1": NEW})

    assert client.session["_auth_user_id"] == str(agent.pk)
    assert client.get("/admin/")["Location"] == reverse("mfa_activate_totp")


def test_mail_says_that_an_account_is_there_already(client, mailed):
    get_password(client, "mailed@clinic.example")
    message = mails()[0]

    assert (message.subject, message.from_email) == (
        "Choose your password",
        "PerfectServe Support <support@support.perfectserve.com>",
    )
    assert message.body.startswith(
        "You have an account with us, because you wrote to us before. Choose a password for it, "
        f"and your earlier requests are there:\n{link_in(message)}\n"
    )
    assert link_in(message) in message.alternatives[0].content


def test_address_is_written_as_it_is_stored(client, dana):
    get_password(client, "DANA@clinic.example")

    assert [message.to for message in mails()] == [["dana@clinic.example"]]


@pytest.mark.parametrize("address", ["nobody@clinic.example", "gone@clinic.example"])
def test_unknown_and_inactive_addresses_get_no_mail(client, address):
    User.objects.create_user("gone@clinic.example", is_active=False)

    get_password(client, address)

    assert mails() == []


def test_every_address_gets_the_same_answer(dana, mailed, alex):
    User.objects.create_user("gone@clinic.example", PASSWORD, is_active=False)
    addresses = [
        "dana@clinic.example",
        "mailed@clinic.example",
        "alex@support.example",
        "gone@clinic.example",
        "nobody@clinic.example",
    ]

    answers = [what_a_stranger_sees(get_password(Client(), each)) for each in addresses]
    pages = [what_a_stranger_sees(get_password(Client(), each, follow=True)) for each in addresses]

    assert answers == [answers[0]] * 5
    assert pages == [pages[0]] * 5
    assert b"If we know this address" in pages[0][3]


def test_links_point_at_the_brand_and_never_at_the_host_header(client, dana, settings):
    settings.HOSTS = {"portal.test": "perfectserve"}

    get_password(client, "dana@clinic.example", headers={"host": "portal.test:8000"})

    assert link_in(mails()[0]).startswith("https://support.perfectserve.com/accounts/")


def test_links_point_at_the_installation_where_it_names_itself(client, dana, settings):
    settings.ORIGIN = "http://localhost:8000"

    get_password(client, "dana@clinic.example")

    assert link_in(mails()[0]).startswith("http://localhost:8000/accounts/password/get/")


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "x-original-host", "forwarded"])
def test_links_do_not_follow_a_host_that_a_header_names(client, dana, header):
    value = "host=evil.example" if header == "forwarded" else "evil.example"

    get_password(client, "dana@clinic.example", headers={header: value})

    assert link_in(mails()[0]).startswith("https://support.perfectserve.com/accounts/password/get/")


def test_unknown_host_gets_no_mail_sent(client, dana):
    response = get_password(client, "dana@clinic.example", headers={"host": "evil.example"})

    assert (response.status_code, mails()) == (400, [])


def test_new_password_ends_every_session(client, dana):
    elsewhere = signed_in(dana)
    get_password(client, "dana@clinic.example")
    _page, address = open_link(client, mails()[0])
    client.post(address, {"password1": NEW})

    response = elsewhere.get(reverse("profile"))

    assert response["Location"] == f"{reverse('account_login')}?next=/profile/"


def test_link_of_one_person_signs_out_another(client, dana, mailed):
    client.force_login(dana)
    get_password(client, "mailed@clinic.example")

    _page, address = open_link(client, mails()[0])
    client.post(address, {"password1": NEW})

    assert client.session["_auth_user_id"] == str(mailed.pk)


def test_link_proves_the_address_and_beats_who_signed_up_with_it(client):
    stranger = Client()
    stranger.post(
        reverse("account_signup"),
        {
            "email": "mailed@clinic.example",
            "name": "Mallory",
            "phone": "1",
            "stated_organization": "X",
            "password1": "the stranger's own",
        },
    )
    user = User.objects.get(email="mailed@clinic.example")

    get_password(client, "mailed@clinic.example")
    _page, address = open_link(client, mails()[-1])
    client.post(address, {"password1": NEW})

    sign_in(stranger, "mailed@clinic.example", "the stranger's own")
    assert "_auth_user_id" not in stranger.session
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [
        ("mailed@clinic.example", True)
    ]


def test_one_address_gets_three_mails_an_hour_and_the_same_answer_always(dana):
    answers = [
        what_a_stranger_sees(
            get_password(Client(), "dana@clinic.example", REMOTE_ADDR=f"192.0.2.{number}")
        )
        for number in range(20)
    ]

    assert answers == [answers[0]] * 20
    assert len(mails()) == 3


def test_mail_path_is_the_page_we_serve(client, dana):
    get_password(client, "dana@clinic.example")

    assert path_of(link_in(mails()[0])).startswith("/accounts/password/get/")
