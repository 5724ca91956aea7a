"""Pages that stand alone, for when the database or the whole site does not answer."""

from __future__ import annotations

from django.template.loader import render_to_string

from tickets.catalog import store
from tickets.catalog.specs import BrandSpec


def plain_page(template: str, brand: BrandSpec | None = None, **words: str) -> str:
    """Render one with the phone line of the brand, or of all brands where none is known.

    They are those of the catalog in memory: no database is asked, which may be what failed, and no
    number is written down elsewhere, where nobody would change it.
    """
    catalog = store.in_memory()
    brands = [brand] if brand else catalog.brands if catalog else ()
    reachable = [each for each in brands if each.phone.number]
    return render_to_string(template, {"brands": reachable, **words})
