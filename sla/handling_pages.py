"""What the bar below the broken promises sends: done to each ticket, and back to the same list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sla import handling, lists, views
from sla.handling import Outcome
from sla.handling_forms import AcknowledgeForm, HandOverForm, NoteForm, may_handle
from sla.manager_pages import address, for_managers
from sla.models import Breach
from sla.scope import Scope


def sending(form_class):
    """Let a view do what a checked form asks; who only looks is led to the list.

    What is wrong is said on the list, where ticks and text are as they were sent. The address has
    the list's filters, so that it is the same list before and after.
    """

    def decorate(view):
        @require_http_methods(["GET", "HEAD", "POST"])
        @for_managers
        @wraps(view)
        def look(request):
            if not may_handle(request.user):
                raise Http404
            if request.method == "POST":
                form = form_class(request.POST, user=request.user, scope=Scope.of(request.user))
                if not form.is_valid():
                    return views.shown_as_page(request, lists.BREACHED, bar=form, status=422)
                _do(request, form, view)
            return redirect(address(lists.BREACHED.name, _filters(request)))

        return look

    return decorate


@sending(HandOverForm)
def assignments(request, form: HandOverForm, breaches: Sequence[Breach]):
    """Hand the tickets of the ticked lines to an agent."""
    outcome = handling.hand_over(breaches, by=request.user, to=form.to, note=form.note)
    said = _("Handed to %(agent)s:") % {"agent": form.to} if form.to else _("Given back:")
    return said, outcome


@sending(NoteForm)
def notes(request, form: NoteForm, breaches: Sequence[Breach]):
    """Write a note on the tickets of the ticked lines."""
    return _("Noted on"), handling.add_note(breaches, by=request.user, note=form.note)


@sending(AcknowledgeForm)
def acknowledgements(request, form: AcknowledgeForm, breaches: Sequence[Breach]):
    """Acknowledge the ticked lines."""
    given = form.cleaned_data
    outcome = handling.acknowledge_all(
        breaches,
        by=request.user,
        reason=given["reason"],
        action=given["action"],
        note=form.note,
    )
    return _("Acknowledged:"), outcome


def _do(request, form: Any, view) -> None:
    """Do it, and say of every ticket what came of it."""
    keys = set(form.cleaned_data["breach"])
    breaches = handling.chosen(keys, by=request.user)
    said, outcome = view(request, form, breaches)
    if outcome.done:
        messages.success(request, f"{said} {', '.join(outcome.done)}")
    if left := _left_alone(outcome, gone=len(keys) - len(breaches)):
        messages.warning(request, left)


def _left_alone(outcome: Outcome, *, gone: int) -> str:
    """Say what was not done, and why; of what somebody does not read, only how many."""
    said = [f"{number}: {why}" for number, why in outcome.skipped]
    if gone:
        lines = ngettext("%d line is no longer there.", "%d lines are no longer there.", gone)
        said.append(lines % gone)
    return " ".join([_("Left alone."), *said]) if said else ""


def _filters(request) -> list[tuple[str, str]]:
    """Return what the list was narrowed by, as it stood in the address."""
    return [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name != "tick"  # what was ticked is done
    ]
