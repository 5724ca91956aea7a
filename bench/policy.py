"""A changed policy over many open tickets: how long, and do agents wait for it?

usage: python bench/policy.py [TICKETS [SECONDS]]

TICKETS (100,000) open tickets of ten stories, written by COPY (bench/filling.py). A worker of its
own looks at what a change would do, then applies it, while an agent of this process replies to one
ticket after the other, as for SECONDS (20) before. Ends with 1 where a limit is missed.
"""

import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/, where this is "policy"

from bench.servers import Servers, furnish  # noqa: E402

TICKETS, SECONDS = 100_000, 20.0
WORK = "--work"


def main(tickets: int = TICKETS, seconds: float = SECONDS) -> int:
    with ExitStack() as stack:
        Servers(stack)
        from bench import applying  # models can be imported once there is a site

        verdicts = applying.measure(tickets, seconds=seconds)
    missed = [verdict for verdict in verdicts if not verdict.is_kept]
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} limits kept")
    return 1 if missed else 0


def work() -> None:
    """Do long work until none is due, as a worker would, and say how long all of it took."""
    furnish()
    from tickets import clock, jobs

    began = time.monotonic()
    while jobs.work(clock.now()):
        pass
    print(f"{time.monotonic() - began:.1f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == [WORK]:
        work()
    else:
        sys.exit(main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3])))
