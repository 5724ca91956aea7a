"""Whoever looks, through whichever filters: lists, tabs, tiles, pictures, files and mails agree."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import QueryDict
from django.utils.http import urlencode

from sla import editions
from sla.acknowledging import acknowledge
from sla.models import Action, Breach, Edition, Metric, Reason
from sla.periods import Period
from sla.scope import Scope
from sla.subscribing import filters_of, subscribe
from sla.sweep import sweep
from sla.tests.lives import verbs_of
from sla.tests.managers import BREACHED, DECIDED, file, lines, pages, read, rows
from sla.tests.standings import START
from sla.zones import zone
from tickets import counting, ending, services
from tickets.catalog.models import Brand, RequestType
from tickets.models import Ticket

COMPLIANCE, REASONS = "/admin/sla/compliance/", "/admin/sla/reasons/"
KINDS = [
    {"brand": "perfectserve"},
    {"type": "legal-information", "about": None},
    {"brand": "clinical-collaboration", "type": "payment", "about": None},
]
# What usually happens: a ticket that is merged or spam at once would break no promise.
OFTEN = ("reply", "answer", "level", "status", "status", "assign", "whose", "sweep")


@pytest.fixture
def viewers(make_user, make_team):
    """One who serves both brands, one who serves one, and one who also sees what is restricted."""
    morgan, lena, nora = (
        make_user(name, role="manager", time_zone="UTC") for name in ("Morgan", "Lena", "Nora")
    )
    lena.groups.add(Group.objects.get(name="Legal requests"))
    every = [brand.key for brand in Brand.objects.all()]
    make_team("Both", members=[morgan, lena], brands=every)
    make_team("One", members=[nora], brands=["clinical-collaboration"])
    return {"both": morgan, "legal": lena, "one brand": nora}


@pytest.fixture
def verbs(make_ticket, make_user, alex, dana, time):
    bo = make_user("Bo", role="agent")
    for agent in (alex, bo):
        agent.groups.add(Group.objects.get(name="Legal requests"))
    return verbs_of(alex, dana, into=make_ticket(), time=time) | {
        "assign": lambda ticket, n: services.assign(ticket, by=alex, to=[alex, bo, None][n % 3]),
        "delete": lambda ticket, _n: ending.delete(ticket, by=alex),
    }


def live(verbs, make_ticket, time, dice):
    """Let a fortnight pass over tickets to which anything may happen."""
    tickets = []
    for _day in range(14):
        tickets += [
            make_ticket(level=dice.randint(1, 4), **dice.choice(KINDS))
            for _new in range(dice.randint(1, 2))
        ]
        for _step in range(6):
            time.advance(minutes=dice.randrange(30, 450))
            verb = verbs[dice.choice([*sorted(verbs), *OFTEN, *OFTEN])]
            try:
                with transaction.atomic():
                    verb(Ticket.objects.get(pk=dice.choice(tickets).pk), dice.randrange(12))
            except services.Refused:
                continue
    sweep(time.at)


def explain(by, dice):
    """Say of some of what was broken why."""
    reasons, actions = list(Reason.objects.all()[:3]), list(Action.objects.all()[:2])
    for breach in Breach.objects.standing().select_related("clock__ticket"):
        if breach.clock.ticket.outcome in ("", "merged") and dice.random() < 0.5:
            acknowledge(breach, by=by, reason=dice.choice(reasons), action=dice.choice(actions))


def asked(dice, alex):
    """Yield filters one by one, and as somebody may combine them."""
    choices = {
        "brand": [brand.pk for brand in Brand.objects.all()],
        "level": [1, 2, 3, 4],
        "metric": [Metric.FIRST_RESPONSE.value, Metric.RESOLUTION.value],
        "request_type": list(
            RequestType.objects.filter(
                key__in=["perfectserve", "legal-information", "payment"]
            ).values_list("pk", flat=True)
        ),
        "agent": [alex.pk, 0],
        "team": [0],
        "organization": ["river", "harbor"],
        "reason": [0, Reason.objects.first().pk],
        "restricted": ["yes"],
    }
    for names in [*([name] for name in choices), *(dice.sample([*choices], 2) for _ in range(3))]:
        yield {name: dice.choice(choices[name]) for name in names}


def listed(page, user, params):
    """Every line of a list, page by page, as number and promise."""
    return [
        (line.number, line.metric)
        for response in pages(page, user, **params)
        for line in lines(response)
    ]


def filed(page, user, params):
    return [(row["Ticket"], row["Promise"]) for row in rows(file(page, user, **params))]


def tab(response):
    """What the tab of the broken ones says."""
    return next(tab["count"] for tab in response.context["tabs"] if tab["label"] == "Breached")


def by_mail(user, params, *, period):
    """What the report says that this reader would have been mailed of this view."""
    asked = QueryDict(urlencode(params))
    filters = filters_of(asked, scope=Scope.of(user))
    subscription = subscribe(user, filters=filters, every="week", hour=7, weekday=0)
    monday = period.until + timedelta(hours=8)
    subscription.next_at = monday - timedelta(hours=1)
    subscription.save(update_fields=["next_at"])
    editions.write_due(monday)
    subscription.refresh_from_db()
    assert subscription.stopped_at is None
    [edition] = Edition.objects.filter(subscription=subscription)
    assert (edition.first, edition.last) == (period.first, period.last)
    return edition.figures["rows"]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_page_file_and_mail_counts_the_same_promises(
    verbs, viewers, make_ticket, alex, time, seed
):
    dice = random.Random(seed)
    live(verbs, make_ticket, time, dice)
    explain(viewers["legal"], dice)
    time.at = START + timedelta(days=16)
    sweep(time.at)
    day = (START + timedelta(days=7)).date()
    monday = day - timedelta(days=day.weekday())
    week = Period(monday, monday + timedelta(days=6), zone("UTC"))

    plain = [agree(user, {}, week) for user in viewers.values()]
    for params in asked(dice, alex):
        agree(dice.choice([*viewers.values()]), params, week)

    both, legal, one = plain
    assert both == legal > one > 0


def agree(user, params, week: Period):
    """Look at a week everywhere, and say how many broken promises all of it counts."""
    first, last = week.first.isoformat(), week.last.isoformat()
    days = {"first": first, "last": last, "zone": week.zone.key}
    asked, where = {**params, **days}, (user, params)
    broken, decided = listed(BREACHED, user, asked), listed(DECIDED, user, asked)

    assert filed(BREACHED, user, asked) == broken, where
    assert filed(DECIDED, user, asked) == decided, where
    only_broken = listed(DECIDED, user, {**asked, "result": "broken"})
    assert sorted(only_broken) == sorted(broken), where
    assert tab(read(BREACHED, user, **asked)) == counting.in_words(len(broken)), where
    reasons = read(REASONS, user, **asked).context["reasons"]
    assert reasons.broken + reasons.restricted == len(broken), where
    if "reason" not in params:  # of which the report knows nothing, as what was met has none
        reported(user, asked, broken=len(broken), decided=len(decided), where=where)
        told = by_mail(user, params, period=week)
        assert sum(row["broken"] for row in told) == len(broken), where
        assert sum(row["met"] for row in told) == len(decided) - len(broken), where
    return len(broken)


def reported(user, asked, *, broken, decided, where):
    """Hold the tiles, tables and pictures of the report against the lists."""
    page = read(COMPLIANCE, user, **asked)
    assert tab(page) == counting.in_words(broken), where
    assert page.context["report"].tally.number == decided, where
    if not decided:
        return
    assert [tile.value for tile in page.context["tiles"] if tile.label == "Broken"] == [broken], (
        where
    )
    for table in page.context["tables"]:
        assert sum(line.row.tally.broken for line in table.lines) == broken, where
        assert sum(line.row.tally.number for line in table.lines) == decided, where
    bars = [bar.given.amounts for picture in page.context["trends"] for bar in picture.bars]
    met, late = zip(*bars, strict=True)
    assert sum(part.number for part in late) == broken, where
    assert sum(part.number for part in met) == decided - broken, where
