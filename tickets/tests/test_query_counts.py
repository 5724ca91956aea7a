"""What pages cost the database: the same for one row, for three and for two hundred."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tickets import conversation, services
from tickets.conversation import Turn

MOST = {"queue": 12, "every tab": 12, "desk's ticket": 14, "my tickets": 20, "ticket": 20}


@pytest.fixture
def grow(make_ticket, dana, alex):
    """Have so many tickets, the first of them with so many messages, on which things happened."""
    tickets = []

    def grow(rows):
        while len(tickets) < rows:
            tickets.append(make_ticket(level=1 + len(tickets) % 4))
            services.note(tickets[0], by=alex, body="They called again.")
        conversation.take_turn(tickets[0], by=alex, turn=Turn(body="Which week?", status="pending"))
        conversation.answer(tickets[0], by=dana, body="Week 3.")
        return tickets[0]

    return grow


@pytest.fixture
def ask(dana, alex):
    customer, agent = Client(), Client()
    customer.force_login(dana)
    agent.force_login(alex)

    def ask(ticket):
        """Return what each page asks of the database, once sessions and caches are warm."""
        pages = {
            "queue": (agent, "/admin/tickets/ticket/"),
            "every tab": (agent, "/admin/tickets/ticket/?tab=all"),
            "desk's ticket": (agent, f"/admin/tickets/ticket/{ticket.pk}/change/"),
            "my tickets": (customer, "/tickets/"),
            "ticket": (customer, f"/tickets/{ticket.pk}/"),
        }
        return {name: count(client, path) for name, (client, path) in pages.items()}

    return ask


def count(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    assert response.status_code == 200
    return len(asked)


def test_no_page_asks_more_of_the_database_when_there_is_more_to_show(grow, ask):
    counts = {rows: ask(grow(rows)) for rows in (1, 3, 200)}

    assert counts[1] == counts[3] == counts[200]
    assert {name: most for name, most in MOST.items() if counts[200][name] > most} == {}
