"""Doors by which tests have mails brought in: each a function of bytes and their envelope.

A door that is added here has all mails of the corpus come through it (test_corpus.py). It returns
whether the mail was taken; one that is refused at the door is nobody's any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tickets.mail.inbound import taking

Door = Callable[[bytes, str, Sequence[str]], bool]


def by_hand(raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> bool:
    """As every door does once it has the whole mail."""
    taking.take(raw, door="smtp", mail_from=mail_from, rcpt_to=rcpt_to)
    return True


DOORS: dict[str, Door] = {"by hand": by_hand}
