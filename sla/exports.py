"""Files of lists that are too long to wait for: written in slices, kept for some days, removed.

A file lies in pieces, one for each slice, and the job names those that are whole. So whoever is
killed while writing one leaves a piece that nobody names, and the next worker writes it again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from sla import export, lists
from sla.listing import BATCH, Listing
from sla.scope import Scope, may_see_breaches
from tickets import clock, jobs
from tickets.forgetting import Removed
from tickets.mail.models import Notice
from tickets.mail.when import zone_of
from tickets.models import Job

logger = logging.getLogger(__name__)

KIND = "export"
FOLDER = "exports"
CHUNK = 64 * 1024
UNQUOTED = str.maketrans("", "", "\"'")
# Files cleared away in one go.
SOME = 100


def begin(shown: lists.ManagersList, *, query: str, zone: str, by: User) -> Job:
    """Ask for the file of a list as it is now; who asked for the same just now gets that one."""
    params = {"list": shown.name, "query": query, "zone": zone, **Scope.of(by).extent()}
    same = Job.objects.filter(kind=KIND, by=by, params=params, next_try_at__isnull=False)
    going_on = same.order_by("-id").first()
    return going_on or _begun(shown, params=params, by=by)


def write(job: Job, *, until: datetime) -> bool:
    """Write in the zone of who asked."""
    with timezone.override(zone_of(job.params["zone"])):
        return _write(job, until=until)


def pieces(job: Job) -> Iterator[bytes]:
    """Yield the file, some of it at a time."""
    for name in job.state["pieces"]:
        with default_storage.open(name) as piece:
            yield from piece.chunks(CHUNK)


def is_there(job: Job) -> bool:
    return bool(job.state.get("is_whole"))


def file_name(job: Job) -> str:
    day = job.created_at.astimezone(zone_of(job.params["zone"])).date()
    return f"{job.params['list']}-{day}.csv"


def still_sees(user: User, job: Job) -> bool:
    """Whether somebody may still see every line of an export: what changed meanwhile counts."""
    return may_see_breaches(user) and Scope.of(user).covers(job.params)


def clear(now: datetime) -> tuple[int, bool]:
    """Remove files that were asked for settings.EXPORT_DAYS before `now` (UTC), and say how many.

    What a killed worker left goes with them.
    """
    before = now - timedelta(days=settings.EXPORT_DAYS)
    old = Job.objects.filter(kind=KIND, pk__in=_folders(), created_at__lt=before, next_try_at=None)
    some = list(old.order_by("created_at")[:SOME])
    removed = sum(_cleared(job) for job in some)
    return removed, removed > 0 and len(some) == SOME


def forget(_tickets: Sequence[int], removed: Removed) -> None:
    """Give up files, written or half written, that hold words which were removed from a ticket."""
    for job in Job.objects.filter(kind=KIND, pk__in=_folders()).select_for_update():
        if _holds(job, removed):
            _end(job, _("Something in it was removed for good. Ask for the file once more."))
            now = clock.now()
            job.finished_at, job.next_try_at = job.finished_at or now, None
            job.save(update_fields=["state", "result", "finished_at", "next_try_at"])


def _holds(job: Job, removed: Removed) -> bool:
    bare = Removed([_bare(words) for words in removed.words], removed.mark)
    for name in _names(job):
        with default_storage.open(name) as piece:
            text = piece.read().decode()
        if bare.are_in(_bare(text)):
            return True
    return False


def _bare(text: str) -> str:
    """Return a text without the quotes that a file doubles and the apostrophes that it adds."""
    return text.translate(UNQUOTED)


def _begun(shown: lists.ManagersList, *, params: dict[str, object], by: User) -> Job:
    with transaction.atomic():
        title = _("File of “%(list)s”") % {"list": shown.title}
        job = jobs.start(KIND, params=params, by=by, title=title)
        job.leads_to = reverse("export_file", args=[job.pk])
        job.save(update_fields=["leads_to"])
    logger.info("User %s asked for the file %s of %s", by.pk, job.pk, shown.name)
    return job


def _write(job: Job, *, until: datetime) -> bool:
    """Write one more piece of the file; with the last one, write that it must be told."""
    if not still_sees(job.by, job):
        return _end(job, _("You no longer see all that this list was of."))
    if is_there(job):
        return True
    found = _asked(job)
    if found is None:
        return _end(job, _("Something that it was filtered by is no longer there."))
    job.total = found.count() if job.total is None else job.total
    state = job.state or {"pieces": [], "bytes": 0, "after": ""}
    piece, after, lines = _piece(job, found, after=state["after"], until=until)
    name = default_storage.save(f"{_folder(job)}/{len(state['pieces']):05}.csv", ContentFile(piece))
    job.state = {
        "pieces": [*state["pieces"], name],
        "bytes": state["bytes"] + len(piece),
        "after": after,
        "is_whole": not after,
    }
    job.done += lines
    _keep(job)
    return not after


def _end(job: Job, words: str) -> bool:
    """Give a file up: what would be in it now is not what was asked for."""
    _remove(job)
    job.result = {"words": words}
    return True


def _asked(job: Job) -> Listing | None:
    """Return the list as far as who asked saw it then; None where a filter of it is gone.

    A filter that is not there any more would filter nothing, and the rest be of everything.
    """
    shown, query = lists.named(job.params["list"]), job.params["query"]
    scope = Scope.of(job.by).within(job.params)
    form, found = shown.ask(QueryDict(query), scope=scope, now=job.created_at)
    return found if urlencode(form.chosen()) == query else None


def _piece(job: Job, found: Listing, *, after: str, until: datetime) -> tuple[bytes, str, int]:
    """Return lines as there is time for, the place behind them ("": the end), and how many."""
    shown, zone = lists.named(job.params["list"]), zone_of(job.params["zone"])
    text, lines = "" if after else export.head(shown.columns), 0
    while True:
        page = found.page(after=after, most=BATCH)
        text += export.body(page.lines, columns=shown.columns, zone=zone)
        lines += len(page.lines)
        after = "" if page.next is None else str(page.next)
        if not after or clock.now() >= until:
            return text.encode(), after, lines


def _keep(job: Job) -> None:
    with transaction.atomic():
        jobs.keep(job)
        if not is_there(job):
            return
        words = ngettext("%(lines)s line", "%(lines)s lines", job.done)
        job.result = {"words": words % {"lines": f"{job.done:,}"}}
        now = clock.now()
        Notice.objects.bulk_create(
            [Notice(kind=KIND, subject_id=job.pk, created_at=now, next_try_at=now)],
            ignore_conflicts=True,
        )


def _cleared(job: Job) -> bool:
    """Remove a file; one that cannot be removed stays, and stops no other."""
    try:
        _remove(job)
    except OSError as error:
        logger.error("The file of export %s cannot be removed: %s", job.pk, error)
        return False
    job.save(update_fields=["state"])
    logger.info("The file of export %s was removed", job.pk)
    return True


def _remove(job: Job) -> None:
    for name in _names(job):
        default_storage.delete(name)
    default_storage.delete(_folder(job))
    job.state = {}


def _folders() -> Sequence[str]:
    """Name the jobs of which anything lies there."""
    try:
        folders, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    return [name for name in folders if name.isdecimal()]


def _names(job: Job) -> Sequence[str]:
    """Name every piece that lies there, named by the job or not."""
    try:
        _folders, files = default_storage.listdir(_folder(job))
    except FileNotFoundError:
        return []
    return [f"{_folder(job)}/{name}" for name in files]


def _folder(job: Job) -> str:
    return f"{FOLDER}/{job.pk}"
