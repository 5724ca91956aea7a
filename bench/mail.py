"""Mails that come in by the ten thousand: how fast are they taken and read, and in how much memory?

usage: python bench/mail.py [MAILS]

MAILS (10,000) come by SMTP, in turns with as many to a bare server (bench/bare_mail.py); some by
LMTP, by the pipe and from a mailbox besides. Then they are read, by a worker of its own. At last
one of 25 MB and one with 40,000 addresses in Cc come among small ones. Ends with 1 where a limit is
missed.
"""

import sys
from contextlib import ExitStack
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/, where this is "mail"

from bench.servers import Servers, furnish  # noqa: E402

MAILS = 10_000
READ = "--read"


def main(mails: int = MAILS) -> int:
    with ExitStack() as stack:
        servers = Servers(stack, LIMIT_MAIL_IN="1000000/60")
        from bench import arriving, beside, mail_reading  # models can be imported now

        verdicts = arriving.measure(servers, mails)
        verdicts += mail_reading.measure(servers)
        verdicts += beside.measure(servers)
    missed = [verdict for verdict in verdicts if not verdict.is_kept]
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} limits kept")
    return 1 if missed else 0


def read() -> None:
    """Read mails as a worker would, until standard input ends."""
    furnish()
    from bench import mail_reading

    mail_reading.read_on()


if __name__ == "__main__":
    read() if sys.argv[1:2] == [READ] else sys.exit(main(*map(int, sys.argv[1:2])))
