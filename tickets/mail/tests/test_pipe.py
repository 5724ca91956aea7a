"""`ingest_mail`: what a mail server's pipe is told, and what is kept then."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from django.conf import settings as installation
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from tickets import clock
from tickets.mail.inbound.taking import folder_of
from tickets.mail.models import InboundEmail
from tickets.mail.tests.arriving import DANA, US, hashes, kept, mail


@pytest.fixture
def pipe(db, monkeypatch):
    """Give these bytes to the command, and return how it ends and what it says."""

    def ingest(raw, *arguments):
        given = io.TextIOWrapper(io.BytesIO(raw))
        monkeypatch.setattr(sys, "stdin", given)
        try:
            call_command("ingest_mail", *arguments)
        except CommandError as error:
            return error.returncode, str(error)
        return 0, ""

    return ingest


def test_a_mail_is_kept_to_the_byte_with_its_envelope(pipe):
    raw = mail(1) + b"\0\xff\r\n"

    assert pipe(raw, "--from", DANA, "--to", US, "support@acme.example") == (0, "")

    assert kept() == hashes([raw])
    row = InboundEmail.objects.get()
    assert (row.door, row.mail_from, row.rcpt_to, row.source) == (
        "pipe",
        DANA,
        [US, "support@acme.example"],
        "",
    )
    assert row.raw.name.startswith(f"{folder_of(clock.now())}/")


@pytest.mark.parametrize(
    "top, envelope",
    [
        ([], ("", [US])),
        (["Return-Path: <dana@home.example>"], ("dana@home.example", [US])),
        (["Return-Path: <>", "X-Original-To: a@acme.example"], ("", ["a@acme.example"])),
        (
            ["Delivered-To: b+tag@acme.example", "Delivered-To:\r\n c@acme.example"],
            ("", ["b+tag@acme.example", "c@acme.example"]),
        ),
        (
            ["Cc: Ann <d@acme.example>,\r\n\te@acme.example"],
            ("", [US, "d@acme.example", "e@acme.example"]),
        ),
    ],
)
def test_what_is_not_said_is_read_from_the_top_of_the_mail(pipe, top, envelope):
    assert pipe(mail(headers=top)) == (0, "")

    row = InboundEmail.objects.get()
    assert (row.mail_from, row.rcpt_to) == envelope


@pytest.mark.parametrize("sender", ["", "<>", "MAILER-DAEMON"])
def test_nobody_as_the_sender_is_nobody(pipe, sender):
    pipe(mail(headers=["Return-Path: <dana@home.example>"]), "--from", sender)

    assert InboundEmail.objects.get().mail_from == ""


def test_what_is_never_taken_is_refused_in_words(pipe, settings):
    assert pipe(b"") == (65, "The mail is empty.")
    assert pipe(b" \r\n") == (65, "The mail is empty.")
    circling = mail(headers=["RECEIVED : by x"] * 51)
    assert pipe(circling) == (65, "The mail goes round in circles.")
    large = mail(size=installation.MAIL_IN.max_bytes + 200)
    assert pipe(large) == (65, "The mail is too large.")
    assert not InboundEmail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_or_no_database_is_another_time(forks):
    before = files()

    full = forks.run("ingest_mail", raw=mail(size=50_000), largest_file=5000)
    alone = forks.run("ingest_mail", raw=mail(), database=False)

    assert (full.wait(), alone.wait()) == (75, 75)
    assert full.said.endswith("The mail cannot be stored now (OSError); try again later.\n")
    assert "(OperationalError); try again later." in alone.said
    assert (files(), InboundEmail.objects.count()) == (before, 0)


def files():
    folder = folder_of(clock.now())
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


@pytest.mark.parametrize("secret, code", [("", 75), ("for this test", 75)])
def test_a_broken_installation_is_another_time_too(tmp_path, secret, code):
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "SECRET_KEY": secret}
    script = installation.BASE_DIR / "deploy/ingest-mail"

    ended = subprocess.run(
        [str(script)],
        input=mail(),
        capture_output=True,
        env={**os.environ, **nowhere, "PYTHON": sys.executable, "TURNAROUND_SETTINGS": "/none"},
    )

    assert ended.returncode == code


SETTINGS = """\
# How this machine reaches its database.
DATABASE_URL=postgres://us:pa$$word@db.example/turnaround?sslmode=require&connect_timeout=3
SITE_NAME="Help, by the $(touch {ran})"

  MAIL_FROM='Help <help@acme.example>'\r
export PATH_OF=nothing
1ST=x
LAST=without an end of line"""


def test_its_settings_are_read_as_systemd_reads_them_and_nothing_in_them_is_run(tmp_path):
    settings, python, ran = (tmp_path / name for name in ("env", "python", "ran"))
    settings.write_text(SETTINGS.format(ran=ran))
    python.write_text("#!/bin/sh\nenv\n")
    python.chmod(0o755)

    ended = subprocess.run(
        [str(installation.BASE_DIR / "deploy/ingest-mail")],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "PYTHON": python, "TURNAROUND_SETTINGS": settings},
    )

    said = dict(line.split("=", 1) for line in ended.stdout.decode().splitlines())
    assert (ended.returncode, ended.stderr, ran.exists()) == (0, b"", False)
    names = ("DATABASE_URL", "SITE_NAME", "MAIL_FROM", "LAST")
    assert {name: said.get(name) for name in names} == {
        "DATABASE_URL": "postgres://us:pa$$word@db.example/turnaround?sslmode=require"
        "&connect_timeout=3",
        "SITE_NAME": f"Help, by the $(touch {ran})",
        "MAIL_FROM": "Help <help@acme.example>",
        "LAST": "without an end of line",
    }


def test_the_same_place_is_taken_once(db):
    from tickets.mail.inbound import taking

    rows = [taking.take(mail(), door="imap", source="imap:a@b/INBOX;1;2") for _time in range(2)]

    assert rows[0] == rows[1]
    assert taking.was_taken("imap:a@b/INBOX;1;2")
