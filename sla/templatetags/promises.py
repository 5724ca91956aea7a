"""Times of promises, and addresses of their lists, as templates write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from sla import manager_pages
from sla.pulse import spell

register = template.Library()


@register.filter
def ago(at: datetime, now: datetime) -> str:
    """Return "3 h ago"."""
    return _("%(length)s ago") % {"length": spell(now - at)}


@register.simple_tag
def address(name: str, chosen: Mapping[str, Any]) -> str:
    """Return the address of a managers' page that is narrowed to this."""
    return manager_pages.address(name, chosen)
