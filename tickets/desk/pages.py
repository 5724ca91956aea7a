"""Addresses of the desk's pages, of which some may not be there."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def address_of(name: str) -> str:
    """Return the address of a page, or "" where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
