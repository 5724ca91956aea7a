"""The mail that says that a draft is about to expire: when, and where it is, none of its words."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tickets import clock, letters
from tickets.models import Draft


@transaction.atomic
def warn(draft: Draft) -> bool:
    """Mail the owner, once for each draft whoever else runs; tell whether that was now."""
    unwarned = Draft.objects.filter(pk=draft.pk, warned_at=None, expires_at=draft.expires_at)
    if draft.owner is None or not unwarned.update(warned_at=clock.now()):
        return False
    with timezone.override(draft.owner.own_time_zone or draft.brand.time_zone):
        letters.send(
            "draft_expires",
            brand_id=draft.brand_id,
            to=draft.owner.email,
            path=reverse("drafts"),
            draft=draft,
        )
    return True
