"""Mails that are more or less than a customer's words: held, set aside, doubles, files, reports."""

from dataclasses import replace
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from tickets.mail.inbound.acting import act
from tickets.mail.inbound.mail import File, Mail, Report
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.mail.tests.came_in import (
    SUPPORT,
    TELMEDIQ,
    answer_of,
    came,
    mail_from,
    outgoing,
    row,
    story,
    written,
)
from tickets.models import Attachment, Message, Proposal, Ticket

pytestmark = pytest.mark.django_db


# --- Senders ------------------------------------------------------------------------------


def test_no_agent_acts_by_mail(answered, alex):
    sent = answer_of(alex, answered, text="Send your password to mallory.")
    before = story(answered), outgoing()
    taken = came(sent)

    assert (taken.state, taken.reason, taken.ticket) == ("quarantined", "agent", None)
    assert taken.told["text"] == "Send your password to mallory."
    assert (story(answered), outgoing()) == before


def test_a_sender_who_is_not_verified_waits_on_the_ticket(answered, dana):
    sent = answer_of(dana, answered, check="fail", cc=("mallory@evil.example",))
    before = story(answered), Message.objects.count(), outgoing()
    taken = came(sent)

    assert (taken.state, taken.outcome, taken.ticket) == ("done", "held", answered)
    assert (taken.check_of_sender, taken.told["cc"]) == ("fail", ["mallory@evil.example"])
    assert (story(answered), Message.objects.count(), outgoing()) == before
    assert not User.objects.filter(email="mallory@evil.example").exists()


def test_what_comes_from_ourselves_is_discarded(time, dana):
    taken = came(mail_from(dana, sender=SUPPORT))

    assert (taken.outcome, taken.reason, Ticket.objects.count()) == ("discarded", "own_address", 0)


def test_who_was_shut_out_waits_for_somebody_to_look(time, dana):
    User.objects.filter(pk=dana.pk).update(is_active=False)
    taken = came(mail_from(dana))

    assert (taken.state, taken.reason, Ticket.objects.count()) == ("quarantined", "shut_out", 0)


def test_a_flood_waits_for_somebody_to_look(time, dana, settings):
    settings.LIMITS = settings.LIMITS | {"mail_in": (2, 3600)}
    came_in = [came(mail_from(dana)).reason for _each in range(3)]

    assert came_in == ["new", "new", "too_many"]


# --- The same mail ------------------------------------------------------------------------


def test_the_same_mail_to_both_brands_is_one_ticket(time, dana):
    said = mail_from(dana, to=(TELMEDIQ, SUPPORT))
    first, second = came(said, TELMEDIQ), came(said, SUPPORT)

    ticket = Ticket.objects.get()
    assert ticket.brand.key == "clinical-collaboration"
    assert (first.ticket, second.outcome, second.double_of) == (ticket, "double", first)


def test_a_week_later_it_is_another_mail(time, dana):
    said = mail_from(dana)
    came(said)
    time.pass_by(days=8)
    came(said)

    assert Ticket.objects.count() == 2


def test_a_mail_that_another_reader_has_done_meanwhile_is_left_alone(time, dana):
    said, taken = mail_from(dana), row()
    act(taken, said)
    act(taken, said)

    assert Ticket.objects.count() == 1


def test_a_double_says_nothing_by_itself_and_is_as_private_as_the_ticket(ticket, dana, alex):
    said = answer_of(dana, ticket, text="My secret.")
    came(said, SUPPORT)
    double = came(said, TELMEDIQ)

    assert (double.outcome, double.ticket, double.told.get("text")) == ("double", ticket, None)
    Ticket.objects.update(restricted=True)
    assert not InboundEmail.objects.on_desk_of(alex).exists()


def test_a_mail_that_was_never_read_before_counts_when_it_is(time, dana, settings):
    settings.LIMITS = {**settings.LIMITS, "mail_in": (1, 3600)}

    outcomes = [came(mail_from(dana), attempts=2).state for _each in range(2)]

    assert outcomes == ["done", "quarantined"]


def test_whoever_forges_mails_does_not_shut_out_whom_they_claim_to_be(time, dana, settings):
    settings.LIMITS = {**settings.LIMITS, "mail_in": (2, 3600)}
    for _each in range(3):
        came(mail_from(dana, check="fail"))

    assert came(mail_from(dana, check="pass")).outcome == "opened"


# --- Whom it copies -----------------------------------------------------------------------


def test_of_a_verified_sender_those_copied_are_asked_and_see_nothing(ticket, dana, make_user):
    eve = make_user("Eve")
    cc = (eve.email, SUPPORT, "new@clinic.example", dana.email)
    came(answer_of(dana, ticket, check="pass", cc=cc, addressed=5))

    assert set(Proposal.objects.values_list("email", flat=True)) == {
        eve.email,
        "new@clinic.example",
    }
    assert not Ticket.objects.visible_to(eve).exists()


def test_of_others_they_are_listed_for_staff_alone(ticket, dana):
    taken = came(answer_of(dana, ticket, cc=("eve@clinic.example",), addressed=2))

    assert Proposal.objects.count() == 0
    assert taken.told["cc"] == ["eve@clinic.example"]


# --- Files --------------------------------------------------------------------------------


def part(folder, name, content=b"x"):
    path = folder / sha256(name.encode()).hexdigest()
    path.write_bytes(content)
    return File(name, "text/html", len(content), sha256(content).hexdigest(), str(path))


def test_all_files_are_kept_and_those_off_the_list_for_staff_alone(
    time, dana, alex, tmp_path, settings, browser_of
):
    settings.FILE_MAX_BYTES = 10
    names = {"a.png": b"x", "b.exe": b"x", "c.pdf": b"", "d.pdf": b"x" * 11, "../e.html": b"x"}
    files = tuple(part(tmp_path, name, content) for name, content in names.items())
    came(mail_from(dana, files=files))

    kept = {file.name: file for file in Attachment.objects.filter(message__ticket__isnull=False)}
    assert {name: (file.withheld, file.content_type) for name, file in kept.items()} == {
        "a.png": (False, "image/png"),
        "b.exe": (True, "application/octet-stream"),
        "c.pdf": (True, "application/octet-stream"),
        "d.pdf": (True, "application/octet-stream"),
        "_e.html": (True, "application/octet-stream"),
    }
    as_dana, as_alex = browser_of(dana), browser_of(alex)
    assert b"".join(as_dana.get(kept["a.png"].get_absolute_url()).streaming_content) == b"x"
    assert as_dana.get(kept["b.exe"].get_absolute_url()).status_code == 404
    given = as_alex.get(kept["b.exe"].get_absolute_url())
    assert b"".join(given.streaming_content) == b"x"
    assert given["Content-Type"] == "application/octet-stream"


def test_what_fails_leaves_nothing_behind(ticket, dana, tmp_path, monkeypatch):
    sent = answer_of(dana, ticket, files=(part(tmp_path, "a.png"),))
    missing = part(tmp_path, "b.png")
    (tmp_path / missing.path).unlink()
    taken = row()
    with pytest.raises(FileNotFoundError):
        act(taken, Mail(**{**vars(sent), "files": (*sent.files, missing)}))

    assert (Attachment.objects.count(), Message.objects.count()) == (0, 1)
    assert InboundEmail.objects.get(pk=taken.pk).state == "waiting"


# --- Reports ------------------------------------------------------------------------------


def report_on(sent, fate):
    reports = (Report(sent.message_id, sent.recipient, fate, "550 no such user"),)
    return Mail(sender="mailer-daemon@mx.example", automatic="report", reports=reports)


def test_a_report_is_noted_on_the_mail_that_it_is_about(ticket, dana):
    sent = written(ticket, dana)
    taken = came(report_on(sent, "failed"))
    came(report_on(sent, "delayed"))

    told = OutboundEmail.objects.get(pk=sent.pk)
    assert (told.fate, told.fate_at, told.fate_words) == (
        *("failed", taken.received_at, "550 no such user"),
    )
    assert (taken.outcome, taken.about, taken.ticket) == ("reported", sent, ticket)
    assert Ticket.objects.count() == 1


def test_what_a_report_repeats_is_kept_nowhere_but_in_its_bytes(time):
    nothing = OutboundEmail(message_id="<x@y>", recipient="a@b.c")

    assert "text" not in came(replace(report_on(nothing, "failed"), text="let-me-in")).told


def test_a_report_on_nothing_of_ours_is_kept(time):
    taken = came(report_on(OutboundEmail(message_id="<x@y>", recipient="a@b.c"), "failed"))

    assert (taken.outcome, taken.reason, Ticket.objects.count()) == ("kept", "report_of_nothing", 0)


def test_of_a_report_on_an_account_mail_nothing_stays_that_lets_anybody_in(
    time, dana, django_capture_on_commit_callbacks
):
    place = default_storage.save("mail/bounce", ContentFile(b"https://here.example/let-me-in"))
    sent = OutboundEmail.objects.create(
        kind="account",
        recipient=dana.email,
        sender="a@b.example",
        message_id="<1@b.example>",
        created_at=time.now,
        next_try_at=time.now,
    )

    with django_capture_on_commit_callbacks(execute=True):
        taken = came(replace(report_on(sent, "failed"), text="let-me-in"), raw=place)

    assert (taken.outcome, taken.raw.name, taken.told) == ("reported", "", {})
    assert not default_storage.exists(place)
