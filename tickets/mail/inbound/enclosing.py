"""Files of a mail become files of ours: all are kept, those off the list for staff alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import File as OnDisk
from django.core.files.storage import default_storage

from tickets import files, uploads
from tickets.files import Fingerprint
from tickets.mail.inbound.mail import File
from tickets.models import Attachment

# What is withheld is handed out as this, whatever its sender calls it: to be saved, never opened.
BYTES = "application/octet-stream"


@contextmanager
def enclosed(parts: Sequence[File]) -> Iterator[list[Attachment]]:
    """Keep these files for a message that is stored inside; what none came to hold is deleted."""
    kept: list[Attachment] = []
    try:
        for position, part in enumerate(parts):
            kept.append(_keep(part, position=position))
        yield kept
    finally:  # be it that the worker is told to stop
        _let_go(kept)


def _let_go(kept: Sequence[Attachment]) -> None:
    """Delete files that no message holds, by their rows: a commit may have come through unheard."""
    for each in Attachment.objects.filter(pk__in=[each.pk for each in kept], message=None):
        stored = str(each.file.name)
        each.delete()
        default_storage.delete(stored)


def _keep(part: File, *, position: int) -> Attachment:
    name = files.clean_name(part.name)
    content_type = _type(name, size=part.size, position=position)
    with Path(part.path).open("rb") as content:
        return uploads.keep(
            OnDisk(content),
            name=name,
            content_type=content_type or BYTES,
            print_=Fingerprint(size=part.size, sha256=part.sha256),
            withheld=content_type is None,
        )


def _type(name: str, *, size: int, position: int) -> str | None:
    """Return the type of a file that the portal would have taken, too; None of any other."""
    is_taken = 0 < size <= settings.FILE_MAX_BYTES and position < settings.MAIL_IN.max_files
    return files.content_type(name) if is_taken else None
