"""The page of saved views: keep what is on screen under a name, give it another one, remove it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Team
from tickets import saved
from tickets.catalog.fields import Line
from tickets.desk.queue import FILTERS, NAME
from tickets.keyset import is_key
from tickets.models import SavedView
from tickets.services import Refused

OURS = ("", gettext_lazy("For me"))
LONGEST = 500


class ViewForm(forms.Form):
    """A name, for whom, and what it shows as an address says it."""

    name = Line(
        label=gettext_lazy("Name"),
        max_length=40,
        error_messages={"required": gettext_lazy("Enter a name for the view")},
    )
    team = forms.TypedChoiceField(
        label=gettext_lazy("For whom"), required=False, coerce=int, empty_value=None
    )
    query = forms.CharField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def __init__(self, *args, teams, **kwargs):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["team"]
        field.choices = [OURS, *((team.pk, team.name) for team in teams)]
        if not teams:
            del self.fields["team"]

    def clean_query(self):
        return said_by(self.cleaned_data["query"])


@require_http_methods(["GET", "HEAD", "POST"])
def views(request):
    """List the views, keep a new one, and do to one of them what its buttons say."""
    user = request.user
    if not user.has_perm("tickets.view_ticket"):
        raise Http404
    teams = list(Team.objects.filter(memberships__user=user, memberships__is_lead=True))
    form = ViewForm(request.POST or None, initial={"query": _asked(request)}, teams=teams)
    act = request.POST.get("act", "save")
    if request.method == "POST" and act != "save":
        return _changed(request, act)
    if request.method == "POST" and form.is_valid():
        team = next((team for team in teams if team.pk == form.cleaned_data.get("team")), None)
        given = form.cleaned_data
        try:
            view = saved.save(by=user, name=given["name"], query=given["query"], team=team)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": view.name})
            return redirect(address_of(view.query))
    return render(
        request,
        "desk/saved_views.html",
        {
            **admin.site.each_context(request),
            "title": _("Saved views"),
            "form": form,
            "views": list(_rows(user, teams)),
            "queue_url": reverse(NAME),
        },
        status=422 if form.errors else 200,
    )


def said_by(query: str) -> str:
    """Return of an address what the queue understands: no page of it, and nothing else."""
    known = ("tab", *FILTERS)
    return urlencode([(name, said) for name, said in parse_qsl(query) if name in known])


def address_of(query: str) -> str:
    return reverse(NAME) + (f"?{query}" if query else "")


def _asked(request) -> str:
    return said_by(request.GET.urlencode())


def _rows(user, teams):
    led = {team.pk for team in teams}
    for view in SavedView.objects.visible_to(user).select_related("team").distinct():
        yield {
            "view": view,
            "url": address_of(view.query),
            "may_keep": view.owner_id == user.pk or view.team_id in led,
        }


def _changed(request, act):
    """Rename or remove one; what somebody does not see is not there."""
    pk = request.POST.get("view", "")
    if not is_key(pk):
        raise Http404
    view = get_object_or_404(SavedView.objects.visible_to(request.user).distinct(), pk=pk)
    try:
        if act == "remove":
            saved.remove(view, by=request.user)
            messages.success(request, _("“%(name)s” is removed.") % {"name": view.name})
        elif name := " ".join(request.POST.get("name", "").split())[:40]:
            saved.rename(view, by=request.user, name=name)
            messages.success(request, _("It is called “%(name)s” now.") % {"name": name})
        else:
            messages.error(request, _("Enter a name for the view"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("admin:tickets_views")
