"""What looks wrong about a text that is to go to a customer: asked once, before it is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User

# "[name]" is to be filled in; "[name](address)" is a link, and "[1]" a footnote. Whether there is
# a letter in it is asked of what was found: asked by the pattern, a long text takes minutes.
UNFILLED = re.compile(r"\{\{[^{}\n]{0,80}\}\}|\[(?P<words>[^\[\]\n]*)\](?!\()")
LONGEST = 60
SEVERAL = 5


def doubts(text: str, *, agents: Iterable[User], by: User) -> list[str]:
    """Say what an agent would not want a customer to read: words to fill in, names of agents."""
    unfilled = dict.fromkeys(
        found[0][:LONGEST] for found in UNFILLED.finditer(text) if _says_something(found["words"])
    )
    mentioned = dict.fromkeys(
        name for agent in agents for name in _mentions(text, agent, himself=agent.pk == by.pk)
    )
    return [
        *(_("“%(text)s” is not filled in") % {"text": each} for each in list(unfilled)[:SEVERAL]),
        *(
            _("“%(name)s” is meant for colleagues") % {"name": each}
            for each in list(mentioned)[:SEVERAL]
        ),
    ]


def seal(text: str) -> str:
    """Return what says that just this text was asked about; another text is asked about anew."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _says_something(words: str | None) -> bool:
    return words is None or any(character.isalpha() for character in words)


def _mentions(text: str, agent: User, *, himself: bool) -> Iterable[str]:
    """Yield how a text calls an agent: "@name", or an address, which may be the writer's own."""
    names = {str(agent), str(agent).partition(" ")[0]} - {""}
    for name in sorted(names, key=len, reverse=True):
        if re.search(rf"(?<!\w)@{re.escape(name)}\b", text, re.IGNORECASE):
            yield f"@{name}"
            break
    if not himself and agent.email and agent.email.lower() in text.lower():
        yield agent.email
