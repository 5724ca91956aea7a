"""The desk's page of a ticket's open questions, which an agent fills in for its customer."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import answering, services, viewings
from tickets.catalog.answers import as_typed
from tickets.catalog.forms import SHOWN, DetailsForm, typed
from tickets.models import Ticket
from tickets.permissions import can_work


class AnswersForm(DetailsForm):
    """The questions that are not answered yet; none of them must be."""

    def __init__(self, data=None, *, catalog, about, answered, person):
        spec, subcategory = about
        super().__init__(
            data,
            catalog=catalog,
            type_spec=replace(spec, questions=_optional(spec.questions)),
            subcategory=subcategory
            and replace(subcategory, questions=_optional(subcategory.questions)),
            user=person,
            initial=_known(answered),
        )
        for name in [each for each in self.fields if not each.startswith("q_") and each != SHOWN]:
            del self.fields[name]
        self.answered = {f"q_{answer.key}" for answer in answered}

    @property
    def leads_to(self):
        """Stay: what a ticket is about has a page of its own."""
        return None

    def open_fields(self):
        """Return the fields of what is not answered yet, which are all that is shown."""
        return [bound for bound in self if bound.name not in self.answered]


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request, pk):
    """Show what is not answered on a ticket, and take what an agent was told."""
    ticket = _workable(request, pk)
    spec, subcategory = answering.form_of(ticket, request.catalog)
    if spec is None:
        raise Http404
    answered = list(ticket.answers.all())
    data = None
    if request.method == "POST":
        # What was answered before counts, whatever is sent beside it.
        data = typed(request.POST)
        for name, values in _known(answered).items():
            data.setlist(name, values)
    form = AnswersForm(
        data,
        catalog=request.catalog,
        about=(spec, subcategory),
        answered=answered,
        person=ticket.requester,
    )
    if request.method == "POST" and form.is_valid():
        try:
            answering.fill_in(ticket, by=request.user, answers=form.answers())
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved on %(number)s.") % {"number": ticket.number})
            return redirect("admin:tickets_ticket_change", ticket.pk)
    viewings.note(ticket, request.user, what=ticket.number)
    return render(
        request,
        "desk/answers.html",
        {
            **admin.site.each_context(request),
            "title": _("Still to ask, %(number)s") % {"number": ticket.number},
            "ticket": ticket,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _workable(request, pk):
    seen = Ticket.objects.on_desk_of(request.user).select_related("requester__organization")
    ticket = get_object_or_404(seen, pk=pk)
    if not can_work(request.user, ticket):
        raise Http404
    return ticket


def _known(answered):
    """Return what was answered before, as somebody would type it once more."""
    zone = timezone.get_current_timezone()
    return {
        f"q_{answer.key}": as_typed(answer.value, kind=answer.kind, time_zone=zone)
        for answer in answered
    }


def _optional(questions):
    return tuple(replace(question, required=False) for question in questions)
