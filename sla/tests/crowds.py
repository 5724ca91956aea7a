"""Many tickets at once: copies of one that a service filed, made by the database itself."""

from __future__ import annotations

from django.db import connection

# A copy is the row itself, but for the columns that are named anew. (What is called `number` is no
# column: it makes each copy one of its own.)
TICKETS = """
INSERT INTO tickets_ticket
SELECT copy.* FROM tickets_ticket AS ticket, generate_series(1, %(count)s) AS number,
LATERAL jsonb_populate_record(ticket, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('tickets_ticket', 'id')), 'draft_key', NULL,
    'number', number)) AS copy
WHERE ticket.id = %(ticket)s
RETURNING id
"""
EVENTS = """
INSERT INTO tickets_event
SELECT copy.* FROM tickets_event AS event, unnest(%(tickets)s::bigint[]) AS new,
LATERAL jsonb_populate_record(event, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('tickets_event', 'id')), 'ticket_id', new)) AS copy
WHERE event.ticket_id = %(ticket)s
"""
# Each is due a second later than the one before; what is paused stays without a time.
CLOCKS = """
INSERT INTO sla_clock
SELECT copy.* FROM sla_clock AS clock,
unnest(%(tickets)s::bigint[]) WITH ORDINALITY AS new (id, number),
LATERAL jsonb_populate_record(clock, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('sla_clock', 'id')), 'ticket_id', new.id,
    'due_at', clock.due_at + new.number * interval '1 second',
    'breached_at', clock.breached_at + new.number * interval '1 second')) AS copy
WHERE clock.ticket_id = %(ticket)s
"""
BREACHES = """
INSERT INTO sla_breach (clock_id, breached_at, detected_at)
SELECT id, breached_at, breached_at FROM sla_clock
WHERE ticket_id = ANY(%(tickets)s) AND breached_at IS NOT NULL
"""
# What became of them, as it is stored for the one that they are copies of.
VERDICTS = """
INSERT INTO sla_verdict
SELECT copy.* FROM sla_verdict AS verdict
JOIN sla_clock AS original ON original.id = verdict.clock_id
JOIN sla_clock AS clock ON clock.ticket_id = ANY(%(tickets)s)
    AND (clock.metric, clock.cycle) = (original.metric, original.cycle)
LEFT JOIN sla_breach AS breach ON breach.clock_id = clock.id,
LATERAL jsonb_populate_record(verdict, jsonb_build_object(
    'clock_id', clock.id, 'ticket_id', clock.ticket_id, 'breach_id', breach.id,
    'decided_at', COALESCE(clock.breached_at, clock.stopped_at))) AS copy
WHERE verdict.ticket_id = %(ticket)s
"""


def crowd(ticket, count):
    """Make `count` more tickets like this one, with its events, clocks, breaches and verdicts."""
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, {"ticket": ticket.pk, "count": count})
        tickets = [pk for (pk,) in cursor.fetchall()]
        for statement in (EVENTS, CLOCKS, BREACHES, VERDICTS):
            cursor.execute(statement, {"ticket": ticket.pk, "tickets": tickets})
        cursor.execute("ANALYZE tickets_ticket, tickets_event, sla_clock, sla_breach, sla_verdict")
