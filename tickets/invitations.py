"""The one mail that asks somebody to read along: a number and a link, no word of the ticket."""

from __future__ import annotations

import re
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.catalog import store
from tickets.catalog.specs import BrandSpec
from tickets.models import Ticket


def send(ticket: Ticket, *, email: str, token: str, by: User) -> None:
    """Store the mail with whatever transaction is open; the relay sends it."""
    brand = store.current().brand_by_id(ticket.brand_id)
    if brand is None:
        raise LookupError(f"There is no brand {ticket.brand_id}.")
    context = {"brand": brand, "number": ticket.number, "by": by, "link": _link(token, brand)}
    mail = EmailMultiAlternatives(
        subject=" ".join(_plain("subject.txt", context).split()),
        body=re.sub(r"\n{3,}", "\n\n", _plain("txt", context)).strip() + "\n",
        from_email=formataddr((_("%(brand)s Support") % {"brand": brand.name}, brand.mail_address)),
        to=[email],
    )
    mail.attach_alternative(render_to_string("mail/copy.html", context), "text/html")
    mail.send()


def _link(token: str, brand: BrandSpec) -> str:
    return (settings.ORIGIN or brand.origin).rstrip("/") + reverse("copy", args=[token])


def _plain(part: str, context: dict) -> str:
    """Render without HTML escapes: in plain text "&amp;" would be a fault."""
    template = Engine.get_default().get_template(f"mail/copy.{part}")
    return template.render(Context(context, autoescape=False))
