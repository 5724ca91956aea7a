"""The report of met and broken promises: every figure against the rows, and against its list."""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Organization, Team
from sla import lists
from sla.figures import Tally
from sla.models import Metric, Verdict
from sla.scope import Scope
from sla.tests.managers import read
from sla.tests.outcomes import outcome
from tickets import clock
from tickets.catalog.models import Brand, RequestType, Subcategory

COMPLIANCE = "/admin/sla/compliance/"
NEW_YORK = ZoneInfo("America/New_York")
# The week before the Monday on which tests begin.
WEEK = {"first": "2025-12-29", "last": "2026-01-04", "zone": "America/New_York"}
WITHIN = datetime(2026, 1, 2, 12, tzinfo=UTC)
COLUMNS = {
    "brand": "brand_id",
    "request_type": "request_type_id",
    "subcategory": "subcategory_id",
    "team": "team_id",
    "agent": "assignee_id",
    "organization": "organization_id",
}


@pytest.fixture
def ticket(make_ticket, time):
    return make_ticket()


@pytest.fixture
def many(ticket, alex, morgan, make_team):
    """Promises of two weeks and their edges, told apart by everything that a row has."""
    dice = random.Random(6)
    team = make_team("Clinical", brands=[each.key for each in Brand.objects.all()])
    clinics = [Organization.objects.create(name=f"Clinic {n}") for n in range(3)]
    team.memberships.create(user=morgan)
    midnight = datetime(2025, 12, 22, tzinfo=NEW_YORK)
    for n in range(160):
        seconds = dice.choice([0, 7 * 86400, 14 * 86400, -1, 7 * 86400 - 1, 14 * 86400 - 1])
        at = midnight + timedelta(seconds=seconds if n < 20 else dice.randrange(14 * 86400))
        broken = dice.random() < 0.4
        outcome(
            ticket,
            at=at.astimezone(UTC),
            metric=dice.choice(Metric.values),
            took=dice.randrange(30, 90_000),
            over=timedelta(seconds=dice.randrange(1, 200_000)) if broken else None,
            is_open=broken and dice.random() < 0.3,
            level_id=dice.randint(1, 4),
            target_seconds=dice.choice([3600, 7200]),
            brand_id=dice.choice([each.pk for each in Brand.objects.all()]),
            request_type_id=dice.choice([each.pk for each in RequestType.objects.all()[:3]]),
            subcategory_id=dice.choice([None, Subcategory.objects.first().pk]),
            organization_id=dice.choice([None, *(each.pk for each in clinics)]),
            team_id=dice.choice([None, team.pk]),
            assignee_id=dice.choice([None, alex.pk, morgan.pk]),
            restricted=dice.random() < 0.2,
        )


def report(user, **params):
    return read(COMPLIANCE, user, **{**WEEK, **params}).context["report"]


def recount(key, *, now, since, until):
    """Count and measure in Python what the rows say, by a key and promise."""
    found = defaultdict(lambda: {"met": 0, "broken": 0, "took": [], "over": []})
    for verdict in Verdict.objects.all():
        if not since <= verdict.decided_at < until:
            continue
        mine = found[key(verdict), verdict.metric]
        over = (verdict.ended_at or now) - verdict.decided_at
        mine["broken" if verdict.breach_id else "met"] += 1
        so_far = verdict.target_seconds + over // timedelta(seconds=1)
        mine["took"].append(so_far if verdict.took_seconds is None else verdict.took_seconds)
        if verdict.breach_id:
            mine["over"].append(over.total_seconds())
    return found


def spread(values):
    if not values:
        return (None, None, None)
    if len(values) == 1:
        return (values[0],) * 3
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    return (statistics.median(values), pytest.approx(tenths[8]), max(values))


def figures(rows):
    return {
        (row.key, row.metric): (
            row.tally.met,
            row.tally.broken,
            (row.took.p50, row.took.p90, row.took.most),
            (row.over.p50, row.over.p90, row.over.most),
        )
        for row in rows
        if row.tally.number
    }


def expected(key, now):
    since = datetime(2025, 12, 29, 5, tzinfo=UTC)
    found = recount(key, now=now, since=since, until=since + timedelta(days=7))
    return {
        part: (mine["met"], mine["broken"], spread(mine["took"]), spread(mine["over"]))
        for part, mine in found.items()
    }


def rows_of(found):
    return [row for group in found.parts.breakdown.groups for row in group.rows]


def test_figures_by_level_are_those_of_the_rows(many, morgan, time):
    found = report(morgan)

    assert figures(found.rows) == expected(lambda verdict: verdict.level_id, time.at)


@pytest.mark.parametrize("by", COLUMNS)
def test_figures_by_whatever_else_are_those_of_the_rows(by, many, lee, time):
    found = report(lee, by=by)

    assert figures(rows_of(found)) == expected(
        lambda verdict: getattr(verdict, COLUMNS[by]) or 0, time.at
    )


@pytest.mark.parametrize("by", [*COLUMNS, "product"])
def test_who_may_not_read_restricted_tickets_has_them_in_one_row(by, many, morgan, time):
    is_told = by != "brand"

    found = report(morgan, by=by)

    column = COLUMNS.get(by)
    assert figures(rows_of(found)) == expected(
        lambda verdict: (
            "restricted"
            if verdict.restricted and is_told
            else (getattr(verdict, column) or 0)
            if column
            else verdict.ticket.product
        ),
        time.at,
    )


@pytest.fixture
def lee(make_user, many):
    """A manager with the right to read legal requests, of all brands."""
    lee = make_user("Lee", role="manager")
    Team.objects.get(name="Clinical").memberships.create(user=lee)
    lee.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    return lee


def test_the_period_before_is_as_long_and_ends_where_this_one_begins(many, morgan, time):
    before = report(morgan).before

    since = datetime(2025, 12, 22, 5, tzinfo=UTC)
    found = recount(lambda verdict: 0, now=time.at, since=since, until=since + timedelta(days=7))
    assert before == Tally(
        sum(mine["met"] for mine in found.values()), sum(mine["broken"] for mine in found.values())
    )


@pytest.mark.parametrize("by", ["", "week", "brand", "team", "product"])
def test_every_number_leads_to_exactly_as_many_promises(by, many, morgan, time):
    params = {**WEEK, "by": by} if by else WEEK
    response = read(COMPLIANCE, morgan, **params)

    wrong = [
        (url, number, counted)
        for url, number in numbers(response.context)
        if (counted := length(url, morgan)) != number
    ]

    assert wrong == []
    page = response.content.decode()
    assert all(f'href="{escape(url)}"' in page for url, _number in numbers(response.context))


def numbers(context):
    """Every link of the tables, tiles and pictures, with how many promises it stands for."""
    found = context["report"]
    for table in context["tables"]:
        for line in table.lines:
            tally, before = line.row.tally, line.row.before
            of = [tally.number, tally.met, tally.broken, tally.number, before.number, 0]
            of += [tally.number] * 3 + [tally.broken] * 3
            for cell, number in zip(line.cells, of, strict=True):
                if cell.url:
                    yield cell.url, number
    first, solved = found.of(Metric.FIRST_RESPONSE).tally, found.of(Metric.RESOLUTION).tally
    broken = found.tally.broken
    of = (first.number, solved.number, broken, broken)
    yield from zip((tile.url for tile in context["tiles"]), of, strict=True)
    for picture in (*context["trends"], context["ages"]):
        for bar in picture.bars:
            yield from ((each.url, each.number) for each in bar.given.amounts if each.number)


def length(url, user):
    """How many lines a list has that an address leads to."""
    address, _mark, query = url.partition("?")
    [shown] = [each for each in lists.ALL if reverse(each.name) == address]
    _form, found = shown.ask(QueryDict(query), scope=Scope.of(user), now=clock.now())
    return sum(map(len, found.batches()))
