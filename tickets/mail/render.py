"""The words of a mail, for one recipient, in their time zone."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.urls import reverse

from accounts.models import User
from tickets import letters
from tickets.catalog.specs import BrandSpec
from tickets.letters import Letter
from tickets.mail.notices import Announcement
from tickets.mail.when import zone_of


def render(
    announcement: Announcement, *, brand: BrandSpec, recipient: User, now: datetime
) -> Letter:
    """Return what this recipient reads; of a restricted ticket only its number and a link."""
    ticket = announcement.ticket
    path = announcement.path or (ticket.get_absolute_url() if ticket else "/")
    context = {
        "brand": brand,
        "link": letters.absolute(path, brand=brand),
        "zone": _zone(recipient, brand=brand),
        "now": now,
        **_chosen(announcement, brand=brand, recipient=recipient),
    }
    if ticket is None:
        return letters.render(announcement.template, {**announcement.context, **context})
    context["number"] = ticket.number
    if ticket.restricted:
        return letters.render("restricted_desk" if announcement.choice else "restricted", context)
    return letters.render(
        announcement.template,
        {
            "request_type": ticket.request_type.name,
            "own": recipient.pk == ticket.requester_id,
            "reply": announcement.reply if recipient.pk in announcement.proved else "",
            **_way_in(recipient, brand=brand),
            **announcement.context,
            **context,
        },
    )


def _chosen(announcement: Announcement, *, brand: BrandSpec, recipient: User) -> dict[str, str]:
    """Why somebody of the desk is told, and where they choose that."""
    return {
        "reason": announcement.reasons.get(recipient.pk, ""),
        "settings_url": letters.absolute(reverse("admin:tickets_settings"), brand=brand),
    }


def _way_in(recipient: User, *, brand: BrandSpec) -> dict[str, str]:
    """Where somebody who only ever wrote to us gets the password that the link will ask for."""
    if recipient.has_usable_password():
        return {}
    return {
        "address": recipient.email,
        "get_password_url": letters.absolute(reverse("account_reset_password"), brand=brand),
    }


def _zone(recipient: User, *, brand: BrandSpec) -> tzinfo:
    organization = recipient.organization
    return zone_of(
        recipient.time_zone, organization.time_zone if organization else "", brand.time_zone
    )
