"""The sweep: what has come due of promises is found by index and written, each exactly once.

Three things come due by themselves: a deadline passes, a step after one is reached, and a promise
gets near its deadline. Each is one statement of one shape: take what is due, in the order in which
it came due and as much as one transaction may hold; mark it; write what must be told of it.

The ticket's row is the lock of its clocks. What a verb holds is skipped: the verb settles it, or a
later sweep finds it. Locking comes before `breached_at IS NULL` and the like are believed, so two
sweeps never both find a row.
"""

from __future__ import annotations

import math
import time
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from sla import clocks
from tickets.models import Ticket

# So many rows in one transaction, which keeps it well below a second on a busy machine.
BATCH = 2000

# Each asks for the first row of an index. An EXISTS would be planned by how many rows seem to fit,
# which among years of ended clocks looks like many, and would read the table.
DUE = """
SELECT
    (SELECT true FROM sla_clock
        WHERE due_at < %(now)s AND effective_from <= %(now)s
            AND breached_at IS NULL AND stopped_at IS NULL
        ORDER BY due_at LIMIT 1),
    (SELECT true FROM sla_breach
        WHERE next_step_at <= %(now)s AND retracted_at IS NULL
        ORDER BY next_step_at LIMIT 1),
    (SELECT true FROM sla_clock
        WHERE warn_at < %(now)s AND (due_at < %(now)s) IS FALSE AND warned_at IS NULL
            AND breached_at IS NULL AND stopped_at IS NULL AND paused_since IS NULL
        ORDER BY warn_at LIMIT 1)
"""

# A breach is dated at its deadline, and armed with the first step that its policy has for it. Its
# verdict says what the ticket is about; like below, it is joined with tables only. The lock that it
# asks for is ours already: it makes PostgreSQL read the ticket as it was locked, and not as it was
# when the statement began, for it may have been handed over in between.
BREACHES = """
WITH due AS MATERIALIZED (
    SELECT c.id, t.id AS ticket_id, t.snoozed_until
    FROM sla_clock c JOIN tickets_ticket t ON t.id = c.ticket_id
    WHERE c.due_at < %(now)s AND c.effective_from <= %(now)s
        AND c.breached_at IS NULL AND c.stopped_at IS NULL
    ORDER BY c.due_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE OF t, c SKIP LOCKED
), hit AS (
    UPDATE sla_clock c SET breached_at = GREATEST(c.due_at, c.effective_from)
    WHERE c.id = ANY(ARRAY(SELECT id FROM due))
    RETURNING c.id, c.breached_at, c.policy_version_id, c.level_id, c.metric
), found AS (
    INSERT INTO sla_breach (clock_id, breached_at, detected_at, next_step_at)
    SELECT id, breached_at, %(now)s, breached_at + (
        SELECT min(s.minutes) FROM sla_escalationstep s
        WHERE s.version_id = hit.policy_version_id
            AND (s.level_id IS NULL OR s.level_id = hit.level_id)
            AND s.metric IN ('', hit.metric)
    ) * interval '1 minute'
    FROM hit
    ON CONFLICT DO NOTHING
    RETURNING id, clock_id, breached_at
), judged AS (
    INSERT INTO sla_verdict (
        clock_id, ticket_id, breach_id, metric, level_id, brand_id, request_type_id, subcategory_id,
        product, organization_id, team_id, assignee_id, restricted, decided_at, target_seconds
    )
    SELECT c.id, t.id, found.id, c.metric, c.level_id, t.brand_id, t.request_type_id,
        t.subcategory_id, t.product, t.organization_id, t.team_id, t.assignee_id, t.restricted,
        found.breached_at, c.target_seconds
    FROM found JOIN sla_clock c ON c.id = found.clock_id JOIN tickets_ticket t ON t.id = c.ticket_id
    FOR NO KEY UPDATE OF t
    ON CONFLICT DO NOTHING
), told AS (
    INSERT INTO mail_notice (kind, subject_id, created_at, next_try_at)
    SELECT 'breached', id, %(now)s, %(now)s FROM found
    ON CONFLICT DO NOTHING
)
SELECT count(*), count(*), (
    SELECT array_agg(DISTINCT ticket_id) FROM due WHERE snoozed_until IS NOT NULL
) FROM hit
"""

# Every step that was reached is written down, unless the promise has ended by now. Of several that
# are found at once (after an outage), each audience hears of the latest only. What is due is joined
# with tables only, never with itself: PostgreSQL cannot know how many rows were due, and would
# compare each with each.
STEPS = """
WITH due AS MATERIALIZED (
    SELECT b.id, b.breached_at, b.next_step_at,
        c.policy_version_id, c.level_id, c.metric, c.stopped_at
    FROM sla_breach b
        JOIN sla_clock c ON c.id = b.clock_id JOIN tickets_ticket t ON t.id = c.ticket_id
    WHERE b.next_step_at <= %(now)s AND b.retracted_at IS NULL
    ORDER BY b.next_step_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE OF t, c, b SKIP LOCKED
), moved AS (
    UPDATE sla_breach b SET next_step_at = due.breached_at + (
        SELECT min(s.minutes) FROM sla_escalationstep s
        WHERE s.version_id = due.policy_version_id
            AND (s.level_id IS NULL OR s.level_id = due.level_id)
            AND s.metric IN ('', due.metric)
            AND due.breached_at + s.minutes * interval '1 minute' > %(now)s
    ) * interval '1 minute'
    FROM due WHERE b.id = due.id
), taken AS (
    INSERT INTO sla_escalation (breach_id, step_id, created_at)
    SELECT due.id, s.id, %(now)s
    FROM due JOIN sla_escalationstep s ON s.version_id = due.policy_version_id
        AND (s.level_id IS NULL OR s.level_id = due.level_id)
        AND s.metric IN ('', due.metric)
        AND due.breached_at + s.minutes * interval '1 minute'
            BETWEEN due.next_step_at AND %(now)s
    WHERE due.stopped_at IS NULL
    ON CONFLICT DO NOTHING
    RETURNING id, breach_id, step_id
), told AS (
    INSERT INTO mail_notice (kind, subject_id, created_at, next_try_at)
    SELECT DISTINCT ON (taken.breach_id, s.audience, s.person_id)
        'escalated', taken.id, %(now)s, %(now)s
    FROM taken JOIN sla_escalationstep s ON s.id = taken.step_id
    ORDER BY taken.breach_id, s.audience, s.person_id, s.minutes DESC, s.id
    ON CONFLICT DO NOTHING
)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM taken)
"""

# What is late already is told as a breach, and what is paused is not near its deadline. IS FALSE
# keeps the planner from looking for the (very many) later deadlines instead of the few warnings.
WARNINGS = """
WITH near AS MATERIALIZED (
    SELECT c.id
    FROM sla_clock c JOIN tickets_ticket t ON t.id = c.ticket_id
    WHERE c.warn_at < %(now)s AND (c.due_at < %(now)s) IS FALSE AND c.warned_at IS NULL
        AND c.breached_at IS NULL AND c.stopped_at IS NULL AND c.paused_since IS NULL
    ORDER BY c.warn_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE OF t, c SKIP LOCKED
), warned AS (
    UPDATE sla_clock c SET warned_at = %(now)s
    WHERE c.id = ANY(ARRAY(SELECT id FROM near))
    RETURNING c.id
), told AS (
    INSERT INTO mail_notice (kind, subject_id, created_at, next_try_at)
    SELECT 'endangered', id, %(now)s, %(now)s FROM warned
    ON CONFLICT DO NOTHING
)
SELECT count(*), count(*) FROM warned
"""


class Swept(NamedTuple):
    """What a sweep wrote, and whether its time ended before its work."""

    breached: int = 0
    escalated: int = 0
    warned: int = 0
    more: bool = False

    def __str__(self) -> str:
        return f"{self.breached} breached, {self.escalated} escalated, {self.warned} warned"


def sweep(now: datetime, *, seconds: float = math.inf) -> Swept:
    """Write everything about promises that came due by `now` (UTC), in batches.

    However many sweeps run, and whenever: a breach is dated at its deadline and written once,
    and so is each step after it and each warning. After `seconds` no further batch begins.
    """
    until = time.monotonic() + seconds
    breaches, steps, warnings = _due(now)
    breached, in_time = _batches(BREACHES, now=now, until=until) if breaches else (0, True)
    escalated = warned = 0
    if in_time and (steps or breached):  # a breach that is found late may be past its first step
        escalated, in_time = _batches(STEPS, now=now, until=until)
    if in_time and warnings:
        warned, in_time = _batches(WARNINGS, now=now, until=until)
    return Swept(breached, escalated, warned, more=not in_time)


def _due(now: datetime) -> tuple[bool | None, bool | None, bool | None]:
    """Ask whether there is a breach, a step or a warning to write; mostly there is none."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": now})
        return cursor.fetchone()


def _batches(statement: str, *, now: datetime, until: float) -> tuple[int, bool]:
    """Run a statement until it finds no full batch; how much it wrote, and if time sufficed."""
    total = 0
    while time.monotonic() < until:
        found, written = _batch(statement, now=now)
        total += written
        if found < BATCH:
            return total, True
    return total, False


@transaction.atomic(savepoint=False)
def _batch(statement: str, *, now: datetime) -> tuple[int, int]:
    """Run a statement once; what was put off of the tickets that it locked comes back with it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "batch": BATCH})
        found, written, *snoozed = cursor.fetchone()
    if any(snoozed):
        clocks.wake(Ticket.objects.filter(pk__in=snoozed[0]), at=now)
    return found, written
