"""Drafts: what was typed and which files were added, kept from the first answer on."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings

from tickets import clock
from tickets.models import Draft

COOKIE = "draft"


def new_token() -> str:
    """Return what a browser keeps to show that a draft is its own: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str | None) -> str:
    """Return what of a token is stored; nothing for an empty or shortened one."""
    return hashlib.sha256(token.encode()).hexdigest() if token and len(token) >= 40 else ""


def begin(*, brand_id: int, request_type_id: int, owner, cookie_hash: str) -> Draft:
    """Make an empty draft that belongs to its owner, or to a browser while nobody signed in."""
    now = clock.now()
    return Draft.objects.create(
        brand_id=brand_id,
        request_type_id=request_type_id,
        owner=owner,
        cookie_hash="" if owner else cookie_hash,
        created_at=now,
        updated_at=now,
        expires_at=_expiry(now),
    )


def claim(draft: Draft, *, owner) -> None:
    """Make a browser's draft the draft of who signed in there: from then on nobody else's."""
    draft.owner, draft.cookie_hash = owner, ""
    draft.save(update_fields=["owner", "cookie_hash"])


def keep(draft: Draft, data: dict[str, list[str]]) -> None:
    """Store what was typed, checked or not; what an earlier step stored stays beside it."""
    draft.data = draft.data | data
    draft.updated_at = clock.now()
    draft.expires_at = _expiry(draft.updated_at)
    draft.save(update_fields=["data", "subcategory", "updated_at", "expires_at"])


def detach(draft: Draft, attachment_id: str) -> None:
    """Take a file away again; the daily clean-up removes its bytes."""
    for attachment in draft.attachments.all():
        if str(attachment.pk) == attachment_id:
            attachment.draft = None
            attachment.save(update_fields=["draft"])


def _expiry(now):
    return now + timedelta(days=settings.DRAFT_DAYS)
