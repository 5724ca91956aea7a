"""The desk's pages of mails that came in: who sees which, and what an agent decides about them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import User
from tickets import services
from tickets.mail.expand import expand
from tickets.mail.models import InboundEmail, OutboundEmail, RawDownload
from tickets.mail.tests.ledger import RAW, came, held
from tickets.models import Viewing
from tickets.tests.reading import words_of

LIST = "admin:mail_inboundemail_changelist"
ONE = "admin:mail_inboundemail_change"
EVERY = ("confirm", "file_apart", "discard", "release", "move", "raw")


@pytest.fixture
def as_alex(browser_of, alex):
    return browser_of(alex)


@pytest.fixture
def as_morgan(browser_of, morgan):
    return browser_of(morgan)


def page(browser, name, *args, **query):
    return browser.get(reverse(name, args=args), query)


def listed(browser, **query):
    return [mail.pk for mail in page(browser, LIST, **query).context["cl"].result_list]


def send(browser, name, mail, **fields):
    return browser.post(reverse(f"admin:mail_{name}", args=[mail.pk]), fields)


def seen(browser, mail):
    """Whether its page shows it; else the admin leads elsewhere, as for what is not there."""
    return page(browser, ONE, mail.pk).status_code == 200


# --- Who sees which -----------------------------------------------------------------------


def test_the_list_is_narrowed_to_what_waits_and_searched_by_the_beginning_of_a_sender(
    as_alex, make_ticket
):
    quarantined = came(sender="zoe@clinic.example")
    waiting = held(make_ticket())
    done = came(state="done", outcome="kept", reason="auto_reply")

    assert listed(as_alex) == [done.pk, waiting.pk, quarantined.pk]
    assert listed(as_alex, waits="quarantine") == [quarantined.pk]
    assert listed(as_alex, waits="held") == [waiting.pk]
    assert listed(as_alex, q="zoe@") == [quarantined.pk]
    assert listed(as_alex, q="clinic") == []


def test_the_list_says_the_zone_of_each_time(as_alex, time):
    came(received_at=time.now)

    assert "Fri 27 Nov 2026, 10:40 AM EST" in words_of(page(as_alex, LIST))


def test_agents_see_the_mails_of_brands_that_they_serve(alex, as_alex, make_team, make_ticket):
    make_team("There", members=[alex], brands=["clinical-collaboration"])
    make_team("Here", brands=["perfectserve"])
    foreign = [came(), held(make_ticket()), came(brand="nobody's")]
    own = came(brand="clinical-collaboration")

    assert listed(as_alex) == [own.pk]
    assert [seen(as_alex, mail) for mail in [own, *foreign]] == [True, False, False, False]


def test_a_mail_on_a_restricted_ticket_is_for_who_has_that_right_and_looking_is_written_down(
    make_ticket, make_user, as_alex, browser_of
):
    mail = held(make_ticket(about="legal"))
    laura = make_user("Laura", role="agent")
    laura.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    as_laura = browser_of(User.objects.get(pk=laura.pk))

    assert (seen(as_alex, mail), seen(as_laura, mail)) == (False, True)
    assert Viewing.objects.get().what.startswith(mail.ticket.number)


def test_a_mail_of_no_brand_is_for_who_may_see_mails_as_they_came(as_alex, as_morgan):
    mail = came(brand="")

    assert (seen(as_alex, mail), seen(as_morgan, mail)) == (False, True)


def test_nobody_sees_as_staff_what_came_on_their_own_request(make_ticket, alex, as_alex):
    assert not seen(as_alex, held(make_ticket(requester=alex)))


def test_customers_and_who_only_reads_come_to_none_of_it(make_ticket, make_user, browser_of, dana):
    mail = held(make_ticket())
    reader = browser_of(make_user("Reader", role="read_only"))

    for browser in (browser_of(dana), reader):
        for name in EVERY:
            url = reverse(f"admin:mail_{name}", args=[mail.pk])
            assert {browser.get(url).status_code, browser.post(url).status_code} <= {404, 405}
    assert page(reader, ONE, mail.pk).status_code == 403
    assert InboundEmail.objects.get().settled_at is None


# --- What it says -------------------------------------------------------------------------


def test_its_page_says_whose_it_claims_to_be_what_it_says_and_why_it_waits(as_alex, make_ticket):
    told = {
        "text": "<b>Pay</b> me.",
        "quoted": "> We replied.",
        "cc": ["mallory@evil.example"],
        "files": [{"name": "invoice.exe", "size": 12}],
    }
    mail = held(make_ticket(), told=told)

    response = page(as_alex, ONE, mail.pk)

    for words in (
        "<b>Pay</b> me.",
        "> We replied.",
        "Eve, dana@example.com",
        "Our mail server found that it is not from whom it claims to be.",
        "Cc: they read nothing by this mallory@evil.example",
        "invoice.exe 12",
        "Waits on a ticket: sender not verified",
    ):
        assert words in words_of(response), words
    assert "<b>Pay</b>" not in response.content.decode()


def test_what_went_wrong_is_told_to_who_may_see_mails_as_they_came(as_alex, as_morgan):
    mail = came(error="Traceback: canary7431")

    said = [
        "canary7431" in words_of(page(browser, ONE, mail.pk)) for browser in (as_alex, as_morgan)
    ]

    assert said == [False, True]


def test_it_is_saved_as_it_came_and_who_did_so_is_written_down(morgan, as_morgan, as_alex):
    mail = came()
    url = reverse("admin:mail_raw", args=[mail.pk])

    response = as_morgan.get(url)

    assert b"".join(response) == RAW
    assert {name: response[name] for name in HEADERS} == HEADERS | {
        "Content-Disposition": f'attachment; filename="mail-{mail.pk}.eml"'
    }
    assert [(each.mail, each.user) for each in RawDownload.objects.all()] == [(mail, morgan)]
    assert "Morgan" in words_of(page(as_morgan, ONE, mail.pk))
    assert as_alex.get(url).status_code == 404


HEADERS = {
    "Content-Type": "message/rfc822",
    "Content-Disposition": "",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store, max-age=0, no-cache, must-revalidate",
}


def test_bytes_that_are_gone_are_not_there(as_morgan):
    mail = came()
    mail.raw.storage.delete(mail.raw.name)

    assert as_morgan.get(reverse("admin:mail_raw", args=[mail.pk])).status_code == 404


# --- What is decided ----------------------------------------------------------------------


def test_a_mail_in_quarantine_is_discarded_and_stays_in_the_list(as_alex, alex):
    mail = came()

    response = send(as_alex, "discard", mail)

    mail.refresh_from_db()
    assert (mail.outcome, mail.settled_by) == ("discarded", alex)
    assert response["Location"] == f"{reverse(LIST)}?waits=quarantine"
    assert listed(as_alex) == [mail.pk]


def test_a_held_mail_is_discarded_and_the_ticket_stays_as_it_is(as_alex, make_ticket):
    ticket = make_ticket()
    mail = held(ticket)

    response = send(as_alex, "discard", mail)

    mail.refresh_from_db()
    assert (mail.outcome, ticket.messages.count()) == ("discarded", 1)
    assert response["Location"] == reverse("admin:tickets_ticket_change", args=[ticket.pk])
    assert send(as_alex, "discard", mail).status_code == 404


def test_whose_a_mail_is_that_names_nobody_is_asked(as_alex):
    mail = came(sender="", reason="no_sender")

    response = send(as_alex, "release", mail, sender="nobody")

    assert response.status_code == 422
    assert "Enter a valid email address." in words_of(response)


def test_what_is_refused_is_said_on_its_page(as_alex, make_ticket, make_user):
    mail = held(make_ticket(), sender=make_user("Stranger").email)

    response = as_alex.post(reverse("admin:mail_confirm", args=[mail.pk]), follow=True)

    assert "does not see" in words_of(response)
    assert InboundEmail.objects.get().outcome == "held"


def test_what_was_threaded_wrongly_is_moved(as_alex, make_ticket, dana):
    ticket, other = make_ticket(), make_ticket()
    message = services.reply(ticket, by=dana, body="About the other one.")
    message.channel = "email"
    message.save(update_fields=["channel"])
    mail = came(ticket=ticket, became=message, outcome="added", state="done")

    wrong = send(as_alex, "move", mail, into="PS-1000")
    right = send(as_alex, "move", mail, into=other.number)

    message.refresh_from_db()
    mail.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert (message.ticket, mail.ticket) == (other, other)


# --- The mails of a ticket ----------------------------------------------------------------


def test_the_mails_of_a_ticket_say_who_was_told_what_why_and_how_that_went(
    as_alex, make_ticket, dana, time
):
    ticket = make_ticket()
    expand(time.now, limit=100)
    OutboundEmail.objects.update(state="sent", fate="failed", fate_words="550 no such user")

    words = words_of(page(as_alex, "admin:mail_of_ticket", ticket.pk))

    for said in (
        "Request received",
        dana.email,
        "The request is theirs",
        "Sent",
        "550 no such user",
    ):
        assert said in words, said


def test_the_mails_of_a_ticket_cost_the_same_whatever_there_are(
    as_alex, make_ticket, alex, time, django_assert_max_num_queries
):
    ticket, counts = make_ticket(), []
    for _ in range(2):
        services.reply(ticket, by=alex, body="Look.")
        held(ticket)
        expand(time.now, limit=100)
        page(as_alex, "admin:mail_of_ticket", ticket.pk)
        with django_assert_max_num_queries(12) as queries:
            page(as_alex, "admin:mail_of_ticket", ticket.pk)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_list_costs_the_same_for_three_mails_as_for_one(
    as_alex, make_ticket, django_assert_max_num_queries
):
    page(as_alex, LIST)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            held(make_ticket())
        with django_assert_max_num_queries(20) as queries:
            page(as_alex, LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]
