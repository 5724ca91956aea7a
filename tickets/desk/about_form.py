"""What an agent says of a ticket: what it is about, which product, whose it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, OrganizationDomain
from tickets import guards
from tickets.about import About
from tickets.catalog.fields import Line
from tickets.catalog.models import RequestType, Subcategory
from tickets.catalog.specs import TypeSpec
from tickets.desk.call_form import about_choices
from tickets.desk.callback_forms import offer
from tickets.models import Ticket

AS_IT_IS = "-"
MOST_NAMED = 5


class AboutForm(forms.Form):
    """What stays as it was shown is no change; the product follows another type by itself."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Load the page again: it has lost its place.")},
    )
    about = forms.ChoiceField(label=_("What it is about"))
    product = Line(
        label=_("Product"),
        max_length=100,
        required=False,
        help_text=_("Follows the request type, unless you change it."),
    )
    organization = Line(
        label=_("Organization"),
        max_length=200,
        required=False,
        help_text=_("By its whole name. Empty: nobody's."),
    )
    member = forms.BooleanField(
        label=_("They belong to it: their new tickets, too"), required=False
    )
    all_theirs = forms.BooleanField(
        label=_("And all their tickets that are being worked on and are nobody's yet"),
        required=False,
    )

    def __init__(self, *args, ticket: Ticket, types: list[TypeSpec], **kwargs):
        self.ticket = ticket
        kwargs["initial"] = {
            "version": ticket.version,
            "about": AS_IT_IS,
            "product": ticket.product,
            "organization": str(ticket.organization or ""),
        }
        super().__init__(*args, **kwargs)
        now = f"{ticket.request_type} › {ticket.subcategory or ''}".rstrip(" ›")
        as_it_is = (AS_IT_IS, _("As it is: %(now)s") % {"now": now})
        offer(self, "about", [as_it_is, *about_choices(types)])
        if ticket.requester.organization_id is not None:
            del self.fields["member"], self.fields["all_theirs"]

    def clean_organization(self) -> Organization | None:
        name: str = self.cleaned_data["organization"]
        if not name:
            return None
        found = Organization.objects.filter(name__iexact=name).first()
        if found is not None:
            return found
        near = Organization.objects.filter(name__icontains=name)[:MOST_NAMED]
        names = ", ".join(f"“{each}”" for each in near)
        if names:
            raise ValidationError(_("Enter the whole name: %(names)s") % {"names": names})
        raise ValidationError(_("No organization is called so."))

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        joins = given.get("member") or given.get("all_theirs")
        if joins and not given.get("organization") and "organization" not in self.errors:
            self.add_error("organization", _("Enter the organization that they belong to"))
        if given.get("all_theirs") and not given.get("member"):
            given["member"] = True
        return given

    @property
    def seal(self) -> str:
        """Stands for all that is chosen, as whoever saves it was shown what it does."""
        chosen = [self.data.get(name, "") for name in self.fields if name != "version"]
        return guards.seal("\0".join(chosen))

    def said(self) -> About:
        """Return what the ticket is about, as the checked form says."""
        given, ticket = self.cleaned_data, self.ticket
        request_type, subcategory = ticket.request_type, ticket.subcategory
        product = given["product"]
        if given["about"] != AS_IT_IS:
            type_key, _colon, key = given["about"].partition(":")
            request_type = RequestType.objects.get(key=type_key)
            subcategory = Subcategory.objects.filter(request_type=request_type, key=key).first()
            if product == ticket.product:
                product = About.filed_as(ticket, request_type, subcategory).product
        return About(request_type, subcategory, product, given["organization"])


def suggestions(ticket: Ticket) -> list[str]:
    """Return which organizations the requester may belong to: by their mail domain and words."""
    requester = ticket.requester
    if requester.organization_id is not None:
        return [str(requester.organization)]
    domain = requester.email.rpartition("@")[2]
    by_domain = OrganizationDomain.objects.filter(domain__iexact=domain).select_related(
        "organization"
    )
    found = [str(each.organization) for each in by_domain]
    stated = requester.stated_organization
    return [*found, *([stated] if stated and stated not in found else [])]
