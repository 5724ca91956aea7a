"""Whose look a mail has that is about no ticket."""

from __future__ import annotations

from tickets.catalog import store
from tickets.catalog.specs import BrandSpec


def brand_of(pk: int | None = None) -> BrandSpec:
    """Return the brand that tells it: the one filtered for, else the default."""
    catalog = store.current()
    brand = catalog.brand_by_id(pk) if pk else None
    return brand or catalog.default_brand or catalog.brands[0]
