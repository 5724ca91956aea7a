"""Times of promises as templates say them."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from sla.pulse import spell

register = template.Library()


@register.filter
def ago(at: datetime, now: datetime) -> str:
    """Return "3 h ago"."""
    return _("%(length)s ago") % {"length": spell(now - at)}
