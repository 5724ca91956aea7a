"""Text whose lines were broken for sending alone, put together again (RFC 3676, format=flowed)."""

from __future__ import annotations

# Letters that are looked at: each line costs many times its length.
MOST = 500_000
_SIGNATURE = "-- "


def unwrap(text: str, *, delete_space: bool = False) -> str:
    """Return a text with each of its paragraphs on one line, and marks before what is quoted.

    A line that ends with a space goes on in the next one that is quoted as often (4.1, 4.5), but
    never into a signature (4.3) nor over an empty line, before which some programs leave one. A
    space at the beginning, or after the marks, only keeps the line apart from something else
    (4.4). `delete_space` is DelSp=yes: the space at the end is no part of the text, as in
    languages without spaces.
    """
    paragraphs: list[tuple[int, list[str]]] = []
    goes_on = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        # Some write marks of what is quoted with spaces in between.
        stands_alone = not words.strip() or words == _SIGNATURE or words.startswith(">")
        if stands_alone or not goes_on or paragraphs[-1][0] != depth:
            paragraphs.append((depth, []))
        goes_on = words.endswith(" ") and not stands_alone
        paragraphs[-1][1].append(words[:-1] if goes_on and delete_space else words)
    return "\n".join(_written(depth, "".join(pieces)) for depth, pieces in paragraphs)


def _written(depth: int, words: str) -> str:
    words = words if words == _SIGNATURE else words.rstrip()
    return f"{'>' * depth} {words}".rstrip() if depth else words
