"""How often a door may be knocked at: one row per door and caller, counted by the database.

A row is counted in a transaction of its own, so that a request which fails later has still
knocked, and so that nobody waits for another's row. Only the database's clock is asked: it is one
for all web processes.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# A window that is over starts again with this knock.
KNOCK = """
    INSERT INTO accounts_limit AS seen (key, window_started_at, count)
    VALUES (%(key)s, statement_timestamp(), 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN seen.window_started_at + %(window)s::interval <= statement_timestamp()
            THEN 1 ELSE seen.count + 1 END,
        window_started_at =
            CASE WHEN seen.window_started_at + %(window)s::interval <= statement_timestamp()
            THEN statement_timestamp() ELSE seen.window_started_at END
    RETURNING count,
        extract(epoch FROM window_started_at + %(window)s::interval - statement_timestamp())
"""


@dataclass(frozen=True)
class Verdict:
    """Whether the knock is let in, and if not, in how many whole seconds the next one is."""

    allowed: bool
    retry_after_seconds: int

    @property
    def retry_after_minutes(self) -> int:
        """The same in minutes, a begun one counted whole: what people are told."""
        return -(-self.retry_after_seconds // 60)


def hit(door: str, who: str) -> Verdict:
    """Count one knock of `who` at `door` (a key of settings.LIMITS) and judge it.

    Raises RuntimeError inside a transaction: rolled back, the knock would not have happened.
    """
    times, seconds = settings.LIMITS[door]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(KNOCK, {"key": key(door, who), "window": f"{seconds} seconds"})
        count, seconds_left = cursor.fetchone()
    if count <= times:
        return Verdict(allowed=True, retry_after_seconds=0)
    return Verdict(allowed=False, retry_after_seconds=max(1, math.ceil(seconds_left)))


def too_many(request: HttpRequest, verdict: Verdict, *, kept_at: str = "") -> HttpResponse:
    """Answer 429: the page tells people when to come back, a header tells programs.

    `kept_at` is where what was typed is kept until then, where it is.
    """
    words = {"minutes": verdict.retry_after_minutes, "kept_at": kept_at}
    response = render(request, "429.html", words, status=429)
    response["Retry-After"] = str(verdict.retry_after_seconds)
    return response


def key(door: str, who: str) -> str:
    """Return the row's key; it tells nobody whose address was typed."""
    return f"{door}:{hashlib.sha256(who.encode()).hexdigest()}"


def peer(request: HttpRequest) -> str:
    """Name who is at the other end of the wire; headers can be made up and are not asked.

    One customer of an IPv6 provider owns a whole /64, so that counts as one.
    """
    address = request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
