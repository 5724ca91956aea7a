"""What is removed from a ticket is removed from its mails and from files of lists, too."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from sla import exports, lists, verify
from tickets import clock, redacting, services
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run_once
from tickets.models import Job
from tickets.redacting import Removal
from tickets.spreadsheet import written

SECRET = "O'Hara & her canary7431"


def mail(ticket, *, state, html):
    now = clock.now()
    return OutboundEmail.objects.create(
        ticket=ticket,
        kind="replied",
        recipient="dana@example.com",
        sender="support@example.com",
        message_id=f"<{state}.{ticket and ticket.pk}@example.com>",
        subject=f"About {SECRET}",
        text=f"We wrote: {SECRET}",
        html=html,
        state=state,
        created_at=now,
        next_try_at=now + timedelta(days=1),
    )


def test_mails_that_wait_and_those_that_were_kept_are_rewritten(make_ticket, dana, alex, time):
    ticket, other = make_ticket(), make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)
    html = "<p>O&#x27;Hara &amp; her canary7431</p>"
    mails = [
        mail(ticket, state="queued", html=html),
        mail(ticket, state="sent", html=html),
        mail(None, state="queued", html=html),
        mail(other, state="queued", html=html),
    ]

    removal = Removal("message", str(message.pk), "patient data")
    redacting.redact(ticket, by=alex, removal=removal)

    for each in mails:
        each.refresh_from_db()
    mark = "[removed by Alex, 2026-01-05 10:00 UTC – patient data]"
    assert {(each.subject, each.text, each.html) for each in mails[:2]} == {
        (f"About {mark}", f"We wrote: {mark}", "")  # the text goes alone, laid out no more
    }
    assert {(each.subject, each.text, each.html) for each in mails[2:]} == {
        (f"About {SECRET}", f"We wrote: {SECRET}", html)  # another's own words, and their links
    }


def test_a_file_of_a_list_that_holds_it_is_given_up_and_others_are_kept(
    make_ticket, morgan, alex, time
):
    ticket = make_ticket(subject=SECRET)
    holding, other = (_export(text, by=morgan) for text in (f"PS-1,{SECRET}", "PS-2,Pager"))

    removal = Removal("subject", "", "patient data")
    redacting.redact(ticket, by=alex, removal=removal)

    holding.refresh_from_db()
    other.refresh_from_db()
    assert (exports.is_there(holding), exports.is_there(other)) == (False, True)
    assert "Ask for the file once more" in holding.result["words"]
    assert not default_storage.exists(f"exports/{holding.pk}/00000.csv")


def test_a_file_in_which_it_was_made_inert_is_given_up_too(make_ticket, morgan, alex, time):
    subject = '=Lab of "Jane Doe"; -canary7431'
    ticket = make_ticket(subject=subject)
    holding = _export(written([["PS-1", subject]]), by=morgan)

    redacting.redact(ticket, by=alex, removal=Removal("subject", "", "patient data"))

    holding.refresh_from_db()
    assert not exports.is_there(holding)


def test_promises_do_not_hang_on_it_and_nobody_is_mailed(make_ticket, dana, alex, time, settings):
    settings.RELAY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ticket = make_ticket()
    message = services.reply(ticket, by=alex, body=SECRET)
    run_once(time.at, until=0)
    mails = OutboundEmail.objects.count()

    redacting.redact(ticket, by=alex, removal=Removal("message", str(message.pk), "a name"))
    run_once(time.at, until=0)

    assert verify.check_all().differing == 0
    assert OutboundEmail.objects.count() == mails


def _export(text, *, by):
    job = exports.begin(lists.DUE, query="", zone="UTC", by=by)
    name = default_storage.save(f"exports/{job.pk}/00000.csv", ContentFile(text.encode()))
    state = {"pieces": [name], "bytes": len(text), "after": "", "is_whole": True}
    Job.objects.filter(pk=job.pk).update(
        state=state, finished_at=clock.now(), next_try_at=None, started_at=clock.now()
    )
    return Job.objects.get(pk=job.pk)
