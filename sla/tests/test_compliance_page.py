"""The report of met and broken promises: every figure against the rows, and against its list."""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Organization, Team
from sla import lists
from sla.figures import Tally
from sla.models import Goal, Metric, Verdict
from sla.scope import Scope
from sla.tests.managers import COMPLIANCE, read, signed_in
from sla.tests.outcomes import outcomes
from sla.words import NOTHING
from tickets import clock
from tickets.catalog.models import Brand, RequestType, Subcategory

NEW_YORK = ZoneInfo("America/New_York")
# The week before the Monday on which tests begin.
WEEK = {"first": "2025-12-29", "last": "2026-01-04", "zone": "America/New_York"}
DAY = 86400
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
    brands = [each.pk for each in Brand.objects.all()]
    types = [each.pk for each in RequestType.objects.all()[:3]]
    subcategory = Subcategory.objects.first().pk
    said = []
    for n in range(120):
        seconds = dice.choice([0, 7 * DAY, 14 * DAY, -1, 7 * DAY - 1, 14 * DAY - 1])
        at = midnight + timedelta(seconds=seconds if n < 20 else dice.randrange(14 * DAY))
        broken = dice.random() < 0.4
        said.append(
            {
                "at": at.astimezone(UTC),
                "metric": dice.choice(Metric.values),
                "took": dice.randrange(30, 90_000),
                "over": timedelta(seconds=dice.randrange(1, 200_000)) if broken else None,
                "is_open": broken and dice.random() < 0.3,
                "level_id": dice.randint(1, 4),
                "target_seconds": dice.choice([3600, 7200]),
                "brand_id": dice.choice(brands),
                "request_type_id": dice.choice(types),
                "subcategory_id": dice.choice([None, subcategory]),
                "organization_id": dice.choice([None, *(each.pk for each in clinics)]),
                "team_id": dice.choice([None, team.pk]),
                "assignee_id": dice.choice([None, alex.pk, morgan.pk]),
                "product": dice.choice(["", "Scheduling", "Nurse call"]),
                "restricted": dice.random() < 0.2,
            }
        )
    outcomes(ticket, said)


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
            else verdict.product
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


@pytest.mark.parametrize("by", ["", "week", "brand", "team", "product", "agent"])
def test_every_number_leads_to_exactly_as_many_promises(by, many, morgan, alex, time):
    alex.is_staff = False
    alex.save(update_fields=["is_staff"])
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
                if number and cell.text not in (0, NOTHING):
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


def test_a_period_in_which_nothing_ended_says_so(ticket, morgan):
    page = read(COMPLIANCE, morgan, **WEEK).content.decode()

    assert "No promises ended in this period." in page
    assert "What is counted" in page


def test_without_days_in_the_address_it_is_the_last_seven(ticket, morgan):
    found = read(COMPLIANCE, morgan).context["report"].period

    assert (found.first, found.last, found.zone.key) == (
        date(2025, 12, 30),
        date(2026, 1, 5),
        "America/New_York",
    )


def test_the_usual_periods_are_links_with_days_and_zone(ticket, morgan):
    periods = read(COMPLIANCE, morgan, level=2).context["periods"]

    zone = "zone=America%2FNew_York"
    assert [
        (each["label"], each["url"].partition("?")[2], each["current"]) for each in periods
    ] == [
        ("Last 7 days", f"level=2&first=2025-12-30&last=2026-01-05&{zone}", True),
        ("Last 30 days", f"level=2&first=2025-12-07&last=2026-01-05&{zone}", False),
        ("This month", f"level=2&first=2026-01-01&last=2026-01-31&{zone}", False),
        ("Last month", f"level=2&first=2025-12-01&last=2025-12-31&{zone}", False),
    ]


def test_days_that_cannot_be_count_nothing_and_say_why(ticket, morgan):
    response = read(COMPLIANCE, morgan, first="2026-01-05", last="2026-01-01")

    assert "report" not in response.context
    assert "Enter a last day that is not before the first." in response.content.decode()


def test_tiles_are_held_against_the_goal_and_the_period_before(ticket, morgan):
    Goal.objects.create(metric="resolution", percent=90)
    before, within = WITHIN - timedelta(days=7), {"at": WITHIN}
    broken = {"over": timedelta(hours=2)}
    outcomes(ticket, [{"at": before}] * 3 + [{"at": before, **broken}])
    outcomes(ticket, [within] * 11 + [{**within, **broken}])

    tiles = read(COMPLIANCE, morgan, **WEEK).context["tiles"]

    assert [(tile.label, tile.value, tile.detail) for tile in tiles] == [
        ("First response met", "–", "none ended"),
        ("Resolution met", "91.7 %", "goal 90 % · ▲ 16.7 points · 11 of 12"),
        ("Broken", 1, "1 in the period before"),
        ("Half of the broken ones over by", "2:00", "2:00 in the period before"),
    ]


def test_too_few_are_flagged_and_stand_behind_those_that_can_be_judged(ticket, morgan):
    few, many = RequestType.objects.exclude(pk=ticket.request_type_id)[:2]
    outcomes(
        ticket,
        [
            *[{"at": WITHIN, "over": timedelta(hours=1), "request_type_id": few.pk}] * 9,
            *[{"at": WITHIN, "request_type_id": many.pk}] * 10,
        ],
    )

    _levels, parts = read(COMPLIANCE, morgan, **WEEK).context["tables"]

    assert [(line.name, line.row.tally, line.row.tally.is_too_few) for line in parts.lines] == [
        (many.name, Tally(10, 0), False),
        (few.name, Tally(0, 9), True),
    ]


def test_more_organizations_than_one_reads_are_told_together_and_add_up(ticket, morgan):
    clinics = [Organization.objects.create(name=f"Clinic {n:02}") for n in range(30)]
    said = [{"at": WITHIN, "organization_id": clinic.pk} for clinic in clinics for _n in range(2)]
    outcomes(ticket, said)

    shown = read(COMPLIANCE, morgan, **WEEK, by="organization").context["tables"][1]
    whole = read(COMPLIANCE, morgan, **WEEK, by="organization", all="on").context["tables"][1]

    assert [line.name for line in shown.lines][-2:] == ["Clinic 24", "5 others"]
    assert (len(shown.lines), shown.hidden) == (26, 5)
    assert shown.lines[-1].row.tally == Tally(10, 0)
    assert not any(cell.url for cell in shown.lines[-1].cells)
    assert (len(whole.lines), whole.hidden) == (30, 0)


def test_a_day_of_twenty_five_hours_has_all_of_them(ticket, morgan):
    clocks_go_back = {"first": "2025-11-02", "last": "2025-11-02", "zone": "America/New_York"}
    midnight = datetime(2025, 11, 2, 4, tzinfo=UTC)
    second = timedelta(seconds=1)
    ends = (midnight - second, midnight, midnight + timedelta(hours=25) - second)
    outcomes(ticket, [{"at": at} for at in (*ends, midnight + timedelta(hours=25))])

    found = read(COMPLIANCE, morgan, **clocks_go_back).context["report"]

    assert found.tally == Tally(2, 0)


def test_a_manager_of_one_brand_has_that_brands_figures(many, make_user, time):
    outsider = make_user("Otto", role="manager")

    assert report(outsider).tally == Tally()


def test_the_page_asks_as_often_whatever_there_is_to_count(ticket, morgan):
    asked = []
    for number in (1, 3):
        outcomes(ticket, [{"at": WITHIN, "level_id": level + 1} for level in range(number)])
        client = signed_in(morgan)
        client.get(COMPLIANCE, WEEK)
        with CaptureQueriesContext(connection) as queries:
            client.get(COMPLIANCE, WEEK)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_a_picture_says_what_it_finds(ticket, morgan):
    before = {"at": WITHIN - timedelta(days=7)}
    said = [{"at": WITHIN, "level_id": 1}] * 15 + [{"at": WITHIN, "level_id": 2}] * 10
    broken = [{"at": WITHIN, "level_id": 2, "over": timedelta(hours=1)}] * 5
    outcomes(ticket, [*said, *broken, *[before] * 10])

    [trend] = read(COMPLIANCE, morgan, **WEEK).context["trends"]

    assert trend.finding == (
        "Resolution: met fell from 100.0 % to 83.3 %. Level 2 is worst, with 66.7 %."
    )
    assert [(bar.given.label, bar.given.words) for bar in trend.bars] == [
        ("29 Dec–4 Jan", "25 of 30 met, 83.3 %")
    ]
