"""Writing down a call: find its customer or name a new one, say what it is about, file it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import finding
from accounts.models import User
from accounts.services import introduce
from tickets import clock, phoned, services
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.catalog.specs import SubcategorySpec, TypeSpec
from tickets.desk.call_form import CallForm, ChooseForm, PersonForm
from tickets.desk.callback_forms import WishForm, window
from tickets.keyset import is_key
from tickets.models import Ticket
from tickets.permissions import can_see_restricted

NEW = "new"
MOST_OPEN = 5


@dataclass(frozen=True)
class Begun:
    """What the address says so far: whose call it is, for which brand, and what about."""

    customer: str
    person: User | None
    brand: Brand | None
    type_spec: TypeSpec | None
    subcategory: SubcategorySpec | None

    @property
    def has_customer(self) -> bool:
        return self.person is not None or self.customer == NEW

    @property
    def has_subject(self) -> bool:
        """Whether it can be written down, be it before one knows whose it is."""
        return self.brand is not None and self.type_spec is not None

    @property
    def zone(self) -> str:
        """The time zone of who called, as far as it is known."""
        own = self.person.own_time_zone if self.person else ""
        return own or (self.brand.time_zone if self.brand else "UTC")

    def address(self) -> str:
        about = self.type_spec.key if self.type_spec else ""
        if self.subcategory:
            about += f":{self.subcategory.key}"
        said = {"customer": self.customer, "brand": self.brand and self.brand.pk, "about": about}
        return f"{reverse('admin:tickets_call')}?{urlencode(said)}"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Show as much of the form as can be shown yet, and file what was said."""
    if not request.user.has_perm("tickets.work_ticket"):
        raise Http404
    begun, choose = _begun(request, request.GET)
    if request.method != "POST" or not begun.has_subject:
        return _page(request, begun, choose)
    if "about" in request.POST:
        again, choose = _begun(request, request.POST)
        if again != begun or {"choose", "find"} & {*request.POST}:
            if not again.has_subject:
                again = replace(begun, customer=again.customer, person=again.person)
            return _chosen_anew(request, again, choose, before=begun)
    return _filed(request, begun, choose)


def _filed(request, begun, choose):
    """File it, or show what is wrong with it."""
    forms = _forms(request, begun, request.POST)
    led_to = forms["form"].leads_to
    if led_to:
        return _led_on(request, begun, led_to)
    # Each is asked, so that everything that is wrong is said at once.
    are_right = {form.is_valid() for form in forms.values() if form is not None and form.is_bound}
    if not begun.has_customer:
        forms["form"].add_error(None, _("Say first who called."))
    if False in are_right or not begun.has_customer:
        more = forms["form"].needs_another_look
        return _page(request, begun, choose, forms=forms, status=200 if more else 422)
    try:
        ticket = _file(request, begun, forms)
    except services.Refused as refused:
        forms["form"].add_error(None, str(refused))
        return _page(request, begun, choose, forms=forms, status=422)
    messages.success(request, _("Filed as %(number)s.") % {"number": ticket.number})
    return redirect("admin:tickets_ticket_change", ticket.pk)


def _begun(request, asked: QueryDict) -> tuple[Begun, ChooseForm]:
    """Read what is asked; what it names that is not there, or not theirs, is not chosen yet."""
    user = request.user
    brands = list(Brand.objects.served_by(user))
    types = [each for each in map(_seen_by(user), request.catalog.types()) if each is not None]
    customer = asked.get("person", asked.get("customer", ""))
    asked = asked.copy()
    asked["customer"] = customer
    of_host = next((each for each in brands if each.pk == getattr(request.brand, "id", None)), None)
    first = {"customer": customer, "brand": of_host and of_host.pk}
    is_chosen = "about" in asked
    choose = ChooseForm(asked if is_chosen else None, initial=first, brands=brands, types=types)
    chosen: dict[str, Any] = choose.cleaned_data if is_chosen and choose.is_valid() else {}
    type_key, _colon, key = chosen.get("about", "").partition(":")
    type_spec = next((each for each in types if each.key == type_key), None)
    begun = Begun(
        customer=customer,
        person=_person(customer),
        brand=next((each for each in brands if str(each.pk) == chosen.get("brand")), None),
        type_spec=type_spec,
        subcategory=type_spec.subcategory(key) if type_spec else None,
    )
    return begun, choose


def _seen_by(user: User):
    """Return what leaves out of a type whatever is only for who may see restricted requests."""
    if can_see_restricted(user):
        return lambda spec: spec

    def open_part(spec: TypeSpec) -> TypeSpec | None:
        if spec.restricted:
            return None
        about = tuple(each for each in spec.subcategories if not each.restricted)
        return replace(spec, subcategories=about)

    return open_part


def _person(customer: str) -> User | None:
    if not is_key(customer):
        return None
    people = User.objects.filter(is_active=True).select_related("organization")
    return people.filter(pk=customer).first()


def _forms(request, begun, data=None) -> dict[str, Any]:
    """Return the forms of a call whose customer, brand and subject are chosen."""
    now = clock.now()
    return {
        "form": CallForm(
            data,
            catalog=request.catalog,
            type_spec=begun.type_spec,
            subcategory=begun.subcategory,
            person=begun.person,
            now=now,
        ),
        "person_form": PersonForm(data, initial=_looked_for(request.GET))
        if begun.customer == NEW
        else None,
        "wish_form": _wish_form(begun, data or {}, now=now),
    }


def _wish_form(begun: Begun, data: Mapping[str, Any], *, now: datetime) -> WishForm:
    """Return what asks for a call back; it is bound, and checked, where one is wanted."""
    initial = {
        "number": begun.person.phone if begun.person else "",
        **window(now, zone=begun.zone),
        **{name: data[key] for name in WishForm.base_fields if (key := f"call-{name}") in data},
    }
    wanted = data if "callback" in data else None
    return WishForm(wanted, prefix="call", initial=initial, time_zone=begun.zone)


def _looked_for(said: QueryDict) -> dict[str, str]:
    """Begin a new customer with what was searched for and not found."""
    asked = said.get("q", "").strip()
    return {"email" if "@" in asked else "name": asked}


@transaction.atomic
def _file(request, begun, forms: dict[str, Any]) -> Ticket:
    """File it for its customer, who is made where the address is new: both or neither."""
    form, wish_form = forms["form"], forms["wish_form"]
    person = begun.person or introduce(**forms["person_form"].cleaned_data)
    rows = {
        "brand": begun.brand,
        "request_type": RequestType.objects.get(pk=begun.type_spec.id),
        "subcategory": begun.subcategory and Subcategory.objects.get(pk=begun.subcategory.id),
        "draft_key": _key(request.POST.get("key", "")),
    }
    call = phoned.Call(
        submission=form.submission(requester=person, rows=rows),
        note=form.cleaned_data["note"],
        wish=wish_form.wish() if wish_form.is_bound else None,
        take=form.cleaned_data["take"],
    )
    return phoned.log_call(call, by=request.user)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _chosen_anew(request, begun, choose, *, before: Begun):
    """Show the form of another subject or customer with all that was typed: no mistake yet."""
    forms = _forms(request, begun, _typed(request.POST, begun, before=before))
    forms["form"].revealed = ()
    for form in forms.values():
        if form is not None:
            form.errors.clear()
    return _page(request, begun, choose, forms=forms)


def _typed(said: QueryDict, begun: Begun, *, before: Begun) -> QueryDict:
    """Return what was typed, with another customer's number in place of the one before."""
    typed = said.copy()
    if begun.customer == NEW and not (said.get("email") or said.get("name")):
        typed.update(_looked_for(said))
    if begun.person != before.person:
        theirs = before.person.phone if before.person else ""
        if said.get("call-number", "") == theirs:
            typed["call-number"] = begun.person.phone if begun.person else ""
    return typed


def _led_on(request, begun, key: str):
    """Show the form of the subject that an answer leads to, with all that was typed."""
    begun = replace(begun, subcategory=begun.type_spec.subcategory(key))
    messages.info(
        request,
        _("That is a “%(name)s”. We took along what you typed.") % {"name": begun.subcategory.name},
    )
    choose = _begun(request, QueryDict(urlsplit(begun.address()).query))[1]
    return _page(request, begun, choose, forms=_forms(request, begun, request.POST))


def _page(request, begun: Begun, choose: ChooseForm, *, forms=None, status=200):
    shown = forms or (_forms(request, begun) if begun.has_subject else {})
    if shown:
        choose.go_with("call")
    asked = request.POST.get("q", request.GET.get("q", ""))
    return render(
        request,
        "desk/call.html",
        {
            **admin.site.each_context(request),
            "title": _("Log a call"),
            "begun": begun,
            "asked": asked,
            "found": finding.customers(asked) if asked else None,
            "choose": choose if begun.has_customer or shown else None,
            "named": _named(request, begun),
            "open_tickets": _open_tickets(request.user, begun.person),
            "action": begun.address(),
            "key": request.POST.get("key") or uuid.uuid4(),
            "wants_call": "callback" in request.POST,
            "errors": [form for form in (forms or {}).values() if form is not None and form.errors],
            **shown,
        },
        status=status,
    )


def _named(request, begun: Begun) -> dict[str, str]:
    """Return what was typed of somebody new while it is not asked for: it may be, once more."""
    if begun.customer == NEW:
        return {}
    return {name: request.POST.get(name, "") for name in PersonForm.base_fields}


def _open_tickets(user: User, person: User | None) -> list[Ticket]:
    """Return what is being worked on for them already, as far as this agent sees it."""
    if person is None:
        return []
    theirs = Ticket.objects.on_desk_of(user).working().filter(requester=person)
    return list(theirs.newest_change_first()[:MOST_OPEN])
