"""Drafts: what was typed and which files were added, kept from the first answer on."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from tickets import clock, files
from tickets.models import Attachment, Draft

COOKIE = "draft"
NOT_ANSWERS = frozenset({"csrfmiddlewaretoken", "do", "remove", "files"})


class FileRefused(Exception):
    """A file that is not taken; its text says which and why."""


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
        brand_id=brand_id, request_type_id=request_type_id, owner=owner,
        cookie_hash="" if owner else cookie_hash,
        created_at=now, updated_at=now, expires_at=_expiry(now))


def claim(draft: Draft, *, owner) -> None:
    """Make a browser's draft the draft of who signed in there: from then on nobody else's."""
    draft.owner, draft.cookie_hash = owner, ""
    draft.save(update_fields=["owner", "cookie_hash"])


def keep(draft: Draft, posted: QueryDict, *, fields: Iterable[str] = ()) -> None:
    """Store everything that was posted as it was typed; `fields` that are missing were emptied."""
    typed = {name: values for name, values in posted.lists() if name not in NOT_ANSWERS}
    emptied = {name: [] for name in fields if name not in typed}
    draft.data = draft.data | emptied | _storable(typed)
    draft.updated_at = clock.now()
    draft.expires_at = _expiry(draft.updated_at)
    draft.save(update_fields=["data", "subcategory", "updated_at", "expires_at"])


def typed(draft: Draft) -> QueryDict:
    """Return what is stored in the shape in which it was posted."""
    posted = QueryDict(mutable=True)
    for name, values in draft.data.items():
        posted.setlist(name, values)
    return posted


def attach(draft: Draft, upload: UploadedFile) -> Attachment:
    """Keep a file with the draft, under a name of ours. Raises `FileRefused`."""
    name = files.clean_name(upload.name or "")
    content_type = _accepted(draft, name=name, size=upload.size or 0)
    print_ = files.fingerprint(upload.chunks())
    return Attachment.objects.create(
        draft=draft, file=upload, name=name, content_type=content_type, size=print_.size,
        sha256=print_.sha256, created_at=clock.now())


def detach(draft: Draft, attachment_id: str) -> None:
    """Take a file away again; the daily clean-up removes its bytes."""
    draft.attachments.filter(pk=attachment_id).update(draft=None)


def _accepted(draft: Draft, *, name: str, size: int) -> str:
    content_type = files.content_type(name)
    limit = settings.FILE_MAX_BYTES
    if content_type is None:
        raise FileRefused(_("“%(name)s” was not added: files like this are not taken. "
                            "Send a picture, PDF, office, text or calendar file.")
                          % {"name": name})
    if size > limit:
        raise FileRefused(_("“%(name)s” was not added: it is larger than %(limit)d MB.")
                          % {"name": name, "limit": limit // 2**20})
    if size == 0:
        raise FileRefused(_("“%(name)s” was not added: it is empty.") % {"name": name})
    if draft.attachments.count() >= settings.FILE_MAX_COUNT:
        raise FileRefused(_("“%(name)s” was not added: a request takes %(count)d files.")
                          % {"name": name, "count": settings.FILE_MAX_COUNT})
    return content_type


def _storable(typed: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out what PostgreSQL's JSON cannot hold; the form says so at its field."""
    clean = str.maketrans({"\0": "\ufffd", **{chr(c): "\ufffd" for c in range(0xD800, 0xE000)}})
    return {name.translate(clean)[:100]: [value.translate(clean) for value in values]
            for name, values in typed.items()}


def _expiry(now):
    return now + timedelta(days=settings.DRAFT_DAYS)
