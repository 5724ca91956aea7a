"""The agents' search: words, what narrows them, and a page of what holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib import admin
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets import clock, searching, snippets
from tickets.desk import rows
from tickets.desk.names import Names
from tickets.desk.search_form import SearchForm
from tickets.keyset import is_key
from tickets.search_words import Asked, read
from tickets.searching import Page, TooMany, Wanted
from tickets.snippets import Piece, Snippet


@dataclass(frozen=True)
class Line:
    """A ticket that was found, and where the words stand in it."""

    row: rows.Line
    subject: Sequence[Piece]
    snippet: Snippet | None


@require_safe
def search(request):
    """Show what holds the words; a ticket's number leads to the ticket."""
    user, params = request.user, request.GET
    if not user.has_perm("tickets.view_ticket"):
        raise Http404
    ticket = searching.numbered(user, params.get("q", ""))
    if ticket is not None:
        return redirect("admin:tickets_ticket_change", ticket.pk)
    names = Names.of(user, organization=params.get("organization", "").strip())
    form = SearchForm(
        params.dict(),
        names=names,
        catalog=request.catalog,
        requesters=partial(searching.requester, user),
    )
    now, asked = clock.now(), read(form.typed)
    page, is_too_much = _found(user, form, asked, before=_before(params), now=now)
    context = {
        **admin.site.each_context(request),
        "title": _("Search: %(words)s") % {"words": form.typed} if asked else _("Search"),
        "form": form,
        "chips": [
            {"label": said, "url": _address(params, name, "after")}
            for name, said in form.in_words()
        ],
        "asked": asked,
        "is_too_much": is_too_much,
        "lines": _lines(page, asked, names=names, now=now),
        "older": page.older,
        "is_cut": page.is_cut,
        "is_first": "after" not in params,
    }
    return render(request, "desk/search.html", context, status=422 if form.errors else 200)


def _before(params: QueryDict) -> int | None:
    """Return from before which ticket on the page is, if the address says so."""
    after = params.get("after")
    if after is None:
        return None
    if not is_key(after):
        raise Http404
    return int(after)


def _found(user, form, asked, *, before, now) -> tuple[Page, bool]:
    """Return the page, and whether the search was given up because it finds too much."""
    if form.errors:
        return Page(), False
    narrowing, brands = form.narrowing(now=now), form.names.brands
    wanted = Wanted(user, asked, narrowing, brands=brands, shown=rows.shown_to)
    try:
        return searching.page(wanted, before=before), False
    except TooMany:
        return Page(), True


def _lines(page: Page, asked: Asked, *, names: Names, now) -> list[Line]:
    roots = asked.roots()
    held = snippets.of(page.tickets, roots)
    return [
        Line(row, snippets.marked(row.subject, roots), held.get(row.pk))
        for row in rows.lines(page.tickets, now=now, teams=names.teams)
    ]


def _address(params: QueryDict, *without: str) -> str:
    """Return the query of the page without some of it."""
    kept = params.copy()
    for name in without:
        kept.pop(name, None)
    return f"?{kept.urlencode()}"
