"""Ten agents at once, against a web of ten processes: nothing is claimed twice, nothing is lost.

A real gunicorn serves. All press “Next ticket” in the same moment, again and again; and all send
what they wrote on the same page of the same ticket. Who comes second sees what the first one did,
with their own text kept, and sends again.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from portal.dev.children import kill_group, spawn
from portal.testing_services import PATIENCE_SECONDS, environment_of_test, free_port
from portal.tests.forms_on_pages import form_with
from portal.tests.test_killed import Person, Web
from tickets.models import Event, Message, Ticket, TurnDraft

AGENTS, TURNS = 10, 3
QUEUE = "/admin/tickets/ticket/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Processes(Web):
    """gunicorn with a process for each agent."""

    def __init__(self, folder):
        self.log, self.port = folder / "web.log", free_port()
        self.environment = environment_of_test() | {
            "DEBUG": "on",  # style sheets come from where they are written, uncollected
            "STAFF_MFA": "off",  # which has tests of its own
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        at = ("--bind", f"127.0.0.1:{self.port}", "--no-control-socket", "--preload")
        many = ("--workers", str(AGENTS), "--timeout", "120")
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", *at, *many]
        self.child = spawn(command, log=self.log, env=self.environment)
        self.wait()


class Agent(Person):
    timeout = 2 * PATIENCE_SECONDS  # ten processes may share one core

    def press(self, path, fields):
        """Send a form; returns the status, where it leads and the page."""
        data = {**fields, "csrfmiddlewaretoken": [self.token]}
        status, headers, text = self._ask("POST", path, urlencode(data, doseq=True), FORM)
        return status, headers.get("Location", ""), text


@pytest.fixture
def agents(furnished, make_user, tmp_path):
    people = [make_user(f"Agent{number}", role="agent") for number in range(AGENTS)]
    web = Processes(tmp_path)
    yield {person.pk: Agent(web, person) for person in people}
    kill_group(web.child)


def all_at_once(agents, act):
    """Let all do the same, beginning in the same moment; returns what came, by agent."""
    start = threading.Barrier(len(agents))

    def begin(pk):
        start.wait()
        return act(pk, agents[pk])

    with ThreadPoolExecutor(len(agents)) as threads:
        return dict(zip(agents, threads.map(begin, agents), strict=True))


def test_no_ticket_is_claimed_by_two(agents, make_ticket):
    tickets = [make_ticket(level=1 + number % 4).pk for number in range(AGENTS * TURNS - 5)]
    for agent in agents.values():
        agent.open(QUEUE)

    pressed = all_at_once(
        agents, lambda _pk, agent: [agent.press(f"{QUEUE}next/", {})[:2] for _ in range(TURNS)]
    )

    got = {
        pk: [int(to.split("/")[4]) for _status, to in answers if to.endswith("/change/")]
        for pk, answers in pressed.items()
    }
    assert {status for answers in pressed.values() for status, _to in answers} == {302}
    assert sorted(pk for claimed in got.values() for pk in claimed) == sorted(tickets)
    assert dict(Ticket.objects.values_list("pk", "assignee")) == {
        ticket: agent for agent, claimed in got.items() for ticket in claimed
    }
    assert Counter(Event.objects.filter(type="assigned").values_list("ticket", flat=True)) == (
        dict.fromkeys(tickets, 1)
    )


def test_no_text_is_lost_and_nothing_is_overwritten_unseen(agents, make_ticket):
    for _ in range(TURNS):
        _all_write_on(make_ticket(), agents)


def _all_write_on(ticket, agents):
    page = f"{QUEUE}{ticket.pk}/change/"
    forms = {
        pk: _written(form_with("version", agent.open(page)[1]), number)
        for number, (pk, agent) in enumerate(agents.items())
    }
    texts = {pk: form["body"][0] for pk, form in forms.items()}

    answers = all_at_once(agents, lambda pk, agent: agent.press(page, forms[pk]))

    late = {pk: answer[2] for pk, answer in answers.items() if answer[0] == 409}
    assert Counter(answer[0] for answer in answers.values()) == {302: 1, 409: AGENTS - 1}
    kept = TurnDraft.objects.filter(ticket=ticket).values_list("user", "data__body")
    assert dict(kept) == {pk: [texts[pk]] for pk in late}
    shown = {pk: form_with("version", text) for pk, text in late.items()}
    assert {pk: form["body"][0] for pk, form in shown.items()} == {pk: texts[pk] for pk in late}

    all_at_once({pk: agents[pk] for pk in late}, lambda pk, agent: _insist(agent, page, shown[pk]))

    said = Message.objects.filter(ticket=ticket).exclude(author=ticket.requester)
    assert sorted(said.values_list("author", "body")) == sorted(texts.items())
    assert not TurnDraft.objects.filter(ticket=ticket).exists()
    for type, last in (("level_changed", "level_id"), ("assigned", "assignee_id")):
        _assert_each_knew_the_one_before(ticket, type, last)


def _written(form, number):
    """Fill a form in: half write a reply, half a note, and every third one changes the level."""
    form |= {"body": [f"Text number {number} of somebody."], "status": [""]}
    form["kind"] = ["public" if number % 2 else "note"]
    if number % 3 == 0:
        form |= {"level": [str(1 + number % 4)], "reason": [f"Reason number {number}"]}
    return form


def _insist(agent, page, form):
    """Send again what the page shows until it is taken, as who sees it each time does."""
    for _ in range(10 * AGENTS):
        status, _to, text = agent.press(page, {**form, "status": [""]})
        if status == 302:
            return
        assert status == 409, (status, text[:3000])
        form = form_with("version", text)
    raise AssertionError("It was never taken.")


def _assert_each_knew_the_one_before(ticket, type, column):
    """Every change went on from what the one before had left, and the last is what is there."""
    changes = list(ticket.events.filter(type=type).order_by("id").values_list("data", flat=True))
    assert [(later["from"]) for _earlier, later in pairwise(changes)] == [
        earlier["to"] for earlier, _later in pairwise(changes)
    ]
    assert changes
    assert changes[-1]["to"] == getattr(Ticket.objects.get(pk=ticket.pk), column)
