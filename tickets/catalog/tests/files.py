"""Catalog files to load: the one that is shipped, and what is made of it."""

import pytest
from django.conf import settings

from tickets.catalog import services
from tickets.catalog.planning import source

TEXT = (settings.BASE_DIR / "portal" / "catalog.yaml").read_text(encoding="utf-8")


def load(text):
    return services.load(source.read(text)).lines()


def edited(*changes):
    """Return the shipped file with passages replaced, each of which must stand there."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def line_of(passage, text=TEXT):
    return text[: text.index(passage)].count("\n") + 1


def refusal(text):
    with pytest.raises(source.Refused) as caught:
        load(text)
    return str(caught.value)
