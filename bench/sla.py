"""Promises: does a sweep cost what is due, and nothing for all that is not?

usage: python bench/sla.py [OPEN [ALL]]

Of two databases one has 10,000 open tickets in 30,000, the other OPEN (1,000,000) in ALL
(3,000,000), copied inside the database (bench/multiplying.py). Sweeps are held against the
statement that they are made of, run bare over as many rows, and against a loop over the open
tickets. Ends with 1 where a limit is missed.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/

from bench.servers import Servers  # noqa: E402

FEW_OPEN, FEW, OPEN, ALL = 10_000, 30_000, 1_000_000, 3_000_000


def main(open_tickets: int = OPEN, tickets: int = ALL) -> int:
    with ExitStack() as stack:
        servers = Servers(stack)
        from bench import company, promises, sweeping  # models can be imported once there is a site

        promises.make_patterns()
        large = company.another_database(servers.url)
        promises.fill(FEW_OPEN, FEW, using="default")
        promises.fill(open_tickets, tickets, using=large)
        verdicts = sweeping.measure(open_tickets, large=large)
    missed = [verdict for verdict in verdicts if not verdict.is_kept]
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} limits kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
