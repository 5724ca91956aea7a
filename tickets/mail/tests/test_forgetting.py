"""Words that are removed for good leave the mails that they came with."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tickets import redacting, services
from tickets.mail.models import InboundEmail
from tickets.mail.tests.ledger import came, held
from tickets.redacting import Removal
from tickets.services import Refused

CANARY = "canary8542"  # not that of other tests: bytes of a mail that waits stay
SECRET = f"The patient is {CANARY}, born on 1 May 1970."


@pytest.fixture
def mailed(make_ticket, dana):
    """A customer's answer that came by mail, with what it quotes; and an automatic mail beside."""
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=f"Hello.\n{SECRET}")
    message.channel, message.quoted = "email", f"> {SECRET}"
    message.save(update_fields=["channel", "quoted"])
    raw = f"Subject: {CANARY}\r\n\r\n{SECRET}".encode()
    values = {"ticket": ticket, "state": "done", "raw": raw, "subject": f"Re: {CANARY} again"}
    came(became=message, outcome="added", told={"cc": ["eve@x.example"]}, **values)
    came(outcome="kept", told={"text": f"Away. {SECRET}"}, **values)
    return message


def stored():
    files = Path(settings.STORAGES["default"]["OPTIONS"]["location"]).rglob("*")
    return [path for path in files if path.is_file() and CANARY.encode() in path.read_bytes()]


def remove(message, by, part=""):
    removal = Removal("message", str(message.pk), "patient data", part)
    redacting.redact(message.ticket, by=by, removal=removal)
    message.refresh_from_db()


def test_a_message_that_is_removed_leaves_its_mail_and_what_it_quotes(mailed, alex):
    assert len(stored()) == 2

    remove(mailed, alex)

    assert stored() == []
    assert (mailed.body[:11], mailed.quoted) == ("[removed by", "")
    assert {mail.raw.name for mail in InboundEmail.objects.all()} == {""}
    assert {mail.sender for mail in InboundEmail.objects.all()} == {"eve@elsewhere.example"}


def test_a_part_that_is_removed_is_gone_from_all_of_it(mailed, alex):
    remove(mailed, alex, part=CANARY)

    rows = InboundEmail.objects.values_list("subject", "told")
    assert CANARY not in f"{mailed.body}{mailed.quoted}{list(rows)}"
    assert "born on 1 May" in mailed.body
    assert "born on 1 May" in mailed.quoted


def test_a_part_of_several_lines_is_gone_from_what_repeats_it_line_by_line(mailed, alex):
    lines = [SECRET, f"She is at {CANARY} Street since the first of June."]
    mailed.body, mailed.quoted = "\n".join(lines), "\n".join(f"> {line}" for line in lines)
    mailed.save(update_fields=["body", "quoted"])

    remove(mailed, alex, part=mailed.body)

    assert CANARY not in f"{mailed.body}{mailed.quoted}"
    assert [line[:13] for line in mailed.quoted.splitlines()] == ["> [removed by"] * 2


def test_a_part_of_what_is_quoted_alone_is_removed_too(mailed, alex):
    mailed.body = "Hello."
    mailed.save(update_fields=["body"])

    remove(mailed, alex, part=CANARY)

    assert mailed.body == "Hello."
    assert CANARY not in mailed.quoted


def test_while_a_mail_waits_there_it_is_decided_about_first(mailed, alex):
    held(mailed.ticket)

    with pytest.raises(Refused, match="Decide first about the mails that wait"):
        remove(mailed, alex)

    mailed.refresh_from_db()
    assert SECRET in mailed.body
    assert len(stored()) == 2
