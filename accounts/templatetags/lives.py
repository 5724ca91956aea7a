"""How long a mailed link lives, in words, as this installation has set it."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.translation import ngettext

from accounts import middleware

MINUTE, HOUR, DAY = 60, 3600, 86400

register = template.Library()


@register.simple_tag
def password_link_life() -> str:
    return in_words(settings.PASSWORD_RESET_TIMEOUT)


@register.simple_tag
def confirmation_link_life() -> str:
    return in_words(settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS * DAY)


@register.simple_tag
def copy_link_life() -> str:
    return in_words(settings.COPY_DAYS * DAY)


@register.simple_tag
def idle_seconds(user) -> int:
    """Return after how many seconds without a request the session of a page may be over."""
    return middleware.idle_seconds(user) - middleware.seen_step(user)


@register.simple_tag
def idle_notice(user) -> int:
    """Return how many seconds before that the warning comes: two minutes, or half of it all."""
    return min(2 * MINUTE, idle_seconds(user) // 2)


@register.simple_tag
def in_words(seconds: int) -> str:
    """Return whole days, else whole hours, else minutes, of which there is at least one."""
    if seconds % DAY == 0:
        return ngettext("one day", "%(count)d days", seconds // DAY) % {"count": seconds // DAY}
    if seconds % HOUR == 0:
        return ngettext("one hour", "%(count)d hours", seconds // HOUR) % {"count": seconds // HOUR}
    minutes = max(1, seconds // MINUTE)
    return ngettext("one minute", "%(count)d minutes", minutes) % {"count": minutes}
