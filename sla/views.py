"""The managers' pages about promises, and the same lists as files."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from sla import export, export_pages, lists, pulse
from sla.access import for_managers
from sla.forms import NOT_CALLED, DueFilterForm, PromiseFilterForm
from sla.listing import Listing
from sla.models import Clock
from sla.scope import Scope
from tickets import clock, counting


@require_safe
@for_managers
def breached(request):
    """List the broken promises of the brands that the manager serves, worst first."""
    return _page(request, lists.BREACHED)


@require_safe
@for_managers
def due(request):
    """List what is promised for these brands and not ended, soonest first."""
    return _page(request, lists.DUE)


# A HEAD would read the whole list for nothing.
@require_GET
@for_managers
def breached_csv(request):
    return _file(request, lists.BREACHED)


@require_GET
@for_managers
def due_csv(request):
    return _file(request, lists.DUE)


def _page(request, shown: lists.ManagersList):
    form, found = _ask(request, shown)
    chosen = form.chosen()
    return render(
        request,
        "sla/list.html",
        {
            **admin.site.each_context(request),
            "title": shown.title,
            "list": shown,
            "signs": pulse.signs(found.scope.brands, now=found.now),
            "page": found.page(after=request.GET.get("after", "")),
            "tabs": list(_tabs(form, current=shown)),
            "filter": form,
            "chips": [
                {"label": said, "url": _url(shown.name, _without(chosen, name))}
                for name, said in form.in_words()
            ],
            "not_called": _not_called(found) if shown.counts_not_called else None,
            "clear_url": reverse(shown.name),
            "export_url": export_pages.url(shown, chosen),
            "is_first": "after" not in request.GET,
            "now": found.now,
        },
    )


def _file(request, shown: lists.ManagersList):
    form, found = _ask(request, shown)
    if found.is_longer_than(settings.EXPORT_LINES):
        return export_pages.too_long(request, shown, chosen=form.chosen())
    name = f"{shown.name}-{timezone.localdate(found.now)}.csv"
    return StreamingHttpResponse(
        export.csv(found.batches(), columns=shown.columns, zone=timezone.get_current_timezone()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _ask(request, shown: lists.ManagersList) -> tuple[PromiseFilterForm, Listing]:
    """Return the filters of the address, and what they leave of the list."""
    return lists.ask(shown, request.GET, scope=Scope.of(request.user), now=clock.now())


def _not_called(found: Listing) -> dict[str, object]:
    """Count the promises to people who were asked to call and did not, and say where they are."""
    chosen = {"state": NOT_CALLED}
    lookups = DueFilterForm(chosen, scope=found.scope).lookups(now=found.now)
    promises = Clock.objects.filter(**lookups).of_brands(found.scope.brands).still_open()
    count = len(promises.order_by().values_list("pk")[: counting.MOST])
    return {
        "url": _url(lists.DUE.name, chosen),
        "count": count,
        "shown": counting.in_words(count),
    }


def _tabs(form: PromiseFilterForm, *, current: lists.ManagersList):
    """Yield every list; what narrows this one narrows the other too, where it can."""
    shared = _without(form.chosen(), *form.OWN)
    for each in lists.ALL:
        yield {
            "label": each.tab,
            "url": _url(each.name, shared),
            "current": each is current,
        }


def _without(chosen, *names):
    return {name: value for name, value in chosen.items() if name not in names}


def _url(name, chosen):
    return reverse(name) + (f"?{urlencode(chosen)}" if chosen else "")
