"""How promises are looked after, for pages of the desk that are not about promises."""

from __future__ import annotations

from django import template

from sla import pulse
from tickets import clock
from tickets.catalog.models import Brand

register = template.Library()


@register.inclusion_tag("sla/_pulse.html")
def pulse_for(user):
    """Show it to who may see breaches, and nothing to anybody else."""
    if not user.has_perm("sla.view_breach"):
        return {}
    brands = Brand.objects.served_by(user).values_list("pk", flat=True)
    return {"signs": pulse.signs(list(brands), now=clock.now())}
