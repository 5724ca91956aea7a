"""A brand's style sheet: what every page of the portal shares, then the two colors of the brand.

They are one sheet because a page's first visit pays for every request, not only for its bytes.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

SHARED = ("css/tokens.css", "css/base.css", "css/components.css")


def text_of(brand) -> str:
    return shared() + render_to_string("catalog/brand.css", {"brand": brand})


def version_of(brand) -> str:
    """Return what the sheet's address names, so that browsers may keep it until it changes."""
    return _version(shared(), brand.color_light, brand.color_dark) if brand else ""


def shared() -> str:
    """Return what all brands share: while debugging as it stands now, else as it was at first."""
    return _read() if settings.DEBUG else _read_once()


def _read() -> str:
    return "".join(_path(name).read_text() for name in SHARED)


_read_once = cache(_read)


def _path(name: str) -> Path:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found)


@cache
def _version(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
