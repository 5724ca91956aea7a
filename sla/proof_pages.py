"""The managers' page of what is stored about promises and not said by the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sla.manager_pages import for_managers
from sla.models import Difference, Verification
from sla.proof_words import in_words
from tickets.catalog.models import Brand
from tickets.permissions import can_see_restricted

PER_PAGE, CHECKS = 50, 7


@dataclass(frozen=True)
class Line:
    """One difference; of a restricted ticket only its number, brand and times."""

    number: str
    subject: str
    brand: str
    words: str
    found_at: datetime
    url: str = ""


@require_safe
@for_managers
def differences(request):
    """List what stands on tickets of the manager's brands, newest first, and the last checks."""
    after = request.GET.get("after", "")
    rows = _standing(request.user, after=after)
    shown = rows[:PER_PAGE]
    return render(
        request,
        "sla/differences.html",
        {
            **admin.site.each_context(request),
            "title": _("Stored promises and the log"),
            "lines": [
                _line(row, sees_restricted=can_see_restricted(request.user)) for row in shown
            ],
            "checks": Verification.objects.order_by("-pk")[:CHECKS],
            "next": shown[-1].pk if len(rows) > PER_PAGE else None,
            "is_first": not after,
        },
    )


def _standing(user, *, after: str) -> list[Difference]:
    brands = Brand.objects.served_by(user).values("pk")
    rows = Difference.objects.standing().filter(ticket__brand__in=brands).order_by("-pk")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    return list(rows.select_related("ticket__brand")[: PER_PAGE + 1])


def _line(row: Difference, *, sees_restricted: bool) -> Line:
    ticket = row.ticket
    is_hidden = ticket.restricted and not sees_restricted
    return Line(
        number=ticket.number,
        subject=_("Restricted") if is_hidden else ticket.subject,
        brand=ticket.brand.name,
        words=in_words(row),
        found_at=row.found_at,
        url="" if is_hidden else reverse("admin:tickets_ticket_change", args=[ticket.pk]),
    )
