"""One ticket's callback on the desk: asking for it, each try, and its end."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tickets import calling, clock, services, viewings
from tickets.desk.call_forms import AttemptForm, WishForm, beginning
from tickets.desk.callbacks import line
from tickets.models import CallAttempt, Callback, Ticket
from tickets.permissions import can_work


@require_http_methods(["GET", "HEAD", "POST"])
def one(request, pk):
    """Show a ticket's calls, and ask for one where none is waited for."""
    ticket = _workable(request, pk)
    form = _wish_form(ticket, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            calling.ask(ticket, by=request.user, wish=form.wish())
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("A call is waited for on %(number)s.") % _named(ticket))
            return redirect("admin:tickets_ticket_change", ticket.pk)
    return _page(request, ticket, form=form, status=422 if form.errors else 200)


@require_POST
def attempts(request, pk):
    """Log a try, from the list or from the ticket's page."""
    callback = _callback(request, pk)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, callback.ticket, attempt=form, status=422)
    given = form.cleaned_data
    try:
        calling.call_back(callback, by=request.user, **given)
    except services.Refused as refused:
        is_time = isinstance(refused, calling.WrongTime)
        form.add_error("happened_at" if is_time else None, str(refused))
        return _page(request, callback.ticket, attempt=form, status=422)
    said = {"number": callback.ticket.number, "result": CallAttempt.Result(given["result"]).label}
    messages.success(request, _("Logged on %(number)s: %(result)s.") % said)
    return _back(request, callback.ticket)


@require_POST
def withdrawal(request, pk):
    """End a callback that its customer does not want any more."""
    callback = _callback(request, pk)
    try:
        calling.withdraw(callback, by=request.user)
    except services.Refused as refused:
        messages.error(request, str(refused))
    else:
        told = _("Nobody waits for a call on %(number)s any more.")
        messages.success(request, told % _named(callback.ticket))
    return _back(request, callback.ticket)


def _workable(request, pk):
    """A ticket that this agent works on; what they only read has no callback to ask for."""
    seen = Ticket.objects.on_desk_of(request.user).select_related(
        "requester__organization", "organization", "brand", "assignee"
    )
    ticket = get_object_or_404(seen, pk=pk)
    if not can_work(request.user, ticket):
        raise Http404
    return ticket


def _callback(request, pk):
    callback = get_object_or_404(Callback, pk=pk)
    callback.ticket = _workable(request, callback.ticket_id)
    return callback


def _wish_form(ticket, data=None):
    zone = ticket.requester.own_time_zone or ticket.brand.time_zone
    first = beginning(ticket, now=clock.now(), zone=zone)
    return WishForm(data, initial=first, time_zone=zone)


def _page(request, ticket, *, form=None, attempt=None, status=200):
    calls = list(ticket.callbacks.select_related("created_by").prefetch_related("attempts__by"))
    waits = next((call for call in calls if call.ended_at is None), None)
    now = clock.now()
    if waits:
        waits.ticket = ticket
    viewings.note(ticket, request.user, what=ticket.number)
    return render(
        request,
        "desk/callback.html",
        {
            **admin.site.each_context(request),
            "title": _("Callback, %(number)s") % _named(ticket),
            "ticket": ticket,
            "line": line(waits, request.user, now=now) if waits else None,
            "form": form or (None if waits else _wish_form(ticket)),
            "attempt": attempt,
            "ended": [call for call in calls if call.ended_at],
            "results": CallAttempt.Result.choices,
            "here": request.POST.get("next") or "",
            "now": now,
        },
        status=status,
    )


def _back(request, ticket):
    """Go where the form came from, if that is here."""
    to = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        return redirect(to)
    return redirect(reverse("admin:tickets_ticket_change", args=[ticket.pk]))


def _named(ticket):
    return {"number": ticket.number}
