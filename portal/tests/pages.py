"""Reading a rendered page in tests: its ids, links, headings and labels."""

import re
from html import unescape
from html.parser import HTMLParser


class Page(HTMLParser):
    """What a page consists of: page.tags is every opening tag with its attributes, in order."""

    def __init__(self, html: str):
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside_labels: list[str] = []  # names of controls that stand in their label
        self._labels = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._labels += tag == "label"
        if self._labels and dict(attrs).get("name"):
            self.inside_labels.append(dict(attrs)["name"])

    def handle_endtag(self, tag):
        self._labels -= tag == "label"

    @property
    def title(self) -> str:
        return self._text("title")

    @property
    def heading(self) -> str:
        """Return the text of the page's h1."""
        return self._text("h1")

    def _text(self, tag: str) -> str:
        inside = re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", self.html, re.DOTALL)
        words = re.sub(r"<[^>]+>", "", inside[1] if inside else "")
        return " ".join(unescape(words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]

    def references(self) -> set[str]:
        """Return every id that something on the page points to."""
        found = set()
        for _, attrs in self.tags:
            for name in ("for", "aria-describedby", "aria-labelledby"):
                found.update((attrs.get(name) or "").split())
            if attrs.get("href", "").startswith("#") and len(attrs["href"]) > 1:
                found.add(attrs["href"][1:])
        return found
