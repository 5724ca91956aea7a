"""What waits for a lock, for tests of what several do at once."""

from __future__ import annotations

from time import sleep

from django.db import connection


def wait_for_who_waits():
    """Return as soon as somebody waits for a row that another holds."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_locks where not granted")
            if cursor.fetchone() is not None:
                return
        sleep(0.05)
    raise AssertionError("nobody waits for the ticket")
