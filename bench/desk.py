"""The agents' desk: how near is each page to a bare Django view, and does a million tickets matter?

usage: python bench/desk.py [TICKETS [SECONDS]]

Two sites run on one PostgreSQL: one with 1,000 tickets, one with TICKETS (1,000,000), of which a
tenth are open, copied inside the database (bench/multiplying.py), and a twentieth of the rows
updated since; beside them a bare Django (bench/plain.py) shows the same 50 rows. Runs of SECONDS
(1) alternate; medians of five count. Ends with 1 where a limit is missed.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/

from bench.servers import Servers  # noqa: E402

FEW, MANY, SECONDS = 1000, 1_000_000, 1.0


def main(many: int = MANY, seconds: float = SECONDS) -> int:
    with ExitStack() as stack:
        servers = Servers(stack, STAFF_MFA="off")
        from bench import asking, company, working  # models can be imported once there is a site

        desk = working.make()
        large = company.another_database(servers.url)
        working.fill(desk, FEW, using="default")
        working.fill(desk, many, using=large)
        verdicts = asking.measure(servers, desk, large=large, seconds=seconds)
    missed = [verdict for verdict in verdicts if not verdict.is_kept]
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} limits kept")
    for verdict in missed:
        verdict.tell()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3])))
