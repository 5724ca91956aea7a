"""The mail sink: what arrives by SMTP can be read, and can do nothing."""

import json
import smtplib
import threading
from email.message import EmailMessage
from functools import partial
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer

import pytest

from portal.dev import sink, sink_pages
from portal.testing_services import free_port


class Sink:
    """A running sink, spoken to as mail servers and browsers do."""

    def __init__(self, folder):
        self.smtp_port = free_port()
        self.controller = sink.receive(folder, port=self.smtp_port)
        self.web = ThreadingHTTPServer(("127.0.0.1", 0), partial(sink.Pages, folder))
        threading.Thread(target=self.web.serve_forever, daemon=True).start()

    def send(self, *, subject="Hello", text="Text", html=None, to="dana@example.com"):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "help@example.com", to, subject
        message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as client:
            client.send_message(message)

    def get(self, path, *, host="localhost"):
        connection = HTTPConnection("127.0.0.1", self.web.server_port, timeout=5)
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response, body

    def mails(self):
        return json.loads(self.get("/mails.json")[1])

    def stop(self):
        self.controller.stop()
        self.web.shutdown()
        self.web.server_close()


@pytest.fixture
def running(tmp_path):
    running = Sink(tmp_path)
    yield running
    running.stop()


def test_mails_are_listed_newest_first(running):
    running.send(subject="First", to="dana@example.com")
    running.send(subject="Second", to="alex@example.com")

    mails = [{name: mail[name] for name in mail if name != "id"} for mail in running.mails()]

    common = {"from": "help@example.com", "date": "2026-01-05T10:00:00+00:00", "text": "Text\n"}
    assert mails == [
        {"to": "alex@example.com", "subject": "Second", **common},
        {"to": "dana@example.com", "subject": "First", **common},
    ]
    assert [mail["subject"] for mail in json.loads(running.get("/mails.json?limit=1")[1])] == [
        "Second"
    ]


def test_what_a_mail_says_never_becomes_markup(running):
    running.send(subject="<script>alert(1)</script>", text="<b onclick=x>bold</b>")
    mail = running.mails()[0]

    for path in ("/", f"/mails/{mail['id']}"):
        _response, body = running.get(path)
        assert "<script" not in body
        assert "<b " not in body


def test_the_html_part_is_shown_where_it_can_do_nothing(running):
    running.send(html="<p>Hello</p><script>alert(1)</script>")
    mail = running.mails()[0]

    response, body = running.get(f"/mails/{mail['id']}/html")

    assert "<p>Hello</p>" in body
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


def test_addresses_in_the_text_are_links_but_only_those_of_the_web():
    text = 'See https://a.example/x?a=1&b=2. Not javascript:alert(1) or "https://b.example".'

    assert sink_pages.with_links(text) == (
        'See <a href="https://a.example/x?a=1&amp;b=2">https://a.example/x?a=1&amp;b=2</a>. '
        'Not javascript:alert(1) or &quot;<a href="https://b.example">https://b.example</a>&quot;.'
    )


@pytest.mark.parametrize(
    "path", ["/mails/../secret-key", "/mails/%2e%2e/x.eml", "/mails//etc/passwd.eml", "/nothing"]
)
def test_only_mails_can_be_asked_for(running, path):
    response, _body = running.get(path)

    assert response.status == 404


def test_another_sites_name_does_not_open_the_mails(running):
    running.send()

    response, body = running.get("/mails.json", host="attacker.example")

    assert (response.status, "dana" in body) == (400, False)


def test_a_mail_in_an_unknown_character_set_is_shown_all_the_same(running):
    with smtplib.SMTP("127.0.0.1", running.smtp_port) as client:
        head = "Subject: Odd\r\nContent-Type: text/plain; charset=no-such-set\r\n\r\n"
        client.sendmail("a@example.com", "b@example.com", head + "Text")

    assert [mail["text"].strip() for mail in running.mails()] == ["Text"]
