"""The verbs of the catalog: load a file into the rows, say the rows as a file, tell of changes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from tickets.catalog import dumping
from tickets.catalog.loading import Loader, Report
from tickets.catalog.models import Brand, CatalogVersion, Logo
from tickets.catalog.pictures import Picture
from tickets.catalog.planning.source import Block
from tickets.catalog.planning.whole import plan_of


def load(data: Block) -> Report:
    """Make the rows say what a catalog file says, in one transaction.

    `data` comes from `planning.source.read`. Raises `planning.source.Refused` with every
    problem and its line, and then writes nothing. Rows that the file does not name stay as they
    are; loading the same file again changes nothing.
    """
    plan = plan_of(data)
    with transaction.atomic():
        CatalogVersion.objects.select_for_update().first()
        report = Loader(plan).load()
        if report.anything:
            changed()
    return report


def dump(hours: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    """Return the catalog as the data of a file that `load` takes and finds nothing to change by.

    `hours` are elapsed hours to first response and to resolution by level: they belong to the
    SLA policy, not to the catalog.
    """
    with transaction.atomic():
        CatalogVersion.objects.select_for_update().first()  # nobody changes half of it meanwhile
        return dumping.dump(hours)


def check(data: Block) -> None:
    """Raise `planning.source.Refused` with every problem of a file's data; write nothing."""
    plan_of(data)


def target_hours(data: Block) -> Mapping[int, tuple[int, int]]:
    """Return elapsed hours to first response and to resolution by level, as the file says.

    They belong to the SLA policy, not to the catalog. Raises `planning.source.Refused`.
    """
    return plan_of(data).hours


def is_loaded() -> bool:
    """Tell whether there is a catalog at all, from a file or by hand."""
    return Brand.objects.exists()


def set_logo(brand: Brand, picture: Picture | None, *, alt: str) -> None:
    """Show a picture in the brand's header; without one, the picture there is gets other words."""
    if picture is None:
        Logo.objects.filter(brand=brand).update(alt=alt)
        return
    Logo.objects.update_or_create(
        brand=brand,
        defaults={
            "content": picture.content,
            "content_type": picture.content_type,
            "sha256": hashlib.sha256(picture.content).hexdigest(),
            "width": picture.width,
            "height": picture.height,
            "alt": alt,
        },
    )


def remove_logo(brand: Brand) -> None:
    """Show the brand's name instead."""
    Logo.objects.filter(brand=brand).delete()


def changed() -> None:
    """Say, in the transaction of a change, that every process must read the catalog again.

    The number is at least the time in microseconds: a number that somebody saw in a transaction
    that was then rolled back never comes again with other rows behind it.
    """
    CatalogVersion.objects.bulk_create([CatalogVersion(pk=1)], ignore_conflicts=True)
    CatalogVersion.objects.filter(pk=1).update(
        number=Greatest(F("number") + 1, time.time_ns() // 1000)
    )
