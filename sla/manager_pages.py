"""What the managers' pages share: who may read them, their tabs, filters and the line of trust."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.db.models import Value
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla import lists, pulse
from sla.compliance_form import ComplianceForm
from sla.forms import PromiseFilterForm
from sla.list_forms import SOON, SoonFilterForm
from sla.lists import ManagersList
from sla.reasons_form import ReasonsForm
from sla.scope import Scope, may_see_breaches
from tickets import counting


@dataclass(frozen=True)
class Tab:
    """A page by the name of its URL; `counts` is the list whose lines it counts, if it does."""

    name: str
    label: str | Promise
    form: type[PromiseFilterForm]
    counts: ManagersList | None = None
    # What narrows the counted list beside what narrows all of them.
    counted: Mapping[str, str] = field(default_factory=dict)


def _of(shown: ManagersList) -> Tab:
    return Tab(shown.name, shown.tab, shown.form, counts=shown)


TABS = (
    _of(lists.BREACHED),
    Tab("soon", _("About to break"), SoonFilterForm, counts=lists.DUE, counted={"left": SOON}),
    Tab(lists.DUE.name, lists.DUE.tab, lists.DUE.form),
    _of(lists.UNANSWERED),
    Tab("compliance", _("Compliance"), ComplianceForm),
    Tab("reasons", _("Reasons"), ReasonsForm),
)


def for_managers(view):
    """Let in who may see breaches; nobody else finds anything."""

    @login_required
    @wraps(view)
    def look(request, **given):
        if not may_see_breaches(request.user):
            raise Http404
        return view(request, **given)

    return look


def frame(request, form: PromiseFilterForm, *, name: str, now: datetime) -> dict[str, Any]:
    """Return the context that stands around each of these pages, by the name of its URL."""
    return {
        **admin.site.each_context(request),
        "signs": pulse.signs(form.scope.brands, now=now),
        "tabs": list(_tabs(form, current=name, now=now)),
        "filter": form,
        "chips": [
            {"label": said, "url": address(name, form.without(filter_name))}
            for filter_name, said in form.in_words()
        ],
        "clear_url": reverse(name),
        "now": now,
    }


def address(name: str, chosen: Mapping[str, Any] | Sequence[tuple[str, str]]) -> str:
    return reverse(name) + (f"?{urlencode(chosen)}" if chosen else "")


def _tabs(form: PromiseFilterForm, *, current: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the pages; what narrows this one narrows the others too, and what they count."""
    shared = form.without(*form.OWN)
    counts = _count(shared, scope=form.scope, now=now)
    for tab in TABS:
        known = {key: value for key, value in shared.items() if key in tab.form.base_fields}
        yield {
            "label": tab.label,
            "url": address(tab.name, known),
            "current": tab.name == current,
            "count": counting.in_words(counts[tab.name]) if tab.counts else None,
        }


def _count(shared: Mapping[str, Any], *, scope: Scope, now: datetime) -> Counter[str]:
    """Count the lists behind the tabs, as far as anybody wants to know, in one query."""
    asked = []
    for tab in TABS:
        if tab.counts:
            _form, listing = tab.counts.ask({**shared, **tab.counted}, scope=scope, now=now)
            rows = listing.found.order_by().values_list(Value(tab.name))
            asked.append(rows[: counting.MOST])
    return Counter(name for (name,) in asked[0].union(*asked[1:], all=True))
