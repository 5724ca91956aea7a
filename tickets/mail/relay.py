"""The relay: makes notices into mails and sends what is due, until nothing is."""

from __future__ import annotations

import math
import time
from datetime import datetime

from tickets import clock
from tickets.mail.deliver import deliver, drop
from tickets.mail.expand import expand
from tickets.mail.tally import Tally

BATCH = 100
# A server that took nothing in so many passes on end is asked again at the next run.
PATIENCE = 2


def run(*, seconds: float = math.inf) -> tuple[Tally, bool]:
    """Work until nothing is due, the server is away, or the seconds are over.

    Returns what was done, and whether it stopped for the seconds only: there is more.
    """
    until = time.monotonic() + seconds
    total, in_vain = Tally(), 0
    while time.monotonic() < until:
        done = run_once(clock.now(), until=until)
        if done.idle:
            return total, False
        total += done
        in_vain = in_vain + 1 if done.away and not done.sent else 0
        if in_vain == PATIENCE:
            return total, False
    return total, True


def run_once(now: datetime, *, limit: int = BATCH, until: float = math.inf) -> Tally:
    """Expand at most `limit` notices, then send at most `limit` mails that are due `now`.

    Begins no mail after `until` (seconds of `time.monotonic`).
    """
    made = Tally(expanded=expand(now, limit=limit), dropped=drop())
    return made + deliver(now, limit=limit, until=until)
