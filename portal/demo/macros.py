"""What the demo company's agents say again and again, and what they mark tickets with."""

from __future__ import annotations

from typing import Any

from tickets.models import Macro, Message, Tag
from tickets.states import Status

HANDED_OVER = "handed over"
TAGS = (HANDED_OVER, "pager", "schedule", "sign-in")
MACROS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    (
        "Ask for the schedule or group",
        "Hello {{first_name}},\n\nto look into {{number}} we need the name of the schedule or group"
        " as it stands in the application, and from when on it was wrong.\n\nThank you,\n{{agent}}",
        {"status": Status.PENDING, "takes": True},
        "schedule",
    ),
    (
        "Sign in again",
        "Hello {{first_name}},\n\nplease sign out, wait a minute and sign in again. If it is still"
        " the same after that, tell us what you see.\n\nThank you,\n{{agent}}",
        {"status": Status.PENDING, "takes": True},
        "sign-in",
    ),
    (
        "It works again",
        "Hello {{first_name}},\n\nthis works again. If it does not for you, reply to this ticket"
        " and we look at it at once.\n\nThank you,\n{{agent}}",
        {"status": Status.SOLVED},
        "",
    ),
    (
        "Needs a look by the next shift",
        "Nothing to do now; look at it again in the morning, please.",
        {"kind": Message.Kind.NOTE},
        HANDED_OVER,
    ),
)


def settle() -> None:
    """Make them, once."""
    tags = {name: Tag.objects.get_or_create(name=name)[0] for name in TAGS}
    for position, (name, text, does, tag) in enumerate(MACROS):
        values = {"text": text, "position": position, **does}
        macro, _is_new = Macro.objects.get_or_create(name=name, defaults=values)
        macro.tags.set([tags[tag]] if tag else [])
