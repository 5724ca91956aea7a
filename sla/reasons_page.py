"""The page of reasons: why promises were broken, and which nobody has acknowledged yet."""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sla import lists
from sla.manager_pages import for_managers, frame
from sla.reasons import WORST, reasons
from sla.reasons_form import ReasonsForm
from sla.scope import Scope
from tickets import clock


@require_safe
@for_managers
def page(request):
    """Show why promises were broken in a period, the most frequent reason first."""
    now = clock.now()
    form = ReasonsForm.of(request.GET, scope=Scope.of(request.user), now=now)
    context = frame(request, form, name="reasons", now=now)
    if not form.errors:
        found = reasons(form, now=now)
        worst = found.worst.page(most=WORST).lines if found.not_said else []
        context |= {"found": found.worst, "reasons": found, "lines": worst}
    return render(
        request,
        "sla/reasons.html",
        {**context, "title": _("Reasons of breaches"), "list": lists.BREACHED},
    )
