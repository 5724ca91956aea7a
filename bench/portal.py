"""Customers' pages: is sending near what a bare Django can, and does size cost them anything?

usage: python bench/portal.py [TICKETS [SECONDS]]

Two sites run on one PostgreSQL: one with 1,000 tickets, one with TICKETS (1,000,000), written by
COPY (bench/filling.py), and a twentieth of them updated afterwards, as tickets are. Runs of SECONDS
(5) alternate, so that whatever else the machine does meets both; medians of five count. Ends with
1 where a limit is missed.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/, where this is "portal"

from bench.servers import Servers  # noqa: E402

FEW, MANY, SECONDS = 1000, 1_000_000, 5.0
NO_LIMITS = {"LIMIT_SUBMIT": "1000000/3600"}


def main(many: int = MANY, seconds: float = SECONDS) -> int:
    with ExitStack() as stack:
        servers = Servers(stack, **NO_LIMITS)
        from bench import company, pages, sending  # models can be imported once there is a site

        people = company.make(many)
        large = company.another_database(servers.url)
        company.fill(FEW, using="default")
        company.fill(many, using=large)
        verdicts = [
            *pages.measure(servers, people, large=large, seconds=seconds),
            *sending.measure(servers, people, seconds=seconds),
        ]
    missed = [verdict for verdict in verdicts if not verdict.is_kept]
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} limits kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3])))
