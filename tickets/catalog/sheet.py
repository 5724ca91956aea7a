"""A brand's style sheet: the tokens of every page, then the two colors that are the brand's own.

They are one sheet because a page's first visit pays for every request, not only for its bytes.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

TOKENS = "css/tokens.css"


@cache
def tokens() -> str:
    """Return the tokens as they stood when this process began."""
    found = finders.find(TOKENS)
    if not isinstance(found, str):
        raise FileNotFoundError(TOKENS)
    return Path(found).read_text()


def text_of(brand) -> str:
    return tokens() + render_to_string("catalog/brand.css", {"brand": brand})


def version_of(brand) -> str:
    """Return what the sheet's address names, so that browsers may keep it until it changes."""
    return _version(tokens(), brand.color_light, brand.color_dark) if brand else ""


@cache
def _version(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
