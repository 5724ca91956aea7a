"""Files whose form was not taken: they wait a while under a token that only its page holds.

A form fails for many reasons (an old safety token, a session that is over, an empty field), and
no browser fills a file field again. The token is of one use, and of the person who sent the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import limits
from tickets import clock, files, uploads
from tickets.models import Attachment, Draft
from tickets.tokens import hash_of as hash_of_token
from tickets.tokens import new as new_token

FIELD = "staged"
MOST_TOKENS = 10  # a page carries one for each time that it failed


@dataclass
class Staged:
    """What a page shows and carries: tokens, files that wait, and why others do not."""

    tokens: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Basket:
    """The files of one POST: those that waited since an earlier try, and those it brings."""

    def __init__(self, request) -> None:
        self.tokens = request.POST.getlist(FIELD)[:MOST_TOKENS]
        self.new = request.FILES.getlist("files")
        self.user_id = request.user.pk
        self.peer = limits.peer(request)
        self.stored: list[Attachment] = []

    def take(self) -> list[Attachment]:
        """Return all files for the message that binds them. Raises `FileRefused`."""
        tokens = [token for token in self.tokens if waiting([token], user_id=self.user_id)]
        if len(tokens) < len(self.tokens):
            self.tokens = tokens
            raise gone()
        earlier = waiting(tokens, user_id=self.user_id)
        self.stored = uploads.store_all(self.new, beside=len(earlier))
        return [*earlier, *self.stored]

    def keep(self) -> Staged:
        """Let all files wait for the next try of a form that was not taken."""
        earlier = waiting(self.tokens, user_id=self.user_id)
        new = self.stored or self.new
        staged = stage(new, user_id=self.user_id, peer=self.peer, beside=len(earlier))
        staged.files[:0] = earlier
        staged.tokens[:0] = self.tokens if earlier else []
        return staged


def stage(
    new: Iterable[UploadedFile | Attachment], *, user_id: int | None, peer: str, beside: int = 0
) -> Staged:
    """Let files wait under a new token, as many as nobody can fill the disk with."""
    token, staged = new_token(), Staged()
    for each in new:
        try:
            if beside + len(staged.files) >= settings.FILE_MAX_COUNT:
                raise uploads.too_many(files.clean_name(each.name or ""))
            staged.files.append(_stage(each, hash_of(token, user_id), peer=peer))
        except uploads.FileRefused as refused:
            staged.refused.append(str(refused))
    if staged.files:
        staged.tokens.append(token)
    return staged


def stage_kept(new: Sequence[UploadedFile], *, user_id: int, peer: str) -> dict:
    """Let files wait for somebody who has to sign in again first (settings.KEPT_FILES)."""
    staged = stage(new, user_id=user_id, peer=peer)
    return {
        "fields": [(FIELD, token) for token in staged.tokens],
        "files": [{"name": file.name, "size": file.size} for file in staged.files],
        "refused": staged.refused,
    }


def waiting(tokens: Iterable[str], *, user_id: int | None) -> list[Attachment]:
    """Return the files that wait under these tokens for this person, or for this browser."""
    hashes = [hash_of(token, who) for token in tokens for who in (user_id, None)]
    since = clock.now() - timedelta(seconds=settings.STAGED_SECONDS)
    return list(Attachment.objects.staged().filter(token_hash__in=hashes, created_at__gt=since))


def attach(tokens: Sequence[str], *, draft: Draft, user_id: int | None) -> list[str]:
    """Move what waits to a draft; returns in words what could not be moved."""
    problems = []
    for token in tokens[:MOST_TOKENS]:
        found = waiting([token], user_id=user_id)
        if not found:
            problems.append(str(gone()))
        room = max(0, settings.FILE_MAX_COUNT - draft.attachments.count()) if found else 0
        fits = Attachment.objects.staged().filter(pk__in=[file.pk for file in found[:room]])
        fits.update(draft=draft, token_hash="")
        problems += [str(uploads.too_many(file.name)) for file in found[room:]]
    return problems


def gone() -> uploads.FileRefused:
    return uploads.FileRefused(
        _("The files that waited here are sent already or were kept too long. Choose them again.")
    )


def hash_of(token: str, user_id: int | None) -> str:
    """Return what is stored of a token: it opens nothing for anybody but its person."""
    return hash_of_token(f"{token}:{user_id or ''}")


def _stage(file: UploadedFile | Attachment, token_hash: str, *, peer: str) -> Attachment:
    name, size = files.clean_name(file.name or ""), file.size or 0
    kept = Attachment.objects.staged().aggregate(size=Sum("size"))["size"] or 0
    if not limits.hit("stage", peer).allowed or kept + size > settings.STAGED_MAX_BYTES:
        raise uploads.FileRefused(
            _("“%(name)s” could not be kept: too many files wait. Choose it again.")
            % {"name": name}
        )
    if isinstance(file, Attachment):
        file.token_hash = token_hash
        file.save(update_fields=["token_hash"])
        return file
    return uploads.store(file, token_hash=token_hash)
