"""Mails to managers about long files that are there."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from sla import exports as files
from sla.mail_brand import brand_of
from tickets.mail.notices import Announcement, Announcements
from tickets.models import Job


def exports(subject_ids: Sequence[int]) -> Announcements:
    """Tell who asked for a file that it is there; nobody, where it would not open for them."""
    jobs = Job.objects.filter(pk__in=subject_ids).select_related("by__organization")
    found = {job.pk: job for job in jobs}
    return {pk: _export(found.get(pk)) for pk in subject_ids}


def _export(job: Job | None) -> Announcement | None:
    if job is None or not files.is_there(job) or not files.still_sees(job.by, job):
        return None
    return Announcement(
        ticket=None,
        brand=brand_of(_number(QueryDict(job.params["query"]).get("brand"))).id,
        recipients=[job.by],
        template="export",
        path=reverse("export_file", args=[job.pk]),
        context={
            "title": job.title,
            "lines": job.done,
            "asked_at": job.created_at,
            "days": settings.EXPORT_DAYS,
        },
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
