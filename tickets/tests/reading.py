"""Pages as people read them: the words of the main part, without marks."""

from __future__ import annotations

import html
import re


def words_of(response) -> str:
    """Return everything that the main part of a page says, spaces made one."""
    main = re.search(r"<main.*?>(.*)</main>", response.content.decode(), re.DOTALL)
    assert main is not None
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", main[1]).split()))


def between(response, start: str, end: str) -> str:
    """Return the words of a page from `start` up to `end`."""
    _before, found, rest = words_of(response).partition(start)
    assert found, f"The page does not say “{start}”: {words_of(response)}"
    told, found, _after = rest.partition(end)
    assert found, f"The page does not say “{end}” after “{start}”: {rest}"
    return f"{start}{told}".strip()
