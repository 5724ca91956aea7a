"""Managers' pages: do a million tickets, and 300,000 broken promises, cost them anything?

usage: python bench/managers.py [TICKETS [SECONDS]]

Two sites run on one PostgreSQL: one with 1,000 tickets, one with TICKETS (1,000,000), over two and
a half years, copied inside the database (bench/multiplying.py). Runs of SECONDS (2) alternate;
medians of five count. Ends with 1 where a limit is missed.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/

from bench.servers import Servers  # noqa: E402

FEW, MANY, SECONDS = 1000, 1_000_000, 2.0


def main(many: int = MANY, seconds: float = SECONDS) -> int:
    with ExitStack() as stack:
        servers = Servers(stack, STAFF_MFA="off")
        from bench import company, looking, managing  # models can be imported once there is a site

        patterns = managing.make()
        manager = looking.manager()
        large = company.another_database(servers.url)
        managing.fill(patterns, FEW, using="default")
        managing.fill(patterns, many, using=large)
        verdicts = looking.measure(servers, manager, large=large, seconds=seconds)
    missed = [verdict for verdict in verdicts if not verdict.is_kept]
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} limits kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3])))
