"""Drafts: what was typed and which files were added, kept from the first answer on."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import F, JSONField, Value
from django.db.models.expressions import CombinedExpression

from tickets import clock
from tickets.models import Confirmation, Draft, Ticket

COOKIE = "draft"


class Gone(Exception):
    """The draft was filed or removed since it was looked up."""


def begin(
    *, key: uuid.UUID | None, brand_id: int, request_type_id: int, owner, cookie_hash: str
) -> Draft:
    """Make an empty draft that belongs to its owner, or to a browser while nobody signed in.

    A form that is sent twice names the same `key` and gets the same draft; a key that is
    somebody else's counts for nothing.
    """
    now = clock.now()
    columns = {
        "brand_id": brand_id,
        "request_type_id": request_type_id,
        "owner": owner,
        "cookie_hash": "" if owner else cookie_hash,
        "created_at": now,
        "updated_at": now,
        "expires_at": _expiry(now),
    }
    if key is not None:
        draft, _created = Draft.objects.get_or_create(pk=key, defaults=columns)
        if (draft.owner, draft.cookie_hash) == (owner, columns["cookie_hash"]):
            return draft
    return Draft.objects.create(**columns)


def claim(draft: Draft, *, owner) -> None:
    """Make a browser's draft the draft of who signed in there: from then on nobody else's."""
    draft.owner, draft.cookie_hash = owner, ""
    _update(draft, owner=owner, cookie_hash="")


def keep(draft: Draft, data: dict[str, list[str]]) -> None:
    """Store what was typed, checked or not; what other steps stored stays beside it.

    The database joins the two, so that tabs with different steps overwrite nothing of each
    other's. Raises `Gone` where the draft was filed meanwhile.
    """
    draft.data = draft.data | data
    draft.updated_at = clock.now()
    draft.expires_at = _expiry(draft.updated_at)
    _update(
        draft,
        data=CombinedExpression(F("data"), "||", Value(data, output_field=JSONField())),
        updated_at=draft.updated_at,
        expires_at=draft.expires_at,
    )


def choose(draft: Draft, *, subcategory_id: int | None) -> None:
    """Store what of its type the request is about. Raises `Gone`."""
    draft.subcategory_id = subcategory_id
    _update(draft, subcategory_id=subcategory_id)


def move(draft: Draft, *, request_type_id: int) -> None:
    """Go on with another request type; whatever of the answers fits it stays. Raises `Gone`."""
    _update(draft, request_type_id=request_type_id, subcategory_id=None, updated_at=clock.now())


def called(draft: Draft, *, answer: str, reference: str) -> None:
    """Store what the sender said about calling first. Raises `Gone`."""
    draft.phone_answer, draft.phone_reference = answer, reference
    _update(draft, phone_answer=answer, phone_reference=reference)


def remove(draft: Draft) -> None:
    """Throw a draft away; its files follow with the next clean-up. Raises `Gone`."""
    if not Draft.objects.filter(pk=draft.pk).delete()[0]:
        raise Gone


def filed(draft: Draft) -> None:
    """Remove a draft that became its ticket, while its row is locked.

    Whoever files it took all of its files along, so that none is left to be let go of: the
    database refuses to remove a draft which something still refers to.
    """
    for rows in (Confirmation.objects.filter(draft=draft), Draft.objects.filter(pk=draft.pk)):
        rows._raw_delete(rows.db)


def follow(draft: Draft, ticket: Ticket) -> None:
    """Note which closed ticket the request goes on from. Raises `Gone`."""
    draft.follows = ticket
    _update(draft, follows=ticket)


def tell_apart(draft: Draft) -> None:
    """Store that its sender saw their open tickets and means something else. Raises `Gone`."""
    _update(draft, told_apart_at=clock.now())


def detach(draft: Draft, attachment_id: str) -> None:
    """Take a file away again; the daily clean-up removes its bytes."""
    for attachment in draft.attachments.all():
        if str(attachment.pk) == attachment_id:
            attachment.draft = None
            attachment.save(update_fields=["draft"])


def _expiry(now):
    return now + timedelta(days=settings.DRAFT_DAYS)


def _update(draft: Draft, **columns) -> None:
    if not Draft.objects.filter(pk=draft.pk).update(**columns):
        raise Gone
