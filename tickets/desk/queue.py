"""The agents' queue: which tickets, in which order, a page at a time and never counted whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

import psycopg
from django.contrib import admin
from django.db import OperationalError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import clock
from tickets.desk import rows, several, tabs
from tickets.desk.filters import QueueFilterForm
from tickets.desk.names import Names
from tickets.desk.pages import address_of
from tickets.desk.places import Page
from tickets.desk.several import SeveralForm
from tickets.desk.tabs import TABS

PAGE = 50
NAME = "admin:tickets_ticket_changelist"
# What an address may say; anything else is no question that the queue answers.
FILTERS = tuple(QueueFilterForm.base_fields)
OWN = ("tab", "after", "until", *FILTERS)
# Django's own: that an address was no good, and what the list was narrowed by before.
BESIDE = {"e"}


class Nonsense(Exception):
    """An address that no page of the queue has."""


class Queue:
    """What one address of the queue shows one agent. Raises `Nonsense`."""

    def __init__(self, request: Any) -> None:
        self.user, self.params = request.user, request.GET.dict()
        known = {*OWN, *BESIDE}
        if self.params.keys() - known or any("\0" in said for said in self.params.values()):
            raise Nonsense
        self.name = self.params.get("tab") or "due"
        if self.name not in TABS:
            raise Nonsense
        self.tab, self.now = TABS[self.name], clock.now()
        self.names = Names.of(self.user, organization=self.params.get("organization", "").strip())
        self.form = QueueFilterForm(
            self.params, names=self.names, catalog=request.catalog, tab=self.tab
        )
        self.works = self.user.has_perm("tickets.work_ticket")

    @cached_property
    def lookups(self) -> dict[str, Any]:
        return self.form.lookups()

    @cached_property
    def page(self) -> Page:
        """Return the tickets of this page; none where a filter is wrong. Raises `Nonsense`."""
        if self.form.errors:
            return Page([])
        found = tabs.of_desk(self.user, brands=self.names.brands, narrowed_by=self.lookups)
        found = found.filter(self.tab.rule(self.user, self.now), **self.lookups)
        shown = rows.shown_to(self.user, brands=self.names.brands)
        where = {"after": self.params.get("after", ""), "until": self.params.get("until", "")}
        try:
            return self.tab.order.page(found, shown, **where, most=PAGE)
        except (ValueError, OverflowError):
            raise Nonsense from None

    @cached_property
    def lines(self) -> list[rows.Line]:
        kept = self._query()
        kept = f"?{urlencode({'_changelist_filters': kept})}" if kept else ""
        return rows.lines(self.page.tickets, now=self.now, teams=self.names.teams, kept=kept)

    @cached_property
    def counts(self) -> dict[str, str]:
        return tabs.count(self.user, brands=self.names.brands, now=self.now, lookups=self.lookups)

    def tabs(self) -> Iterator[dict[str, Any]]:
        return tabs.bar(
            self.counts,
            works=self.works,
            current=self.name,
            address=lambda name: self.address(tab=name, status=None),
        )

    def elsewhere(self) -> list[dict[str, Any]]:
        """Return the other tabs that have tickets, for who finds nothing in this one."""
        return [
            tab for tab in self.tabs() if not tab.get("current") and tab["count"] not in (None, "0")
        ]

    def chips(self) -> list[dict[str, str]]:
        return [
            {"label": said, "url": self.address(**{name: None})}
            for name, said in self.form.in_words()
        ]

    def views(self) -> Iterator[dict[str, Any]]:
        """Yield the saved views; the one that this page shows is marked."""
        here = {name: value for name, value in self._said().items() if value}
        for view in self.names.views:
            yield {
                "name": view.name,
                "team": self.names.teams.get(view.team, ""),
                "url": f"?{view.query}" if view.query else reverse(NAME),
                "current": dict(parse_qsl(view.query)) == here,
            }

    @property
    def save_url(self) -> str:
        """The page on which what is on screen gets a name."""
        return f"{reverse('admin:tickets_views')}?{urlencode({'tab': self.name, **self._said()})}"

    @property
    def is_first(self) -> bool:
        return not (self.params.get("after") or self.params.get("until"))

    @property
    def next_url(self) -> str | None:
        return self.address(after=self.page.next) if self.page.next else None

    @property
    def previous_url(self) -> str | None:
        return self.address(until=self.page.previous) if self.page.previous else None

    @property
    def first_url(self) -> str | None:
        return None if self.is_first else self.address()

    @property
    def clear_url(self) -> str:
        """The same tab with nothing to narrow it."""
        return f"?{urlencode({'tab': self.name})}" if "tab" in self.params else reverse(NAME)

    @property
    def here(self) -> str:
        return f"{reverse(NAME)}?{query}" if (query := self._query()) else reverse(NAME)

    def address(self, **changes: Any) -> str:
        """Return the address of the first page with some of it changed; None takes it off."""
        said = {**self._said(), **changes}
        said = {name: value for name, value in said.items() if value is not None}
        return f"?{urlencode(said)}" if said else reverse(NAME)

    def _said(self) -> dict[str, str]:
        return {name: self.params[name] for name in ("tab", *FILTERS) if self.params.get(name)}

    def _query(self) -> str:
        return urlencode({name: self.params[name] for name in OWN if self.params.get(name)})


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request):
    """Show a page of a tab, narrowed as its address says, and do what is asked of ticked rows."""
    user = request.user
    needed = "tickets.work_ticket" if request.method == "POST" else "tickets.view_ticket"
    if not user.has_perm(needed):
        raise Http404
    try:
        found = Queue(request)
        bar = SeveralForm(request.POST or None, names=found.names, ticked=_ticked(request))
        if bar.is_sure:
            return several.do(request, bar)
        return _page(request, found, bar)
    except Nonsense:
        return redirect(f"{reverse(NAME)}?e=1")


def _ticked(request):
    return several.ticked(request) if request.method == "POST" else ()


def _page(request, found, bar):
    is_in_time = _in_time(found)
    context = {
        **admin.site.each_context(request),
        "title": _("Queue"),
        "queue": found,
        "form": found.form,
        "bar": bar,
        "is_too_much": not is_in_time,
        "search_url": address_of("admin:tickets_search"),
        "settings_url": address_of("admin:tickets_settings"),
    }
    status = 503 if not is_in_time else 422 if found.form.errors or bar.errors else 200
    return render(request, "desk/queue.html", context, status=status)


def _in_time(found: Queue) -> bool:
    """Read what the page shows; say whether the database had it before it gave up."""
    try:
        return found.lines is not None and found.counts is not None
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise
        found.lines, found.counts, found.page = [], {}, Page([])
        return False
