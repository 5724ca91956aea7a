"""My tickets: what somebody filed, follows, or may see of the organization; found by words."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from tickets import browser, counting, lists, panels
from tickets.catalog.fields import Line
from tickets.permissions import can_see_organization
from tickets.states import WAITING_FOR_REQUESTER, Status

MOST_LETTERS = 100
MOST_NAMED = 3
VIEWS = {
    "waiting": gettext_lazy("Waiting for you"),
    "working": gettext_lazy("Being worked on"),
    "solved": gettext_lazy("Solved"),
    "all": gettext_lazy("All"),
}
WHOSE = {
    "mine": gettext_lazy("Mine"),
    "organization": gettext_lazy("My organization's"),
    "following": gettext_lazy("Following"),
}


class SearchForm(forms.Form):
    """Words to look for, and one type; a type that is not there filters nothing."""

    whose = forms.CharField(required=False, widget=forms.HiddenInput)
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    q = Line(label=gettext_lazy("Number or words"), max_length=MOST_LETTERS, required=False)

    def __init__(self, data, *, types):
        super().__init__(data)
        self.fields["type"] = forms.TypedChoiceField(
            label=_("Type"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("Any")), *((each.id, each.name) for each in types)],
        )

    def clean_q(self):
        words = tuple(dict.fromkeys(self.cleaned_data["q"].split()))
        if len(words) > lists.MOST_WORDS:
            raise ValidationError(_("Search for %d words at most.") % lists.MOST_WORDS)
        return words

    @property
    def request_type_id(self) -> int | None:
        return self.cleaned_data.get("type")

    @property
    def words(self) -> tuple[str, ...]:
        return self.cleaned_data.get("q", ())


@require_safe
@login_required
def my_tickets(request):
    """List this person's tickets of this brand, and say how many other brands have."""
    whose, view = request.GET.get("whose") or "mine", request.GET.get("view") or "all"
    if whose not in WHOSE or view not in VIEWS:
        raise Http404
    form = SearchForm(request.GET, types=request.catalog.types())
    context = {
        "form": form,
        "whose": whose,
        "view": view,
        "groups": _groups(request.user, whose),
        "earlier": _earlier(request),
    }
    if whose == "organization" and not can_see_organization(request.user):
        asked = {"ask": _whom_to_ask(request.user)}
        return render(request, "tickets/list_denied.html", context | asked, status=403)
    status = 200 if form.is_valid() else 422
    page = context | _listed(request, form, whose, view)
    return render(request, "tickets/list.html", page, status=status)


def _listed(request, form, whose, view):
    """Return the page of the list, its tabs and what stands beside it."""
    wanted = lists.Wanted(
        request.user, request.brand.id, whose, view, form.request_type_id, form.words
    )
    counts = _counts(request, wanted)
    try:
        page = lists.page(wanted, after=request.GET.get("after"))
    except (ValueError, OverflowError):
        raise Http404 from None
    is_narrowed = bool(form.words or form.request_type_id)
    return {
        "page": page,
        "tickets": [] if form.errors else _rows(page.tickets, request.user),
        "tabs": _tabs(wanted, counts[request.brand.id]),
        "elsewhere": _elsewhere(request, counts) if whose == "mine" else (),
        "drafts": _drafts(request) if (whose, view, is_narrowed) == ("mine", "all", False) else (),
        "is_narrowed": is_narrowed,
        "nothing": _nothing(wanted, form),
        "clear_url": _address(whose=whose, view=view),
    }


def _counts(request, wanted):
    """Count what is here, and of one's own also what other brands have."""
    here = request.brand.id
    brands = [brand.id for brand in request.catalog.brands] if wanted.whose == "mine" else [here]
    return lists.count(
        request.user, brands, whose=wanted.whose, request_type_id=wanted.request_type_id
    )


def _tabs(wanted, counts):
    """Every view with its count; what holds some words is not counted, which would read it all."""
    kept = {"whose": wanted.whose, "q": " ".join(wanted.words), "type": wanted.request_type_id}
    return [
        {
            "label": _label(view, whose=wanted.whose),
            "url": _address(**kept, view=view),
            "current": view == wanted.view,
            "count": None if wanted.words else counting.in_words(counts[view]),
        }
        for view in VIEWS
    ]


def _label(view, *, whose):
    is_others = view == "waiting" and whose != "mine"
    return WAITING_FOR_REQUESTER if is_others else VIEWS[view]


def _groups(user, whose):
    """Whose tickets there are to look at; without an organization there are no colleagues'."""
    return [
        {"label": label, "url": _address(whose=name), "current": name == whose}
        for name, label in WHOSE.items()
        if name != "organization" or user.organization_id or whose == name
    ]


def _address(**query):
    """Return this page under a query, without what says nothing."""
    said = {name: value for name, value in query.items() if value}
    return f"?{urlencode(said)}"


def _elsewhere(request, counts):
    return [
        (brand, counts[brand.id]["all"], counting.in_words(counts[brand.id]["all"]))
        for brand in request.catalog.brands
        if brand.id != request.brand.id and counts[brand.id]["all"]
    ]


def _drafts(request):
    return browser.drafts_of(request)[: lists.PAGE]


def _earlier(request):
    """How many requests of theirs somebody finds who just got a first password; else None."""
    if "first" not in request.GET:
        return None
    return request.user.requested_tickets.count()


def _whom_to_ask(user):
    """Name colleagues who see the organization's tickets, as far as somebody has any."""
    if not user.organization_id:
        return ()
    colleagues = User.objects.filter(
        organization=user.organization_id, sees_organization=True, is_active=True
    )
    return [str(each) for each in colleagues.order_by("name", "pk")[:MOST_NAMED]]


def _nothing(wanted, form):
    """Say what there is none of."""
    kind = {
        "waiting": _("No tickets that wait for you")
        if wanted.whose == "mine"
        else _("No tickets that wait for their requester"),
        "working": _("No tickets that are being worked on"),
        "solved": _("No solved tickets"),
        "all": _("No tickets"),
    }[wanted.view]
    if wanted.words:
        return _("%(kind)s match “%(words)s”.") % {"kind": kind, "words": " ".join(wanted.words)}
    if wanted.request_type_id:
        return _("%(kind)s are of this type.") % {"kind": kind}
    if wanted.whose == "following":
        return _("%(kind)s that you follow.") % {"kind": kind}
    return _("%(kind)s here.") % {"kind": kind}


def _rows(found, user):
    """What the list shows of each ticket, with its next promise."""
    shown = panels.load(found, user)
    return [
        {
            "url": each.get_absolute_url(),
            "number": each.number,
            "subject": each.subject,
            "type": each.subcategory or each.request_type,
            "requester": each.requester,
            "updated": each.updated_at,
            "status_words": each.status_in_words_for(user),
            "status_tone": "waiting" if each.status == Status.PENDING else "",
            "promise": panels.next_promise(shown.get(each.pk, ())),
        }
        for each in found
    ]
