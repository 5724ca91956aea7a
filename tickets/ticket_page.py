"""The customers' page of one ticket: found for who may see it, and shown as things stand."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from tickets import clock, copies, merges, panels, permissions, timeline, words
from tickets.events import STATUS_EVENTS
from tickets.models import Event, PhoneAnswer, Ticket
from tickets.promise import promised
from tickets.states import Status

# From so many entries on, the page offers a way past them.
LONG = 10


def visible(request, pk):
    seen = Ticket.objects.visible_to(request.user).select_related(
        "request_type", "subcategory", "level", "requester", "brand"
    )
    return get_object_or_404(seen, pk=pk)


def to_act_on(request, pk):
    found = visible(request, pk)
    if not permissions.can_take_part(request.user, found):
        raise Http404
    return found


def refuse(request, found, why):
    """Go back to the ticket, which says why something could not be done."""
    messages.error(request, why)
    return redirect(found)


def is_news(found):
    """Whether a confirmation still says how things stand; a bookmark of it is the ticket."""
    return found.status == Status.NEW and found.next_due_at > clock.now()


def confirm(request, found):
    """Say what happens next, right after filing and as often as it is read again."""
    promises = promised(found)
    return render(
        request,
        "tickets/filed.html",
        {
            "ticket": found,
            "promises": promises,
            "clock_change": words.clock_change(
                [promise.due_at for promise in promises], now=clock.now()
            ),
            "entries": timeline.entries(found, request.user),
            "answers": found.answers.all(),
            "asked": [proposal.email for proposal in copies.asked(request.user, found)],
            "phone": _phone(request, found),
            "call_first": request.catalog.levels[found.level_id].is_phone_first
            and found.phone_answer != PhoneAnswer.CALLED,
        },
    )


def show(request, found, form, *, staged=None):
    """Render the ticket; a form with errors comes with status 422, its text and files kept."""
    user = request.user
    if not permissions.can_decide(user, found):
        del form.fields["solve"]
    shown = panels.load([found], user).get(found.pk, ())
    told = timeline.told(found, user)
    return render(
        request,
        "tickets/ticket.html",
        {
            "ticket": found,
            "form": form,
            "staged": staged,
            "is_long": len(told) > LONG,
            "level_changed": next((each for each in told[::-1] if each.kind == "level"), None),
            "panels": shown,
            "late_since": _late_since(shown),
            "answers": found.answers.all(),
            "status_words": found.status_in_words_for(user),
            "tone": "waiting" if found.status == Status.PENDING else "",
            "phone": _phone(request, found),
            **timeline.shown(request, told, page=found.get_absolute_url()),
            **copies.shown_to(user, found),
            **_over(found, user),
            **_may(found, user),
        },
        status=422 if form.errors else 200,
    )


def _may(found, user):
    return {
        name: getattr(permissions, name)(user, found)
        for name in (
            "can_reply",
            "can_solve",
            "can_reopen",
            "can_follow_up",
            "can_follow",
        )
    }


def _over(found, user):
    """Say of a solved or closed ticket since when, whose doing it was, and until when it waits."""
    if found.is_working:
        return {}
    over_by = STATUS_EVENTS if found.outcome else {Event.Type.STATUS_CHANGED}
    changes = found.events.filter(type__in=over_by)
    last = changes.order_by("at", "id").last()
    return {
        "over_since": last.at if last else found.updated_at,
        "by_oneself": bool(last) and last.by_id == user.pk,
        "goes_on_in": goes_on_in(found, user),
        "closes_at": found.solved_at and found.solved_at + timedelta(settings.CLOSE_AFTER_DAYS),
        "key": uuid.uuid4(),
    }


def goes_on_in(found, user):
    """Return the ticket in which a merged one goes on, if this user sees it."""
    ends = [end.pk for end in merges.going_on([found]).values()]
    return Ticket.objects.visible_to(user).filter(pk__in=ends).first() if ends else None


def _phone(request, found):
    return request.catalog.phone_for(
        request.brand, request.catalog.type_by_id(found.request_type_id)
    )


def _late_since(shown):
    """Return when what is due next was due, if that has passed."""
    promise = panels.next_promise(shown)
    return promise.due if promise is not None and promise.state == "late" else None
