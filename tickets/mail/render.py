"""The words of a mail, for one recipient, in their time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string

from accounts.models import User
from tickets.mail.notices import Announcement
from tickets.mail.when import zone_of


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(announcement: Announcement, *, recipient: User, now: datetime) -> Rendered:
    """Return what this recipient reads; of a restricted ticket only its number and a link."""
    ticket = announcement.ticket
    context = _address(announcement, recipient=recipient, now=now)
    if ticket.restricted:
        return _rendered("restricted", context)
    return _rendered(announcement.template, {
        "request_type": ticket.request_type.name, **announcement.context, **context})


def _address(announcement: Announcement, *, recipient: User, now: datetime) -> dict[str, Any]:
    ticket = announcement.ticket
    organization = recipient.organization
    path = announcement.path or ticket.get_absolute_url()
    return {
        "number": ticket.number,
        "brand": ticket.brand,
        "link": (settings.ORIGIN or ticket.brand.origin).rstrip("/") + path,
        "zone": zone_of(recipient.time_zone, organization.time_zone if organization else "",
                        ticket.brand.time_zone),
        "now": now,
    }


def _rendered(template: str, context: dict[str, Any]) -> Rendered:
    return Rendered(
        subject=" ".join(_plain(f"mail/{template}.subject.txt", context).split()),
        text=_plain(f"mail/{template}.txt", context).strip() + "\n",
        html=render_to_string(f"mail/{template}.html", context))


def _plain(name: str, context: dict[str, Any]) -> str:
    """Render without HTML escapes: in plain text "&amp;" would be a fault."""
    return get_template(name).template.render(Context(context, autoescape=False))
