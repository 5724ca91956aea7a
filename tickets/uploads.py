"""Taking files in: what is accepted is stored, everything else is refused in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tickets import clock, files
from tickets.models import Attachment, Draft


class FileRefused(Exception):
    """A file that is not taken; its text says which and why."""


def store(upload: UploadedFile, *, draft: Draft | None = None) -> Attachment:
    """Keep a file under a name of ours, with its draft if it has one. Raises `FileRefused`."""
    name = files.clean_name(upload.name or "")
    content_type = _accepted(name, size=upload.size or 0)
    if draft is not None and draft.attachments.count() >= settings.FILE_MAX_COUNT:
        raise _too_many(name)
    print_ = files.fingerprint(upload.chunks())
    return Attachment.objects.create(
        draft=draft,
        file=upload,
        name=name,
        content_type=content_type,
        size=print_.size,
        sha256=print_.sha256,
        created_at=clock.now(),
    )


def store_all(uploads: Sequence[UploadedFile]) -> list[Attachment]:
    """Keep all files of a message or none: the first that is refused stops before any is kept."""
    for number, upload in enumerate(uploads):
        name = files.clean_name(upload.name or "")
        _accepted(name, size=upload.size or 0)
        if number >= settings.FILE_MAX_COUNT:
            raise _too_many(name)
    return [store(upload) for upload in uploads]


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


def _too_many(name: str) -> FileRefused:
    return FileRefused(
        _("“%(name)s” was not added: at most %(count)d files are taken.")
        % {"name": name, "count": settings.FILE_MAX_COUNT}
    )
