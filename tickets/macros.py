"""What a macro makes of a ticket: its text with the words filled in, and what it would set."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import User
from tickets.models import Macro, Message, Ticket

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


@dataclass(frozen=True)
class Written:
    """What stands in the field, and whether it is for everybody on the ticket or for agents."""

    body: str
    kind: str


def seal(macro: Macro) -> str:
    """Return what says that a macro does just this; one that is edited has another."""
    does = [
        *(macro.kind, macro.text, macro.status, macro.level_id, macro.reason),
        *(macro.takes, macro.gives_to_id, sorted(tag.pk for tag in macro.tags.all())),
    ]
    return hashlib.sha256(json.dumps(does).encode()).hexdigest()[:32]


def words_of(ticket: Ticket, *, agent: User) -> dict[str, str]:
    """Return what stands for each placeholder that a macro's text may have."""
    requester = str(ticket.requester)
    return {
        "requester": requester,
        "first_name": requester.partition(" ")[0],
        "number": ticket.number,
        "subject": ticket.subject,
        "brand": ticket.brand.name,
        "agent": str(agent),
    }


def filled_in(text: str, words: Mapping[str, str]) -> str:
    """Put the words in; what has none stays as it is, for whoever sends it to see."""
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def added_to(written: Written, macro: Macro, words: Mapping[str, str]) -> Written:
    """Put a macro's text below what stands there already, of which nothing is lost.

    What was or becomes a note in part is one as a whole: no text gets to customers by a macro.
    """
    text = filled_in(macro.text, words).strip()
    body = "\n\n".join(part for part in (written.body.rstrip(), text) if part)
    if not text:
        return Written(body, written.kind)
    is_note = macro.kind == Message.Kind.NOTE or (
        written.body.strip() != "" and written.kind == Message.Kind.NOTE
    )
    return Written(body, Message.Kind.NOTE if is_note else Message.Kind.PUBLIC)
