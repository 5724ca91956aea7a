"""Pictures of mails: one file for each mail and view, named by what is on it."""

from contextlib import contextmanager
from email.message import EmailMessage
from functools import partial
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest

from portal.dev import mailbox, sink
from portal.dev.pictures import mails
from portal.dev.services import LOOPBACK


@contextmanager
def pages_of(folder):
    server = ThreadingHTTPServer((LOOPBACK, 0), partial(sink.Pages, folder))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def letter(subject):
    mail = EmailMessage()
    mail["From"], mail["To"] = "Acme Support <help@acme.example>", "dana@clinic.example"
    mail["Subject"] = subject
    mail.set_content("We replied.")
    mail.add_alternative("<h1>We replied</h1>", subtype="html")
    return mail.as_bytes()


@pytest.mark.browser
def test_each_mail_is_pictured_wide_dark_narrow_and_as_text(real_browser, tmp_path):
    folder = tmp_path / "mails"
    folder.mkdir()
    for subject in ("[AC-1] We replied", "Choose your password"):
        mailbox.store(folder, letter(subject))

    with pages_of(folder) as url:
        pictures = mails.take(real_browser, url, tmp_path / "pictures")

    assert [picture.name for picture in pictures] == [
        f"{mail}-{view}.png"
        for view in ("wide", "dark", "narrow", "narrow-dark", "text")
        for mail in ("00-acme-support-we-replied", "01-acme-support-choose-your-password")
    ]
    assert {picture.read_bytes()[:4] for picture in pictures} == {b"\x89PNG"}


@pytest.mark.parametrize(
    "subject, name",
    [
        ("[PS-1] Request received: first reply by Fri 27 Nov, 1:40 pm EST", "request-received"),
        ("Your e-mail address was changed", "your-e-mail-address-was-changed"),
    ],
)
def test_a_mail_is_named_without_its_number_and_times(subject, name):
    assert mails.slug("Acme Support <help@acme.example>", subject) == f"acme-support-{name}"
