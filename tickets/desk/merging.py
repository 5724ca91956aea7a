"""Pages that merge a ticket into another one, in two steps, and take it out again."""

from __future__ import annotations

import re

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from tickets import ending, guards, merges, merging, viewings
from tickets.catalog.fields import Line, Lines
from tickets.desk import verb_pages as pages
from tickets.desk.found import ticket_or_404
from tickets.keyset import is_key
from tickets.models import Ticket
from tickets.services import Refused
from tickets.states import Status

# A number, or the address of a page of the ticket.
NAMED = re.compile(r"(?:^|[/#])(?:([A-Za-z]{1,5})-)?([0-9]+)(?:/change)?/?(?:[?#].*)?$")
MOST = 10


class TargetForm(forms.Form):
    """Which ticket goes on."""

    into = Line(
        label=gettext_lazy("The ticket that goes on"),
        help_text=gettext_lazy("Its number, like PS-12, or a link to it."),
        error_messages={"required": gettext_lazy("Enter the number of the ticket that goes on")},
    )

    def __init__(self, *args, seen, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen = seen

    def clean_into(self):
        """Return the ticket; one that the agent does not see is not there."""
        named = NAMED.search(self.cleaned_data["into"])
        found = self.seen.filter(pk=named[2]).first() if named and is_key(named[2]) else None
        if named is None or found is None or (named[1] or found.prefix).upper() != found.prefix:
            raise forms.ValidationError(_("There is no such ticket. Look at its number again."))
        return found


class MergeForm(forms.Form):
    """What goes along with a merge."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("Yes, merge tickets of different customers"), required=False
    )
    copies = forms.BooleanField(required=False)
    named = forms.CharField(required=False, widget=forms.HiddenInput)
    words = Lines(
        label=gettext_lazy("Public reply to the customer of the ticket that ends"),
        required=False,
        help_text=gettext_lazy("Sent before it ends. Leave it empty to send nothing."),
    )
    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, ticket: Ticket, into: Ticket, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.ticket, self.by = ticket, by
        people = self._shown(merging.followers(ticket, into=into))
        self.fields["copies"].label = _("Read along on %(number)s from now on: %(people)s") % {
            "number": into.number,
            "people": ", ".join(map(str, people)),
        }
        self.people = {person.pk for person in people}
        self.fields["named"].initial = ",".join(str(person.pk) for person in people)
        if not people:
            del self.fields["copies"], self.fields["named"]
        if not ending.are_of_different_customers(ticket, into):
            del self.fields["confirmed"]
        if ticket.status == Status.CLOSED:
            del self.fields["words"]

    def _shown(self, people):
        """Leave out who came up since the page named those who could read along."""
        shown = self.data.get("named", "").split(",")
        return [each for each in people if not self.is_bound or str(each.pk) in shown]

    def clean(self):
        """Ask once about words that look as if they were not for customers."""
        given = self.cleaned_data
        words = given.get("words", "")
        seal = guards.seal(words)
        if not words or given.get("sure") == seal:
            return given
        _again, beside = ticket_or_404(self.by, self.ticket.pk)
        if doubts := guards.doubts(words, agents=beside.agents.values(), by=self.by):
            self.data = {name: self.data[name] for name in self.data} | {"sure": seal}
            asked = _("%(doubts)s. Change the text, or press again to send it as it is.")
            self.add_error("words", asked % {"doubts": "; ".join(doubts)})
        return given

    def how(self) -> merging.Merge:
        given = self.cleaned_data
        return merging.Merge(
            words=given.get("words", ""),
            copies=self.people if given.get("copies") else (),
            confirmed=given.get("confirmed", False),
        )


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, pk):
    """Ask which ticket goes on; then show both with their customers, and merge them."""
    found = pages.to_work_on(request, pk)
    seen = Ticket.objects.on_desk_of(request.user).select_related("requester", "organization")
    target = TargetForm(request.GET if "into" in request.GET else None, seen=seen)
    if not target.is_valid():
        return _ask(request, found, target, seen=seen)
    into = target.cleaned_data["into"]
    form = MergeForm(pages.sent(request), ticket=found, into=into, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            merging.merge(found, into=into, by=request.user, how=form.how())
        except ending.NotConfirmed as refused:
            form.add_error("confirmed" if "confirmed" in form.fields else None, str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = _("%(number)s is merged into %(into)s, where it goes on.")
            words = {"number": found.number, "into": into.number}
            return pages.back(request, into, said % words)
    viewings.note(into, request.user, what=into.number)
    both = [_side(_("This one ends"), found), _side(_("This one goes on"), into)]
    return pages.show(
        request, "desk/merge.html", found, title=_("Merge"), form=form, both=both, into=into
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request, pk):
    """Take a ticket out of the one that it was merged into."""
    found = pages.to_work_on(request, pk)
    if request.method == "POST":
        try:
            merging.unmerge(found, by=request.user)
        except Refused as refused:
            return pages.back(request, found, str(refused), level=messages.ERROR)
        said = _("%(number)s goes on by itself again.")
        return pages.back(request, found, said % {"number": found.number})
    way = merges.way_of(found)
    seen = Ticket.objects.on_desk_of(request.user).filter(pk__in=[each.pk for each in way])
    return pages.show(
        request, "desk/unmerge.html", found, title=_("Take it out again"), into=seen.first()
    )


def _ask(request, found, target, *, seen):
    """Offer what its requester asked besides, the newest first."""
    others = seen.filter(requester=found.requester, outcome="").exclude(status=Status.CLOSED)
    others = others.exclude(pk=found.pk).order_by("-pk")[:MOST]
    return pages.show(
        request, "desk/merge_which.html", found, title=_("Merge"), form=target, others=others
    )


def _side(label, ticket):
    """Say of one of the two whose it is, and who reads it."""
    people = User.objects.filter(pk__in=ticket.watchers.values("user")).order_by("name", "id")
    return {"label": label, "ticket": ticket, "people": people}
