"""The managers' pages about promises."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sla import listing
from sla.forms import BreachFilterForm
from sla.models import Breach
from sla.places import Place
from tickets import clock
from tickets.catalog.models import Brand


@require_safe
@login_required
def breached(request):
    """List the broken promises of the brands that the manager serves, worst first."""
    user = request.user
    if not (user.is_staff and user.has_perm("sla.view_breach")):
        raise Http404
    form = BreachFilterForm(request.GET, brands=Brand.objects.served_by(user))
    lookups = form.lookups()
    page = listing.page(
        Breach.objects.standing().served_by(user).filter(**lookups),
        after=Place.read(request.GET.get("after", "")),
        user=user,
        now=clock.now(),
    )
    return render(
        request,
        "sla/breached.html",
        {
            **admin.site.each_context(request),
            "title": _("Breached promises"),
            "filter": form,
            "page": page,
            "is_filtered": bool(lookups),
            "is_first": "after" not in request.GET,
        },
    )
