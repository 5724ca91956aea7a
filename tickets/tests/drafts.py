"""Drafts for tests."""

from __future__ import annotations

from datetime import timedelta

from tickets.catalog.models import Brand, RequestType
from tickets.models import Draft


def expired_drafts(count, time):
    """Make drafts that expired a moment ago."""
    return Draft.objects.bulk_create(
        Draft(
            brand=Brand.objects.get(key="perfectserve"),
            request_type=RequestType.objects.get(key="perfectserve"),
            created_at=time.at,
            updated_at=time.at,
            expires_at=time.at - timedelta(seconds=1),
        )
        for _ in range(count)
    )
