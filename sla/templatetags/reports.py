"""The form by which a view is subscribed to."""

from __future__ import annotations

from django import template

from sla.subscription_form import SubscriptionForm

register = template.Library()


@register.simple_tag
def subscription_form() -> SubscriptionForm:
    return SubscriptionForm.of()
