"""A site that had promises before they were counted gets its verdicts with the migration."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sla.models import Action, Breach, Reason
from sla.sweep import sweep
from sla.tests.judging import judged, stored
from tickets import ending, services
from tickets.models import Ticket

BEFORE = ("sla", "0008_proof")


@pytest.fixture
def lived(make_ticket, make_user, make_team, alex, dana, time):
    """Tickets at every stand: met, broken, both, handed on, reopened, merged, spam, running."""
    bo, team = make_user("Bo", role="agent"), make_team("Day")
    names = ("met", "late", "handed", "reopened", "merged", "spam", "deleted", "running")
    tickets = {name: make_ticket(level=1 + (name == "running")) for name in names}
    Ticket.objects.filter(pk=tickets["late"].pk).update(team=team)
    services.assign(tickets["handed"], by=alex, to=alex)
    time.advance(minutes=20)
    services.reply(tickets["met"], by=alex, body="Here we are.")
    sweep(time.advance(hours=2))
    services.reply(tickets["handed"], by=alex, body="Here we are.")
    services.set_status(tickets["reopened"], by=alex, to="solved")
    time.advance(hours=1)
    services.assign(tickets["handed"], by=alex, to=bo)
    services.set_status(tickets["reopened"], by=dana, to="open")
    ending.merge(tickets["merged"], into=tickets["met"], by=alex)
    ending.mark_spam(tickets["spam"], by=alex)
    ending.delete(tickets["deleted"], by=alex)
    sweep(time.advance(hours=30))
    return list(tickets.values())


def migrated(*targets):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is pending would forbid the changes
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes("sla"))


def test_what_was_promised_before_is_counted_after(lived, capsys):
    expected = judged(*lived)
    assert {row["breach_id"] is None for row in expected.values()} == {True, False}

    migrated(BEFORE)
    migrated()

    untimed = {pk: {**row, "took_seconds": None} for pk, row in expected.items()}
    assert stored(*lived) == untimed
    assert Breach.objects.filter(acknowledged_at=None).count() == Breach.objects.count()
    assert Reason.objects.count() == 11
    assert Action.objects.count() == 8

    call_command("sla_verify", "--all", "--repair")
    assert stored(*lived) == expected
    capsys.readouterr()
    call_command("sla_verify", "--all")
    assert capsys.readouterr().out == "8 tickets checked against their logs, 0 differ.\n"
