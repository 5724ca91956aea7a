"""The words of a mail, for one recipient, in their time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from tickets.catalog.specs import BrandSpec
from tickets.mail.notices import Announcement
from tickets.mail.when import zone_of


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(
    announcement: Announcement, *, brand: BrandSpec, recipient: User, now: datetime
) -> Rendered:
    """Return what this recipient reads; of a restricted ticket only its number and a link."""
    ticket = announcement.ticket
    context = {
        "number": ticket.number,
        "brand": brand,
        "link": _absolute(announcement.path or ticket.get_absolute_url(), brand=brand),
        "zone": _zone(recipient, brand=brand),
        "now": now,
    }
    if ticket.restricted:
        return _rendered("restricted", context)
    return _rendered(
        announcement.template,
        {
            "request_type": ticket.request_type.name,
            "own": recipient.pk == ticket.requester_id,
            **_way_in(recipient, brand=brand),
            **announcement.context,
            **context,
        },
    )


def _way_in(recipient: User, *, brand: BrandSpec) -> dict[str, str]:
    """Where somebody who only ever wrote to us gets the password that the link will ask for."""
    if recipient.has_usable_password():
        return {}
    return {
        "address": recipient.email,
        "get_password_url": _absolute(reverse("account_reset_password"), brand=brand),
    }


def _absolute(path: str, *, brand: BrandSpec) -> str:
    return (settings.ORIGIN or brand.origin).rstrip("/") + path


def _zone(recipient: User, *, brand: BrandSpec) -> tzinfo:
    organization = recipient.organization
    return zone_of(
        recipient.time_zone, organization.time_zone if organization else "", brand.time_zone
    )


def _rendered(template: str, context: dict[str, Any]) -> Rendered:
    return Rendered(
        subject=" ".join(_plain(f"mail/{template}.subject.txt", context).split()),
        text=_paragraphs(_plain(f"mail/{template}.txt", context)),
        html=render_to_string(f"mail/{template}.html", context),
    )


def _plain(name: str, context: dict[str, Any]) -> str:
    """Render without HTML escapes: in plain text "&amp;" would be a fault."""
    template = Engine.get_default().get_template(name)
    return template.render(Context(context, autoescape=False))


def _paragraphs(text: str) -> str:
    """Leave one empty line between paragraphs, however many the templates' tags left."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
