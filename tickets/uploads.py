"""Taking files in: what is accepted is stored, everything else is refused in words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _

from tickets import clock, files
from tickets.drafts import Gone
from tickets.files import Fingerprint
from tickets.models import Attachment, Draft

logger = logging.getLogger(__name__)


class FileRefused(Exception):
    """A file that is not taken; its text says which and why."""


def store(upload: UploadedFile, *, draft: Draft | None = None, token_hash: str = "") -> Attachment:
    """Keep a file under a name of ours, with its draft or token if it has one.

    Raises `FileRefused`, and `Gone` where the draft was filed meanwhile.
    """
    name = files.clean_name(upload.name or "")
    content_type = _accepted(name, size=upload.size or 0)
    if draft is not None and draft.attachments.count() >= settings.FILE_MAX_COUNT:
        raise too_many(name)
    print_ = files.fingerprint(upload.chunks())
    whose = {"draft": draft, "token_hash": token_hash}
    try:
        return keep(upload, name=name, content_type=content_type, print_=print_, **whose)
    except OSError as error:
        logger.error("A file cannot be stored: %s", error)
        raise FileRefused(
            _("“%(name)s” was not added: it cannot be stored just now. Send without it, or call.")
            % {"name": name}
        ) from None
    except IntegrityError:
        raise Gone from None


def keep(
    content: File, *, name: str, content_type: str, print_: Fingerprint, **columns: Any
) -> Attachment:
    """Keep a file that was looked at, under a name of ours, and return its row.

    Raises OSError where there is no room for it; then nothing is left.
    """
    stored = default_storage.save(files.server_name(None, name), content)
    try:
        return Attachment.objects.create(
            file=stored,
            name=name,
            content_type=content_type,
            size=print_.size,
            sha256=print_.sha256,
            created_at=clock.now(),
            **columns,
        )
    except DatabaseError:
        default_storage.delete(stored)  # bytes without a row would stay for ever
        raise


def store_all(uploads: Sequence[UploadedFile], *, beside: int = 0) -> list[Attachment]:
    """Keep all files of a message or none: the first that is refused stops before any is kept.

    `beside` says how many the message has already.
    """
    for number, upload in enumerate(uploads, start=beside):
        name = files.clean_name(upload.name or "")
        _accepted(name, size=upload.size or 0)
        if number >= settings.FILE_MAX_COUNT:
            raise too_many(name)
    return [store(upload) for upload in uploads]


def too_many(name: str) -> FileRefused:
    return FileRefused(
        _("“%(name)s” was not added: at most %(count)d files are taken.")
        % {"name": name, "count": settings.FILE_MAX_COUNT}
    )


def _accepted(name: str, *, size: int) -> str:
    content_type, limit = files.content_type(name), settings.FILE_MAX_BYTES
    if content_type is None:
        raise FileRefused(
            _(
                "“%(name)s” was not added: files like this are not taken. "
                "Send a picture, PDF, office, text or calendar file."
            )
            % {"name": name}
        )
    if size > limit:
        raise FileRefused(
            _("“%(name)s” was not added: it is larger than %(limit)s.")
            % {"name": name, "limit": files.size_in_words(limit)}
        )
    if size == 0:
        raise FileRefused(_("“%(name)s” was not added: it is empty.") % {"name": name})
    return content_type
