"""The sweep: every clock whose deadline has passed becomes a breach, exactly once."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

BATCH = 5000

# The ticket's row is the lock of its clocks. What a verb holds is skipped: the verb settles it.
# Locking comes before `breached_at IS NULL` is believed, so two sweeps never both find a clock.
STATEMENT = """
WITH due AS MATERIALIZED (
    SELECT c.id
    FROM sla_clock c JOIN tickets_ticket t ON t.id = c.ticket_id
    WHERE c.due_at < %(now)s AND c.effective_from <= %(now)s
        AND c.breached_at IS NULL AND c.stopped_at IS NULL
    ORDER BY c.due_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE OF t, c SKIP LOCKED
), hit AS (
    UPDATE sla_clock c SET breached_at = GREATEST(c.due_at, c.effective_from)
    FROM due WHERE c.id = due.id
    RETURNING c.id, c.breached_at
), found AS (
    INSERT INTO sla_breach (clock_id, breached_at, detected_at)
    SELECT id, breached_at, %(now)s FROM hit
    ON CONFLICT DO NOTHING
    RETURNING id
), told AS (
    INSERT INTO mail_notice (kind, subject_id, created_at, next_try_at)
    SELECT 'breached', id, %(now)s, %(now)s FROM found
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM hit
"""


def sweep(now: datetime) -> int:
    """Record every breach that `now` (UTC) knows of, and return how many there were.

    However many sweeps run, and whenever: a breach is dated at its deadline and written once.
    """
    total = 0
    while (swept := _sweep_batch(now)) == BATCH:
        total += swept
    return total + swept


def _sweep_batch(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"now": now, "batch": BATCH})
        return cursor.fetchone()[0]
