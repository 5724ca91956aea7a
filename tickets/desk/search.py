"""The agents' search: words, what narrows them, and a page of what holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets import panels, searching, snippets
from tickets.desk.search_form import SearchForm
from tickets.models import Ticket
from tickets.search_words import Asked, read
from tickets.searching import Page, TooMany, Wanted
from tickets.snippets import Piece, Snippet

LONGEST_KEY = 18  # digits; PostgreSQL has none that are longer


@dataclass(frozen=True)
class Line:
    """A ticket that was found, and where the words stand in it."""

    ticket: Ticket
    url: str
    subject: Sequence[Piece]
    snippet: Snippet | None
    due: Any


@require_safe
def search(request):
    """Show what holds the words; a ticket's number leads to the ticket."""
    if not request.user.has_perm("tickets.view_ticket"):
        raise Http404
    ticket = searching.numbered(request.user, request.GET.get("q", ""))
    if ticket is not None:
        return redirect("admin:tickets_ticket_change", ticket.pk)
    form = SearchForm(request.GET, user=request.user, types=request.catalog.types())
    asked = read(form.typed)
    page, is_too_much = _found(request, form, asked)
    return render(
        request,
        "desk/search.html",
        {
            **admin.site.each_context(request),
            "title": _("Search: %(words)s") % {"words": form.typed} if asked else _("Search"),
            "form": form,
            "chips": [
                {"label": words, "url": _address(request.GET, name, "after")}
                for name, words in form.in_words()
            ],
            "asked": asked,
            "is_too_much": is_too_much,
            "lines": _lines(page, asked, user=request.user),
            "older": page.older,
            "is_first": "after" not in request.GET,
        },
    )


def _found(request, form: SearchForm, asked: Asked) -> tuple[Page, bool]:
    """Return the page, and whether the search was given up because it finds too much."""
    after = request.GET.get("after")
    if after is not None and not (after.isdecimal() and len(after) <= LONGEST_KEY):
        raise Http404
    wanted = Wanted(request.user, asked, form.lookups())
    try:
        return searching.page(wanted, before=int(after) if after else None), False
    except TooMany:
        return Page(), True


def _lines(page: Page, asked: Asked, *, user) -> list[Line]:
    roots = asked.roots()
    due, held = panels.next_promises(page.tickets, user), snippets.of(page.tickets, roots)
    return [
        Line(
            ticket=ticket,
            url=reverse("admin:tickets_ticket_change", args=[ticket.pk]),
            subject=snippets.marked(ticket.subject, roots),
            snippet=held.get(ticket.pk),
            due=due.get(ticket.pk),
        )
        for ticket in page.tickets
    ]


def _address(params: QueryDict, *without: str) -> str:
    """Return the query of the page without some of it."""
    kept = params.copy()
    for name in without:
        kept.pop(name, None)
    return f"?{kept.urlencode()}"
