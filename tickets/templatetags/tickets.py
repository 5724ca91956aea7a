"""Shapes that the shared parts of pages want, made from rows."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.template.defaultfilters import urlize
from django.utils import timezone
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.html import escape, format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.templatetags import lives
from tickets import clock, counting, words
from tickets.files import size_in_words
from tickets.models import Draft
from tickets.states import Actor

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()
register.filter("at_length", words.at_length)
register.filter("time_of_day", words.time_of_day)

# What `urlize` looks at more closely; a text without any of it has no address.
MAY_BE_ADDRESS = re.compile(r"://|www\.|@|\.(?:com|edu|gov|int|mil|net|org)\b", re.IGNORECASE)

PAUSE = timedelta(minutes=15)

ROLES: dict[str, StrOrPromise] = {
    Actor.REQUESTER: _("Customer"),
    Actor.AGENT: _("Support"),
    Actor.SYSTEM: _("Automatic"),
}


@register.simple_tag
def as_message(message: Any, *, for_staff: bool = False) -> dict:
    """Return what `components/message.html` shows of a message, as `timeline.in_full` gives it.

    Files that are withheld are shown to staff alone; customers read how many these are.
    """
    shown = [file for file in message.files if for_staff or not file.withheld]
    kinds: dict[str, str] = {Actor.REQUESTER: "customer"}
    return {
        "id": message.pk,
        "kind": "note" if message.is_note else kinds.get(message.actor, "staff"),
        "author": message.author or _("Support"),
        "role": ROLES[message.actor],
        "at": message.created_at,
        "body": message.body,
        "quoted": message.quoted,
        "withheld": len(message.files) - len(shown),
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "url": "" if file.redacted_at else file.get_absolute_url(),
                "state": _("withheld: not on the list of accepted files") if file.withheld else "",
            }
            for file in shown
        ],
    }


@register.filter
def counted(number: int) -> str:
    """Write a count of tickets as far as it was counted."""
    return counting.in_words(number)


@register.simple_tag
def files_taken() -> str:
    """Say how many files are taken, how large and of which kinds."""
    return _(
        "Up to %(count)d files of %(size)s each: pictures, PDF, office, text and calendar files."
    ) % {
        "count": settings.FILE_MAX_COUNT,
        "size": size_in_words(settings.FILE_MAX_BYTES),
    }


@register.filter
def is_resumed(draft: Draft) -> bool:
    """Tell whether somebody comes back to a draft, not only goes on to its next page."""
    return clock.now() - draft.updated_at > PAUSE


@register.simple_tag
def staged_life() -> str:
    """Say for how long files wait for the form they were sent with."""
    return lives.in_words(settings.STAGED_SECONDS)


@register.simple_tag(takes_context=True)
def show_panel(context, panel: dict) -> str:
    """Render what another app shows on a ticket, in its own template with its own context."""
    template = context.template.engine.get_template(panel["template"])
    with context.push(**panel["context"]):
        return template.render(context)


@register.simple_tag
def deadline(at: datetime) -> str:
    """Return a promised time for people and machines: "2:40 pm EST today"."""
    return format_html(
        '<time datetime="{}">{}</time>',
        timezone.localtime(at).isoformat(),
        words.deadline(at, now=clock.now()),
    )


@register.simple_tag
def away(at: datetime) -> str:
    """Return how far off a time is: "in 4 hours"."""
    return words.away(at - clock.now())


@register.simple_tag
def moment(at: datetime, this_year: str) -> str:
    """Return one time with its zone: "Sat 28 Nov, 10:40 am EST"; its year if it is not this one.

    A page has a hundred of them: each is brought into the reader's zone once.
    """
    local = timezone.localtime(at)
    day = _day(local.date(), str(local.year) != this_year, get_language())
    half = _half(local.hour < 12, get_language())
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(),
        f"{day}, {local.hour % 12 or 12}:{local.minute:02} {half} {local.tzname()}",
    )


@lru_cache(maxsize=1000)
def _day(day: date, with_year: bool, language: str | None) -> str:
    year = f" {day.year}" if with_year else ""
    return f"{WEEKDAYS_ABBR[day.weekday()]} {day.day} {str(MONTHS_3[day.month]).title()}{year}"


@lru_cache
def _half(is_morning: bool, language: str | None) -> str:
    return (gettext("AM") if is_morning else gettext("PM")).lower()


@register.filter
def linked(text: str) -> str:
    """Escape a text and make links of the addresses in it; most texts have none."""
    return urlize(text, autoescape=True) if MAY_BE_ADDRESS.search(text) else escape(text)
