"""Reading a form of a rendered page as a browser does: what it would send as it stands."""

from __future__ import annotations

from html.parser import HTMLParser


class Forms(HTMLParser):
    """The forms of a page, in order, each as the names and values that it would send."""

    def __init__(self, html: str):
        super().__init__()
        self.forms: list[dict[str, list[str]]] = [{}]
        self.select = self.typed = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name, value = said.get("name", ""), said.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self._option(value, is_selected="selected" in said)
        elif tag == "textarea":
            self.typed = name
            self.forms[-1][name] = [""]
        elif tag == "input" and said.get("type") not in ("file", "submit", "radio", "checkbox"):
            self.forms[-1].setdefault(name, []).append(value)
        elif tag == "input" and "checked" in said:
            self.forms[-1].setdefault(name, []).append(value or "on")

    def _option(self, value, *, is_selected):
        if is_selected or self.select not in self.forms[-1]:
            self.forms[-1][self.select] = [value]

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.forms[-1][self.typed][0] = self.forms[-1][self.typed][0].removeprefix("\n")
            self.typed = ""

    def handle_data(self, data):
        if self.typed:
            self.forms[-1][self.typed][0] += data


def form_with(name: str, html: str) -> dict[str, list[str]]:
    """Return the first form of a page that has a control of this name."""
    return next(form for form in Forms(html).forms if name in form)
