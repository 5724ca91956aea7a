"""The mail that asks somebody to confirm a request: the same for whoever the address belongs to.

It holds none of the sender's words: anybody can type anybody's address.
"""

from __future__ import annotations

from email.utils import formataddr
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from tickets.catalog import store
from tickets.catalog.specs import BrandSpec
from tickets.models import Confirmation


def send(confirmation: Confirmation, *, token: str, reminder: bool = False) -> None:
    """Write the mail with this link into the outbox."""
    brand = store.current().brand_by_id(confirmation.draft.brand_id)
    if brand is None:
        raise LookupError(f"No brand {confirmation.draft.brand_id} is in the catalog.")
    context = {
        "brand": brand,
        "confirm_url": link(confirmation, token=token, brand=brand),
        "reminder": reminder,
    }
    message = EmailMultiAlternatives(
        subject=" ".join(render_to_string("mail/confirm.subject.txt", context).split()),
        body=render_to_string("mail/confirm.txt", context).strip() + "\n",
        from_email=formataddr((f"{brand.name} Support", brand.mail_address)),
        to=[confirmation.email],
    )
    message.attach_alternative(render_to_string("mail/confirm.html", context), "text/html")
    message.send()


def link(confirmation: Confirmation, *, token: str, brand: BrandSpec) -> str:
    """Return the address that files it; made from what is configured, never from a request."""
    path = reverse("confirmation", args=[confirmation.draft_id, token])
    return urljoin(settings.ORIGIN or brand.origin, path)
