"""The catalog in memory: read once per change, the same for everybody in the process."""

from __future__ import annotations

import threading

from tickets.catalog import reading
from tickets.catalog.models import CatalogVersion
from tickets.catalog.specs import Catalog

_lock = threading.Lock()
_kept: Catalog | None = None


def current() -> Catalog:
    """Return the catalog as the database has it; one cheap query unless it changed."""
    number = version()
    kept = _kept
    if kept is not None and kept.version == number:
        return kept
    return _read(number)


def in_memory() -> Catalog | None:
    """Return the catalog that was read last, asking no database; None where none was read yet."""
    return _kept


def version() -> int:
    """Return the number that changes with every change; 0 where nothing was ever loaded."""
    return CatalogVersion.objects.values_list("number", flat=True).first() or 0


def _read(number: int) -> Catalog:
    global _kept
    with _lock:
        if _kept is not None and _kept.version == number:
            return _kept
        catalog = reading.read(version=number)
        if number:
            _kept = catalog
        return catalog
