"""The pages of subscriptions: one's own on the desk, and the page that a mailed link opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from sla import subscribing
from sla.compliance_form import ComplianceForm
from sla.manager_pages import for_managers
from sla.models import Subscription
from sla.scope import Scope
from sla.subscription_form import DAILY, ON, SubscriptionForm

# Of those that ended, so many are kept in sight.
ENDED = 10


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def subscriptions(request):
    """List one's own; a POST subscribes to the view whose filters its address has."""
    scope = Scope.of(request.user)
    if request.method == "POST":
        return _subscribe(request, scope)
    mine = Subscription.objects.filter(user=request.user).select_related("user__organization")
    ended = mine.filter(stopped_at__isnull=False).order_by("-stopped_at", "-id")
    return render(
        request,
        "sla/subscriptions.html",
        {
            **admin.site.each_context(request),
            "title": _("My subscriptions"),
            "going_on": list(_shown(mine.going_on().order_by("id"), scope=scope)),
            "ended": list(_shown(ended[:ENDED], scope=scope)),
        },
    )


@for_managers
@require_POST
def change(request, pk):
    """Have one's own mailed at other times."""
    subscription = _own(request, pk)
    form = SubscriptionForm(request.POST)
    if subscription.is_stopped or not form.is_valid():
        messages.error(request, _("Nothing was changed. Choose a day and an hour."))
        return redirect("subscriptions")
    try:
        with transaction.atomic():
            subscribing.change(subscription, **form.asked())
    except IntegrityError:
        messages.error(request, _("You are already mailed this at another time."))
    else:
        messages.success(request, _("Changed."))
    return redirect("subscriptions")


@for_managers
@require_POST
def stop(request, pk):
    """Have one's own mailed no more."""
    subscribing.stop(_own(request, pk))
    messages.success(request, _("Stopped: you are not mailed this any more."))
    return redirect("subscriptions")


@for_managers
@require_POST
def start(request, pk):
    """Go on with one's own that ended."""
    subscription = _own(request, pk)
    if subscribing.why_over(subscription, scope=Scope.of(request.user)):
        messages.error(request, _("What it was filtered by is no longer there."))
    else:
        subscribing.start_again(subscription)
        messages.success(request, _("You are mailed this again."))
    return redirect("subscriptions")


# Who holds the link may stop it, and nothing else: a mail program sends the POST by itself, with
# neither session nor token (RFC 8058), and must not be led on to another address.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_mail(request, token):
    """Show a button, since scanners of mail open every link; stop the subscription by a POST."""
    subscription = subscribing.of_token(token)
    if subscription and request.method == "POST":
        subscribing.stop(subscription)
        subscription.refresh_from_db()
    context = {"subscription": subscription, "when": _when(subscription) if subscription else ""}
    return render(
        request, "sla/subscription_stop.html", context, status=200 if subscription else 404
    )


def _subscribe(request, scope: Scope):
    form = SubscriptionForm(request.POST)
    if form.is_valid():
        filters = subscribing.filters_of(request.GET, scope=scope)
        subscribing.subscribe(request.user, filters=filters, **form.asked())
        messages.success(request, _("You are mailed this from now on."))
    else:
        messages.error(request, _("Nothing was subscribed to. Choose a day and an hour."))
    return redirect("subscriptions")


def _own(request, pk) -> Subscription:
    mine = Subscription.objects.filter(user=request.user).select_related("user__organization")
    return get_object_or_404(mine, pk=pk)


def _shown(rows, *, scope: Scope) -> Iterator[dict[str, Any]]:
    for subscription in rows:
        asked = QueryDict(subscription.filters)
        words = [said for name, said in ComplianceForm(asked, scope=scope).in_words()]
        query = f"?{subscription.filters}" if subscription.filters else ""
        yield {
            "subscription": subscription,
            "form": SubscriptionForm.of(subscription),
            "what": "; ".join(words) or _("All brands, all promises"),
            "when": _when(subscription),
            "url": reverse("compliance") + query,
        }


def _when(subscription: Subscription) -> str:
    """Say "Mondays at 07:00, America/New_York"."""
    on: dict[str, Any] = dict(ON)
    is_daily = subscription.every == Subscription.Every.DAY
    return _("%(on)s at %(hour)02d:00, %(zone)s") % {
        "on": on[DAILY if is_daily else str(subscription.weekday)],
        "hour": subscription.hour,
        "zone": subscription.zone,
    }
