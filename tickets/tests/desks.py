"""An agent at the page of a ticket, in a browser without JavaScript."""

from __future__ import annotations

from django.test import Client

from tickets.tests.filled import fields


class Desk:
    """The page of one ticket in one agent's browser, and what they press there."""

    def __init__(self, ticket, agent):
        self.ticket, self.client = ticket, Client()
        self.client.force_login(agent)
        self.url = f"/admin/tickets/ticket/{ticket.pk}/change/"
        self.page = None

    def open(self):
        self.page = self.client.get(self.url)
        return self

    def press(self, button, **changes):
        self.page = self.client.post(
            self.url, fields(self.page.content.decode()) | {"status": button} | changes
        )
        return self

    @property
    def status(self):
        return self.page.status_code

    @property
    def typed(self):
        return fields(self.page.content.decode())

    @property
    def text(self):
        return self.page.content.decode()

    @property
    def said(self):
        messages = self.ticket.messages.exclude(actor="requester")
        return list(messages.values_list("kind", "body"))

    @property
    def done(self):
        return list(self.ticket.events.exclude(type="opened").values_list("type", flat=True))
