"""Why promises were broken in a period: how many for which reason, and what is done about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla import lists, pictures
from sla.dimensions import LEVEL
from sla.figures import Tally
from sla.listing import Listing
from sla.manager_pages import address
from sla.models import Metric
from sla.pictures import Amount, Given, Picture
from sla.reasons_form import ReasonsForm
from sla.scope import Scope
from sla.words import percent

NAME = lists.BREACHED.name
NOT_SAID = 0
# How many lines of what nobody acknowledged yet the page shows by itself.
WORST = 5
# A few reasons make up most of it; which, the picture says.
MOST = 0.8
PARTS = ("reason", "action", "level", "metric", "request_type", "team")


@dataclass(frozen=True)
class Row:
    """A part of what was broken: how many, which share of all, and where they are listed."""

    label: str
    number: int
    share: str
    running: str
    url: str


@dataclass(frozen=True)
class Table:
    title: str
    head: str
    rows: list[Row]


@dataclass(frozen=True)
class Reasons:
    """What was broken, and why. Of restricted tickets only who may read them is told."""

    broken: int
    said: int
    not_said: int
    not_said_url: str
    restricted: int
    restricted_url: str
    worst: Listing
    picture: Picture | None
    tables: list[Table]


def reasons(form: ReasonsForm, *, now: datetime) -> Reasons:
    """Count what the list of broken promises lists under these filters, in one query."""
    counts, restricted = _counts(form, now=now)
    by_reason = counts["reason"]
    not_said = by_reason.pop(NOT_SAID, 0)
    names, acted = _names(form.scope), counts["action"]
    acted.pop(NOT_SAID, None)
    return Reasons(
        broken=sum(by_reason.values()) + not_said,
        said=sum(by_reason.values()),
        not_said=not_said,
        not_said_url=_url(form, reason=NOT_SAID),
        restricted=restricted,
        restricted_url=_url(form, restricted="yes"),
        worst=_ask(form, now=now, reason=NOT_SAID),
        picture=_picture(form, by_reason) if by_reason else None,
        tables=[
            _table(form, _("What is done about them"), "action", acted, names),
            *_breakdowns(form, counts, names),
        ],
    )


def _ask(form: ReasonsForm, *, now: datetime, **narrower: Any) -> Listing:
    """Return the list of broken promises itself, so that no number is another than its list."""
    asked = {**form.chosen(), **narrower}
    return lists.BREACHED.ask(asked, scope=form.scope, now=now)[1]


def _counts(form: ReasonsForm, *, now: datetime) -> tuple[dict[str, Counter[Any]], int]:
    """Count by each part, and how many are of restricted tickets, of which nothing is told."""
    columns = dict(zip(PARTS, ("breach__reason", "breach__action", *PARTS[2:]), strict=True))
    found = _ask(form, now=now).found.order_by().values("restricted", *columns.values())
    counts: dict[str, Counter[Any]] = {part: Counter() for part in PARTS}
    restricted = 0
    for row in found.annotate(number=Count("pk")):
        if row["restricted"] and not form.scope.sees_restricted:
            restricted += row["number"]
            continue
        for part, column in columns.items():
            counts[part][row[column] or NOT_SAID] += row["number"]
    return counts, restricted


def _picture(form: ReasonsForm, by_reason: Counter[Any]) -> Picture:
    rows = list(_rows(form, "reason", by_reason, form.scope.reasons))
    return pictures.bars(
        [
            Given(
                row.label,
                [Amount(row.number, pictures.BROKEN, row.url)],
                words=_("%(number)d · %(share)s, with those above %(running)s")
                % {"number": row.number, "share": row.share, "running": row.running},
                url=row.url,
            )
            for row in rows
        ],
        name="why",
        title=_("Why promises were broken"),
        finding=_finding(by_reason, first=rows[0].label),
        heads=[_("Reason"), _("Broken")],
        with_running_share=True,
    )


def _finding(by_reason: Counter[Any], *, first: str) -> str:
    """Say how few reasons make up most of it, the first of them by name."""
    total = few = 0
    everything = sum(by_reason.values())
    for number in sorted(by_reason.values(), reverse=True):
        if total >= MOST * everything:
            break
        total, few = total + number, few + 1
    said = {"first": first, "more": few - 1, "share": _share(total, everything)}
    if few == 1:
        return _("“%(first)s” makes up %(share)s of what was acknowledged.") % said
    return (
        ngettext(
            "“%(first)s” and %(more)d more reason make up %(share)s of what was acknowledged.",
            "“%(first)s” and %(more)d more reasons make up %(share)s of what was acknowledged.",
            few - 1,
        )
        % said
    )


def _breakdowns(
    form: ReasonsForm, counts: Mapping[str, Counter[Any]], names: Mapping[str, Any]
) -> Iterator[Table]:
    """Yield of which levels, promises, types and teams they are, once one reason is looked at."""
    if "reason" not in form.chosen():
        return
    for part in PARTS[2:]:
        label = str(form.fields[part].label)
        yield _table(form, _("By %(part)s") % {"part": label.lower()}, part, counts[part], names)


def _table(
    form: ReasonsForm, title: str, part: str, counts: Counter[Any], names: Mapping[str, Any]
) -> Table:
    head = str(form.fields[part].label)
    return Table(title, head, list(_rows(form, part, counts, names[part])))


def _rows(
    form: ReasonsForm, part: str, counts: Counter[Any], names: Mapping[Any, Any]
) -> Iterator[Row]:
    """Yield each part, the largest first, with the share that it and those above make up."""
    everything, so_far = sum(counts.values()), 0
    for key, number in sorted(counts.items(), key=lambda pair: (-pair[1], _place(names, pair[0]))):
        so_far += number
        yield Row(
            label=str(names.get(key, _("None"))),
            number=number,
            share=_share(number, everything),
            running=_share(so_far, everything),
            url=_url(form, **{part: key}),
        )


def _place(names: Iterable[Any], key: Any) -> int:
    return next((place for place, name in enumerate(names) if name == key), 0)


def _names(scope: Scope) -> Mapping[str, Mapping[Any, Any]]:
    return {
        "action": scope.actions,
        "level": LEVEL.named(scope),
        "metric": dict(Metric.choices),
        "request_type": scope.request_types,
        "team": scope.teams,
    }


def _url(form: ReasonsForm, **narrower: Any) -> str:
    return address(NAME, {**form.chosen(), **narrower})


def _share(part: int, whole: int) -> str:
    """Say which part it is: none and all of it only where it is so."""
    return percent(Tally(part, whole - part).permille)
