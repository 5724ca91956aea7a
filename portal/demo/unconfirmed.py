"""Requests of the demo company that were sent signed out, and wait for their senders right now."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from portal.demo.cast import PERFECTSERVE
from portal.demo.casting import Case, Way, words_for
from portal.demo.filing import Desk, submission
from portal.demo.stories import stories
from tickets import clock, confirmations, drafts
from tickets.submission import Submission


class Waiting(NamedTuple):
    """What somebody sent, so many minutes ago; neither has a password."""

    story: str
    sender: str
    minutes: int
    way: Way = "portal"


WAITING = (
    Waiting("after-hours-dead", "walt.jensen@maplestreet.example", 12, way="cannot"),
    Waiting("message-form", "walt.jensen@maplestreet.example", 190),
)


def leave(desk: Desk, *, now: datetime, rng: Random) -> None:
    """Send each as its sender would have, signed out, and write the mail that asks for them."""
    for waiting in WAITING:
        at = now - timedelta(minutes=waiting.minutes)
        case = Case(
            story=stories()[waiting.story],
            course="",
            at=at,
            requester=waiting.sender,
            agent="",
            brand=PERFECTSERVE,
            way=waiting.way,
            words=words_for(waiting.sender, rng),
        )
        _send(case, desk)


def _send(case: Case, desk: Desk) -> None:
    with clock.moving_clock(lambda: case.at):
        _ask(submission(case, desk))


def _ask(sent: Submission) -> None:
    draft = drafts.begin(
        key=None,
        brand_id=sent.brand.pk,
        request_type_id=sent.request_type.pk,
        owner=None,
        cookie_hash="",
    )
    drafts.choose(draft, subcategory_id=sent.subcategory.pk if sent.subcategory else None)
    for file in sent.attachments:
        file.draft = draft
        file.save(update_fields=["draft"])
    sender = sent.requester
    asked = confirmations.ask(draft, sent, email=sender.email, name=sender.name)
    confirmations.write_mail(asked)
