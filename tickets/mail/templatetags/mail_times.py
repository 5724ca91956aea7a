"""Times in mails: {% when promise.due_at %}."""

from __future__ import annotations

from django import template

from tickets.mail.when import absolute

register = template.Library()


@register.simple_tag(takes_context=True)
def when(context, at):
    """Say when, in the recipient's time zone, with its abbreviation."""
    return absolute(at, zone=context["zone"], now=context["now"])
