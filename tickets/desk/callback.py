"""One ticket's callback on the desk: asking for it, each try, and its end."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tickets import calling, clock, services
from tickets.desk import verb_pages as pages
from tickets.desk.callback_forms import AttemptForm, WishForm, beginning
from tickets.desk.callbacks import line
from tickets.models import CallAttempt, Callback


@require_http_methods(["GET", "HEAD", "POST"])
def one(request, pk):
    """Show a ticket's calls, and ask for one where none is waited for."""
    ticket = pages.to_work_on(request, pk)
    form = _wish_form(ticket, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            calling.ask(ticket, by=request.user, wish=form.wish())
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            told = _("A call is waited for on %(number)s.")
            return pages.back(request, ticket, told % _named(ticket))
    return _page(request, ticket, form=form)


@require_POST
def attempts(request, pk):
    """Log a try, and go back to the list or the ticket that its page was opened from."""
    callback = _callback(request, pk)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, callback.ticket, attempt=form)
    given = form.cleaned_data
    try:
        calling.call_back(callback, by=request.user, **given)
    except services.Refused as refused:
        is_time = isinstance(refused, calling.WrongTime)
        form.add_error("happened_at" if is_time else None, str(refused))
        return _page(request, callback.ticket, attempt=form)
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


def _callback(request, pk):
    callback = get_object_or_404(Callback, pk=pk)
    callback.ticket = pages.to_work_on(request, callback.ticket_id)
    return callback


def _wish_form(ticket, data=None):
    zone = ticket.requester.own_time_zone or ticket.brand.time_zone
    first = beginning(ticket, now=clock.now(), zone=zone)
    return WishForm(data, initial=first, time_zone=zone)


def _page(request, ticket, *, form=None, attempt=None):
    calls = list(ticket.callbacks.select_related("created_by").prefetch_related("attempts__by"))
    waits = next((call for call in calls if call.ended_at is None), None)
    now = clock.now()
    if waits:
        waits.ticket = ticket
    page = pages.show(
        request,
        "desk/callback.html",
        ticket,
        title=_("Callback"),
        form=form or (None if waits else _wish_form(ticket)),
        line=line(waits, request.user, now=now) if waits else None,
        attempt=attempt,
        ended=[call for call in calls if call.ended_at],
        results=CallAttempt.Result.choices,
        ask_url=pages.url_of(request, ticket, "admin:tickets_callback"),
        here=_from(request) or pages.url_of(request, ticket),
        now=now,
    )
    if attempt is not None:
        page.status_code = 422
    return page


def _back(request, ticket):
    """Go where the form came from, if that is here."""
    to = _from(request)
    return redirect(to) if to else pages.back(request, ticket)


def _from(request):
    """Return the page of ours that its address or its form names as the way back, or nothing."""
    to = request.POST.get("next") or request.GET.get("next", "")
    return to if url_has_allowed_host_and_scheme(to, allowed_hosts=None) else ""


def _named(ticket):
    return {"number": ticket.number}
