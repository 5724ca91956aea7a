"""Hostile mails in a browser: nothing that they name is ever fetched, whoever opens them."""

import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse

from tickets.mail import relay
from tickets.mail.agents import path_of
from tickets.mail.inbound import reading, taking
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.mail.tests import corpus
from tickets.mail.tests.came_in import SUPPORT


@contextmanager
def listening():
    """A server that notes who asks it for anything; yields its address and that list."""
    asked = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/c", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def people(dana, alex, morgan):
    return dana, alex, morgan


@pytest.mark.parametrize("id", ["M62", "M64"])
def test_nothing_that_a_mail_names_is_fetched(id, page, enter, people, smtp):
    dana, alex, morgan = people
    with listening() as (canary, asked):
        raw = corpus.fill(id, CUSTOMER=dana.email, SUPPORT=SUPPORT, CANARY=canary)
        taking.take(raw, door="smtp", mail_from=dana.email, rcpt_to=[SUPPORT])
        reading.run()
        relay.run()
        # Mails first: afterwards the site's own policy would hold for them, too.
        for sent in OutboundEmail.objects.all():
            page.set_content(sent.html, wait_until="networkidle")
        mail = InboundEmail.objects.get()
        own = reverse("admin:mail_inboundemail_change", args=[mail.pk])
        for person, *paths in (
            (dana, mail.ticket.get_absolute_url(), reverse("tickets")),
            (alex, path_of(mail.ticket), reverse("admin:tickets_ticket_changelist"), own),
            (morgan, path_of(mail.ticket), own),
        ):
            page.context.clear_cookies()
            enter(page, person)
            for path in paths:
                page.goto(path, wait_until="networkidle")
        assert asked == []
        urllib.request.urlopen(canary)
        assert asked == ["/c"]
