"""The managers' lists of promises, as pages and as files."""

from __future__ import annotations

from django.conf import settings
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from sla import callbacks, export, export_pages, lists
from sla.handling_forms import HandlingForm, may_handle
from sla.list_forms import NOT_CALLED, SOON, SoonFilterForm
from sla.lists import ManagersList
from sla.manager_pages import address, for_managers, frame
from sla.matrix import matrix
from sla.scope import Scope
from tickets import clock, counting


@require_safe
@for_managers
def page(request, shown: ManagersList):
    """Show one of the lists, of the brands that the manager serves, page by page."""
    return shown_as_page(request, shown)


def shown_as_page(request, shown: ManagersList, *, bar: HandlingForm | None = None, status=200):
    """Return the page; `bar` is what was sent from it and not taken."""
    scope, now = Scope.of(request.user), clock.now()
    form, found = shown.ask(request.GET, scope=scope, now=now)
    after = request.GET.get("after", "")
    return render(
        request,
        "sla/list.html",
        {
            **frame(request, form, name=shown.name, now=now),
            "title": shown.title,
            "list": shown,
            "found": found,
            "page": found.page(after=after),
            "calls": callbacks.calls(request.user, now=now) if shown is lists.BREACHED else None,
            "not_called": _not_called(scope, now=now) if shown is lists.DUE else None,
            "export_url": export_pages.url(shown, form.chosen()),
            "is_first": not after,
            "bar": bar or (_bar(request.user, scope) if shown is lists.BREACHED else None),
            "query": request.GET.urlencode(),
            "ticks_all": request.GET.get("tick") == "all" and bar is None,
        },
        status=status,
    )


@require_safe
@for_managers
def soon(request):
    """Show how many promises have how much time left, and the first of those about to break."""
    scope, now = Scope.of(request.user), clock.now()
    form = SoonFilterForm(request.GET, scope=scope)
    params = {**form.chosen(), "left": SOON}
    _form, found = lists.DUE.ask(params, scope=scope, now=now)
    return render(
        request,
        "sla/soon.html",
        {
            **frame(request, form, name="soon", now=now),
            "title": _("About to break"),
            "matrix": matrix(form, now=now),
            "list": lists.DUE,
            "found": found,
            "page": found.page(),
            "all_url": address(lists.DUE.name, params),
        },
    )


# A HEAD would read the whole list for nothing.
@require_GET
@for_managers
def file(request, shown: ManagersList):
    """Send all lines of the same list, or back to its page who asked for what cannot be."""
    form, found = shown.ask(request.GET, scope=Scope.of(request.user), now=clock.now())
    if form.errors:
        return redirect(f"{address(shown.name, {})}?{request.GET.urlencode()}")
    if found.is_longer_than(settings.EXPORT_LINES):
        return export_pages.too_long(request, shown, chosen=form.chosen())
    name = f"{shown.name}-{timezone.localdate(found.now)}.csv"
    return StreamingHttpResponse(
        export.csv(found.batches(), columns=shown.columns, zone=timezone.get_current_timezone()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _bar(user, scope: Scope) -> HandlingForm | None:
    """Return what does something about broken promises, for who may."""
    return HandlingForm(user=user, scope=scope) if may_handle(user) else None


def _not_called(scope: Scope, *, now) -> dict[str, object]:
    """Count the promises to people who were asked to call and did not, and say where they are."""
    chosen = {"left": NOT_CALLED}
    _form, listing = lists.DUE.ask(chosen, scope=scope, now=now)
    count = len(listing.found.order_by().values_list("pk")[: counting.MOST])
    return {
        "url": address(lists.DUE.name, chosen),
        "count": count,
        "shown": counting.in_words(count),
    }
