"""What people type is text: on no page and in no mail does it become markup or a template."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from portal.tests.pages import Page
from sla.sweep import sweep
from tickets.conversation import Turn, take_turn
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run_once
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

PLAIN = "Nobody is paged at night, says the front desk, and that is all"
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\" onmouseover=alert(1) x='",
    "image": "<img src=x onerror=alert(1)>",
    "closing": "</textarea></title></script></style><svg onload=alert(1)>",
    "template": "{{7*7}} {% debug %} ${7*7} #{7*7} <%= 7*7 %>",
    "address": "javascript:alert(1) data:text/html,<b>x</b>",
    "bidi": "invoice \u202egnp.exe\u202c and \u2066more\u2069",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt; &amp;",
}


# No mail says a word that was typed.
SILENT = {
    "received to dana@example.com",
    "replied to dana@example.com",
    "level_changed to dana@example.com",
    "breached to morgan@example.com",
}


@pytest.fixture
def lived(dana, alex, morgan, time):
    """Let one text be typed wherever people type; return each page and mail about it, by name."""

    start = time.at

    def lived(text):
        before, time.at = transaction.savepoint(), start
        dana.name = dana.organization.name = text[:90]
        dana.save(update_fields=["name"])
        dana.organization.save(update_fields=["name"])
        browsers = {user: Client() for user in (dana, alex, morgan)}
        for user, browser in browsers.items():
            browser.force_login(user)
        ticket = file(browsers[dana], text)
        time.advance(hours=241)
        sweep(time.at)
        take_turn(ticket, by=alex, turn=Turn(body=text, status="pending"))
        take_turn(ticket, by=alex, turn=Turn(body=text, public=False))
        take_turn(ticket, by=alex, turn=Turn(level=3, reason=text))
        run_once(time.at, until=0)
        desk = f"/admin/tickets/ticket/{ticket.pk}"
        shown = {
            dana: ("/tickets/", f"/tickets/{ticket.pk}/", "/profile/"),
            alex: ("/admin/tickets/ticket/?tab=all", f"{desk}/change/"),
            morgan: ("/admin/sla/breached/", "/admin/sla/due/", "/admin/sla/decided/"),
        }
        pages = {
            path.replace(str(ticket.pk), "1"): browsers[user].get(path).content.decode()
            for user, paths in shown.items()
            for path in paths
        }
        mails = {
            f"{mail.kind} to {mail.recipient}": mail.subject + mail.html
            for mail in OutboundEmail.objects.all()
        }
        transaction.savepoint_rollback(before)
        return pages | mails

    return lived


def file(client, text):
    client.post(
        "/new/account-cancellation/",
        {
            "affected": "nobody",
            "ability": "yes",
            "kind": "issue",
            "subject": text,
            "description": text,
            "q_practice": text,
            "q_from": "2026-12-01",
            "q_authority": text,
            "shown": "practice from authority",
            "files": SimpleUploadedFile(f"{text.replace('/', '')}.png", b"png"),
            "send": "",
        },
    )
    return Ticket.objects.latest("pk")


def bones(html):
    """Return a page's elements with the names of their attributes: all that is not text."""
    return [(tag, sorted(attributes)) for tag, attributes in Page(html).tags]


@pytest.mark.parametrize("kind", HOSTILE)
def test_text_is_shown_as_it_was_typed_and_adds_nothing_to_a_page(lived, kind):
    plain = lived(PLAIN)

    hostile = lived(HOSTILE[kind])

    assert skeletons(hostile) == skeletons(plain)
    silent = {name for name, text in plain.items() if PLAIN not in unescape(text)}
    assert silent == SILENT
    assert {name for name, text in hostile.items() if HOSTILE[kind] not in unescape(text)} == silent


def skeletons(shown):
    return {name: bones(text) for name, text in shown.items()}
