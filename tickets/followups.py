"""A new request about a closed one: a draft that begins with what was said back then."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from accounts.models import User
from tickets import drafts
from tickets.catalog.answers import as_typed
from tickets.catalog.specs import Catalog, TypeSpec
from tickets.models import Draft, Message, Ticket


def begin(
    ticket: Ticket,
    *,
    by: User,
    brand_id: int,
    catalog: Catalog,
    key: uuid.UUID | None = None,
    text: str = "",
) -> Draft:
    """Begin a draft like the ticket, files apart; `text` takes the place of its description.

    A form that is sent twice names the same `key` and gets the same draft, as it is by then.
    Raises `NotOffered` where the catalog has the ticket's request type no more.
    """
    type_spec = catalog.offered_type(ticket.request_type_id)
    draft = drafts.begin(
        key=key,
        brand_id=brand_id,
        request_type_id=ticket.request_type_id,
        owner=by,
        cookie_hash="",
    )
    if not draft.data:
        drafts.follow(draft, ticket)
        drafts.choose(draft, subcategory_id=_still_offered(ticket, type_spec))
        drafts.keep(draft, _typed(ticket, text=text))
    return draft


def _still_offered(ticket: Ticket, type_spec: TypeSpec) -> int | None:
    offered = {about.id for about in type_spec.subcategories}
    return ticket.subcategory_id if ticket.subcategory_id in offered else None


def _typed(ticket: Ticket, *, text: str) -> dict[str, list[Any]]:
    """Return the ticket's answers as its forms would keep them; what no form asks is ignored."""
    zone = timezone.get_current_timezone()
    return {
        "subcategory": [ticket.subcategory.key] if ticket.subcategory else [],
        "kind": [ticket.kind],
        "affected": [ticket.affected],
        "ability": [ticket.ability],
        "urgent": ["on"] if ticket.urgent else [],
        "subject": [ticket.subject],
        "description": [text or _description(ticket)],
        **{
            f"q_{answer.key}": as_typed(answer.value, kind=answer.kind, time_zone=zone)
            for answer in ticket.answers.all()
        },
    }


def _description(ticket: Ticket) -> str:
    first = ticket.messages.filter(kind=Message.Kind.PUBLIC).first()
    return first.body if first else ""
