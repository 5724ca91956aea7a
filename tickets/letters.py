"""A mail in words: subject, plain text and HTML, the brand it comes from, where its links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tickets.catalog import store
from tickets.catalog.specs import BrandSpec


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def send(template: str, *, brand_id: int, to: str, path: str, **context: Any) -> None:
    """Store a mail that no event of a ticket causes, with whatever transaction is open.

    The relay sends it. Its link leads to `path`. Raises LookupError for a brand that is not there.
    """
    brand = store.current().brand_by_id(brand_id)
    if brand is None:
        raise LookupError(f"There is no brand {brand_id}.")
    letter = render(template, {**context, "brand": brand, "link": absolute(path, brand=brand)})
    mail = EmailMultiAlternatives(
        subject=letter.subject, body=letter.text, from_email=sender(brand), to=[to]
    )
    mail.attach_alternative(letter.html, "text/html")
    mail.send()


def render(template: str, context: dict[str, Any]) -> Letter:
    """Render the three files of a mail in `templates/mail/`."""
    return Letter(
        subject=" ".join(_plain(f"mail/{template}.subject.txt", context).split()),
        text=_paragraphs(_plain(f"mail/{template}.txt", context)),
        html=render_to_string(f"mail/{template}.html", context),
    )


def sender(brand: BrandSpec) -> str:
    """Return the From of this brand's mails."""
    return formataddr((_("%(brand)s Support") % {"brand": brand.name}, brand.mail_address))


def absolute(path: str, *, brand: BrandSpec) -> str:
    """Return the address of a path: made from what is configured, never from a request."""
    return (settings.ORIGIN or brand.origin).rstrip("/") + path


def _plain(name: str, context: dict[str, Any]) -> str:
    """Render without HTML escapes: in plain text "&amp;" would be a fault."""
    template = Engine.get_default().get_template(name)
    return template.render(Context(context, autoescape=False))


def _paragraphs(text: str) -> str:
    """Leave one empty line between paragraphs, however many the templates' tags left."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
