"""What HTML of a mail says, as text: nothing of it loads or runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

import nh3

# Letters that are read. Cleaning takes quadratic time in the depth (50,000 nested elements took
# 3.7 s), and long for each reference (&amp;): what has more than any mail program makes is taken
# as text without layout.
MOST = 500_000
MOST_REFERENCES = 50_000
DEEPEST = 100

_SCHEMES = {"http", "https", "mailto", "tel"}
_LAYOUT = (
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre"
    " s small span strong sub sup table tbody td tfoot th thead tr u ul"
)
_TAGS = set(_LAYOUT.split())
_WITHOUT_CONTENT = {"script", "style", "title", "template", "noscript", "object", "svg", "math"}

# Nothing that matched is given back: of a tag without an end, that would be letter by letter.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
# These make nothing deeper where their end is left out.
_ENDING_BY_THEMSELVES = (
    "area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th"
    " thead tr track wbr"
)
_SHALLOW = set(_ENDING_BY_THEMSELVES.split())
_ENDLESS_TAG = re.compile(r"<[^<>]{8000,}(?:>|$)")
_UNSEEN = re.compile(r"<(script|style|title|!--)", re.IGNORECASE)
_ENDS = {
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
    "title": re.compile(r"</title\s*>", re.IGNORECASE),
    "!--": re.compile(r"-->"),
}

_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table", "blockquote"}
_LISTS = {"ul", "ol"}
_BLOCKS = _APART | {"div", "li", "tr", "dt", "dd", "caption", "hr"}
_ABSOLUTE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


def text_of(html: str, images: Mapping[str, str]) -> tuple[str, bool]:
    """Return what HTML says as text, and whether its layout could be followed.

    `images` names the files that pictures in the text show, by their Content-ID.
    """
    html = _bounded(html)
    if not _is_bearable(html):
        return _flat(html), False
    clean = nh3.clean(
        html,
        tags=_TAGS | {"img"},
        clean_content_tags=_WITHOUT_CONTENT,
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        url_schemes=_SCHEMES | {"cid"},
        link_rel=None,
    )
    writer = _Writer(images)
    writer.feed(clean)
    writer.close()
    return writer.text(), True


def _bounded(html: str) -> str:
    return _ENDLESS_TAG.sub(" ", html[:MOST])


def _is_bearable(html: str) -> bool:
    """Whether it can be cleaned in short time; what people write always can."""
    return html.count("&") <= MOST_REFERENCES and _depth(html) <= DEEPEST


def _flat(html: str) -> str:
    lines = unescape(_TAG.sub(" ", _seen(html))).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _seen(html: str) -> str:
    """Leave out what nobody sees, scripts and styles; what has no end is taken for text."""
    pieces, at = [], 0
    while (begins := _UNSEEN.search(html, at)) and (
        ends := _ENDS[begins[1].lower()].search(html, begins.end())
    ):
        pieces.append(html[at : begins.start()])
        at = ends.end()
    return " ".join([*pieces, html[at:]])


def _depth(html: str) -> int:
    """How deep elements are nested at most, told from tags alone."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _SHALLOW:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


class _Writer(HTMLParser):
    """Writes clean HTML as text: blocks as lines, quotations with marks, links with targets."""

    def __init__(self, images: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._images = images
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._as_is = 0
        self._links: list[tuple[str, int]] = []
        self._cells = 0
        self._lists = 0
        self._bullet = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS or tag == "br":
            self._end_line(apart=self._stands_apart(tag), forced=tag == "br")
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._as_is += 1
        elif tag in _LISTS:
            self._lists += 1
        elif tag == "li":
            # Waits for the first words of the item, which may be in a paragraph of their own.
            self._bullet = "  " * (self._lists - 1) + "- "
        elif tag == "tr":
            self._cells = 0
        elif tag in ("td", "th"):
            self._line.append("  " if self._cells else "")
            self._cells += 1
        elif tag == "hr":
            self._line.append("---")
            self._end_line()
        elif tag == "a":
            self._links.append((said.get("href", ""), len(self._line)))
        elif tag == "img":
            self._line.append(self._picture(said))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            self._close_link(*self._links.pop())
        if tag in _BLOCKS:
            self._end_line()
        if tag in _LISTS:
            self._lists = max(0, self._lists - 1)
        if self._stands_apart(tag):
            self._end_line(apart=True)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._as_is = max(0, self._as_is - 1)

    def handle_data(self, data: str) -> None:
        if not self._as_is:
            self._line.append(re.sub(r"[ \t\n\r\f]+", " ", data))
            return
        *whole, last = data.split("\n")
        for each in whole:
            self._line.append(each)
            self._end_line(forced=True)
        self._line.append(last)

    def text(self) -> str:
        """Return all of it, never more than one empty line in a row."""
        self._end_line()
        text = "\n".join(self._lines).replace("\xa0", " ")
        return re.sub(r"\n((?:> ?)*\n){2,}", r"\n\1", text).strip("\n")

    def _stands_apart(self, tag: str) -> bool:
        """Whether an empty line belongs around it: not around a list within a list."""
        return tag in _APART and not (tag in _LISTS and self._lists)

    def _end_line(self, *, apart: bool = False, forced: bool = False) -> None:
        text = "".join(self._line)
        text = text.rstrip() if self._as_is else re.sub(" {3,}", "  ", text.strip())
        mark = "> " * self._quotes
        if text or forced:
            self._lines.append(mark + (self._bullet if text else "") + text)
            self._bullet = "" if text else self._bullet
        if apart and self._lines and self._lines[-1].strip("> "):
            self._lines.append(mark.rstrip())
        self._line = []
        # Its words were written without their target: too late to add it.
        self._links = [(href, 0) for href, _ in self._links]

    def _close_link(self, href: str, start: int) -> None:
        words = "".join(self._line[start:]).strip()
        target = re.sub(r"^(mailto|tel):", "", href, flags=re.IGNORECASE)
        if _ABSOLUTE.match(href) and target.rstrip("/") not in words:
            self._line.append(f" <{target}>")

    def _picture(self, said: Mapping[str, str]) -> str:
        name = said.get("alt", "").strip()
        scheme, _, content_id = said.get("src", "").partition(":")
        if scheme.lower() == "cid":
            name = self._images.get(content_id, name)
        return f"[{name}]" if name else ""
