"""What a browser without JavaScript sends of a page's form, were it sent as it was shown."""

from __future__ import annotations

from html.parser import HTMLParser


def fields(html: str, *, form: str = "turn") -> dict:
    """Return the fields of the form with this id; a ticked box among several makes a list."""
    reader = Reader(form)
    reader.feed(html)
    return reader.given


class Reader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside, self.given = form, False, {}
        self.select = self.area = ""
        self.first = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form
        is_of_it = self.inside or given.get("form") == self.form
        if not (is_of_it or (tag == "option" and self.select)):
            return
        if tag == "input":
            self._input(given)
        elif tag == "textarea":
            self.area, self.given[given["name"]] = given["name"], ""
            self.first = True
        elif tag == "select":
            self.select, self.given[given["name"]] = given["name"], ""
            self.first = True
        elif tag == "option" and self.select and (self.first or "selected" in given):
            self.given[self.select], self.first = given.get("value", ""), False

    def _input(self, given):
        kind, name = given.get("type", "text"), given.get("name")
        if kind in ("file", "submit") or kind in ("radio", "checkbox") and "checked" not in given:
            return
        value = given.get("value", "")
        if kind == "checkbox" or name == "staged":
            self.given.setdefault(name, []).append(value)
        elif name != "csrfmiddlewaretoken":
            self.given[name] = value

    def handle_data(self, data):
        if self.area:
            self.given[self.area] += data.removeprefix("\n") if self.first else data
            self.first = False

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""
