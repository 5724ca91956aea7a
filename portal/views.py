"""Pages of the site as a whole: home, the choice of colors, health."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from tickets import browser, counting, heartbeat, lists

THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


@require_safe
def home(request):
    """Show the ways on: submit, my tickets, call."""
    brand = request.brand
    counts = None
    if request.user.is_authenticated:
        counts = lists.count(request.user, [brand.id])[brand.id]
    begun = browser.drafts_of(request)[: counting.MOST].count()
    others = [each for each in request.catalog.brands if each.id != brand.id]
    return render(request, "portal/home.html", {"counts": counts, "begun": begun, "others": others})


@require_POST
def theme(request):
    """Keep the chosen colors in a cookie and go back to where it was chosen."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    if request.POST.get("theme") in THEMES:
        response.set_cookie(
            "theme",
            request.POST["theme"],
            max_age=YEAR,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


@require_safe
def healthz(request):
    """Answer while the process lives; it looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request):
    """Answer 200 when requests can be served, be it that mails and breach notices wait.

    What periodic jobs leave behind is all that is known of workers here: no page may wait for a
    broker. Strangers may ask, so it says no more than what is wrong.
    """
    try:
        worker_is_late = heartbeat.is_late()
    except DatabaseError:
        return JsonResponse({"database": "unavailable"}, status=503)
    if worker_is_late:
        return JsonResponse({"status": "degraded", "database": "ok", "worker": "late"})
    return JsonResponse({"database": "ok", "worker": "ok"})
