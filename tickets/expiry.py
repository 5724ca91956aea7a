"""The mail that says that a draft is about to expire: when, and where it is, none of its words."""

from __future__ import annotations

from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import clock
from tickets.catalog import store
from tickets.catalog.specs import BrandSpec
from tickets.models import Draft


@transaction.atomic
def warn(draft: Draft) -> bool:
    """Mail the owner, once for each draft whoever else runs; tell whether that was now."""
    owner, brand = draft.owner, store.current().brand_by_id(draft.brand_id)
    now = clock.now()
    unwarned = Draft.objects.filter(pk=draft.pk, warned_at=None, expires_at=draft.expires_at)
    if owner is None or brand is None or not unwarned.update(warned_at=now):
        return False
    with timezone.override(_zone(owner, brand=brand)):
        _mail(draft, owner=owner, brand=brand)
    return True


def _mail(draft: Draft, *, owner: User, brand: BrandSpec) -> None:
    context = {"draft": draft, "brand": brand, "link": _link(brand)}
    sender = formataddr((_("%(brand)s Support") % {"brand": brand.name}, brand.mail_address))
    message = EmailMultiAlternatives(
        subject=_render("subject.txt", context).strip(),
        body=_render("txt", context),
        from_email=sender,
        to=[owner.email],
    )
    message.attach_alternative(_render("html", context), "text/html")
    message.send()


def _render(part: str, context: dict[str, Any]) -> str:
    return render_to_string(f"tickets/email/draft_expires.{part}", context)


def _link(brand: BrandSpec) -> str:
    return (settings.ORIGIN or brand.origin).rstrip("/") + reverse("drafts")


def _zone(owner: User, *, brand: BrandSpec) -> str:
    theirs = owner.time_zone or (owner.organization and owner.organization.time_zone)
    return theirs or brand.time_zone
