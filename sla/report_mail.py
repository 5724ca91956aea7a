"""Mails to managers with the figures that they subscribed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from sla import subscribing, zones
from sla.figures import Tally, total
from sla.forms import said
from sla.mail_brand import brand_of
from sla.models import Edition, Metric
from sla.periods import Period
from sla.scope import Scope
from sla.words import percent, spell
from tickets import counting, letters
from tickets.mail.notices import Announcement, Announcements


def reports(subject_ids: Sequence[int]) -> Announcements:
    """Tell the figures of a period to who subscribed to them, while they may see them."""
    editions = Edition.objects.filter(pk__in=subject_ids).select_related(
        "subscription__user__organization"
    )
    found = {edition.pk: edition for edition in editions}
    return {pk: _report(found.get(pk)) for pk in subject_ids}


def _report(edition: Edition | None) -> Announcement | None:
    if edition is None:
        return None
    subscription = edition.subscription
    if subscription.is_stopped or not _may_be_told(edition):
        return None
    brand = brand_of(edition.figures["brand"])
    stop = reverse("report_stop", args=[subscribing.token_of(subscription)])
    stop_url = letters.absolute(stop, brand=brand)
    return Announcement(
        ticket=None,
        brand=brand.id,
        recipients=[subscription.user],
        template="report",
        path=page_of(edition),
        context={**in_words(edition), "stop_url": stop_url},
        # The mail program's own button, in one click (RFC 8058).
        headers={
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _may_be_told(edition: Edition) -> bool:
    """Whether its reader still sees all that its figures were counted of."""
    subscription = edition.subscription
    scope = Scope.of(subscription.user)
    is_over = subscribing.why_over(subscription, scope=scope)
    return not is_over and scope.covers(edition.figures["extent"])


def page_of(edition: Edition) -> str:
    """Return the address that shows the same figures, of the same days, to whoever may see them."""
    filters = QueryDict(edition.subscription.filters).dict()
    return f"{reverse('compliance')}?{urlencode({**filters, **said(period_of(edition))})}"


def period_of(edition: Edition) -> Period:
    return Period(edition.first, edition.last, zones.zone(edition.zone))


def in_words(edition: Edition) -> dict[str, Any]:
    """Return the figures of a report as its mail says them."""
    figures = edition.figures
    rows = [_Row(row) for row in figures["rows"]]
    now, before = total(row.now for row in rows), total(row.before for row in rows)
    return {
        "days": _days(edition.first, edition.last),
        "is_week": edition.first != edition.last,
        "zone_name": edition.zone,
        "as_of": edition.created_at,
        "filters": figures["filters"],
        "whole": {"number": now.number, "met": now.met, "broken": now.broken},
        "share": share(now),
        "before": of_all(before),
        "rows": [row.in_words() for row in rows],
        "worst": list(_lines(figures["worst"])),
        "more": now.broken - len(figures["worst"]),
        "soon": list(_lines(figures["soon"])),
        "soon_count": counting.in_words(figures["soon_count"]),
        "skipped": _days(*map(date.fromisoformat, figures["skipped"]))
        if figures["skipped"]
        else "",
    }


def share(tally: Tally) -> str:
    """Say which part was met, where there are enough to tell."""
    if not tally.number:
        return ""
    if tally.is_too_few:
        return _("too few to judge")
    return percent(tally.permille)


def of_all(tally: Tally) -> str:
    """Say "134 of 141 met, 95.0 %"; "none" where there was nothing to keep."""
    if not tally.number:
        return _("none")
    words = _("%(met)d of %(number)d met") % {"met": tally.met, "number": tally.number}
    return f"{words}, {share(tally)}"


class _Row:
    """The promises of one level and kind, in the period and in the one before."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.level, self.metric = row["level"], Metric(row["metric"])
        self.now = Tally(row["met"], row["broken"])
        self.before = Tally(row["met_before"], row["broken_before"])

    def in_words(self) -> dict[str, str]:
        words = {"level": self.level, "what": self.metric.label}
        return {
            "label": _("Level %(level)s, %(what)s") % words,
            "now": of_all(self.now),
            "before": of_all(self.before),
        }


def _lines(lines: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if "level" not in line:
            yield {"number": line["number"]}
            continue
        yield {
            **line,
            "due": datetime.fromisoformat(line["due"]) if line["due"] else None,
            "over": spell(timedelta(seconds=line["over"])) if line["over"] is not None else "",
        }


def _days(first: date, last: date) -> str:
    """Say "Mon 5 Jan 2026", or from which day to which."""
    days = [date_format(day, "D j M Y") for day in (first, last)]
    if first == last:
        return days[0]
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[1]}
