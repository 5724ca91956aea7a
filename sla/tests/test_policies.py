"""Policies: loaded as rows, kept in memory, and what they would promise."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import editing, services
from sla.models import Metric, Policy, PolicyRule, PolicyVersion, Target
from sla.promise import Promise, promised
from sla.tests.standings import HOURS, START, after, open_hours
from tickets.services import promise_attributes


def test_the_shipped_policy_is_loaded(db):
    version = PolicyVersion.objects.get()

    assert (version.policy.key, version.policy.name, version.number) == ("seed", "Standard", 1)
    assert (version.pause_statuses, version.pausable, version.reopen, version.retarget) == (
        ["pending"],
        ["next_response", "resolution"],
        "resume",
        "no_retroactive",
    )
    assert set(Target.objects.values_list("level", "metric", "seconds")) == {
        (level, metric, hours * 3600)
        for level, pair in HOURS.items()
        for metric, hours in zip(("first_response", "resolution"), pair, strict=True)
    }
    rule = PolicyRule.objects.get()
    assert (rule.organization, rule.brand, rule.product, rule.request_type, rule.starts_at) == (
        None,
        None,
        "",
        None,
        None,
    )


def test_the_same_hours_again_change_nothing(db, time):
    assert services.load_policy(HOURS) == "SLA policy “Standard”: unchanged"

    assert PolicyVersion.objects.count() == 1
    assert PolicyRule.objects.count() == 1


def test_other_hours_make_a_new_version_and_leave_the_old_one(db, time):
    before = list(PolicyVersion.objects.get().targets.order_by("pk").values())

    assert services.load_policy(HOURS | {4: (24, 240)}) == "SLA policy “Standard”: version 2"

    assert list(PolicyVersion.objects.get(number=1).targets.order_by("pk").values()) == before
    newer = PolicyVersion.objects.get(number=2)
    assert newer.created_at == START
    assert newer.targets.get(level=4, metric=Metric.FIRST_RESPONSE).seconds == 24 * 3600
    assert PolicyRule.objects.count() == 1


def test_other_hours_keep_what_a_file_cannot_say(db, time):
    version = PolicyVersion.objects.get()
    calendar = open_hours("office").calendar
    version.targets.filter(level=4).update(calendar=calendar)
    version.targets.create(level_id=1, metric=Metric.NEXT_RESPONSE, seconds=600)
    version.steps.create(minutes=30, audience="leads")
    before = editing.terms_in_force(version)

    services.load_policy(HOURS | {1: (2, 24)})

    after_it = editing.terms_in_force(PolicyVersion.objects.get(number=2))
    told = {(each.level, each.metric): each for each in after_it.targets}
    assert told.pop((1, "first_response")).seconds == 2 * 3600
    assert set(told.values()) == {
        each for each in before.targets if (each.level, each.metric) != (1, "first_response")
    }
    assert after_it.steps == before.steps


def test_what_would_be_promised_is_what_filing_promises(make_ticket, time):
    ticket = make_ticket(level=3)

    assert promised(level=3, attributes=promise_attributes(ticket), at=START) == [
        Promise("first_response", "First reply", 4 * 3600, after(hours=4), "We will reply by"),
        Promise("resolution", "Solved", 120 * 3600, after(hours=120), "We aim to solve it by"),
    ]


def test_without_a_rule_nothing_would_be_promised(db, time):
    Policy.objects.get().rules.all().delete()

    assert promised(level=3, attributes={}, at=START) == []


def test_a_promise_costs_one_query_once_the_book_is_read(db, time):
    promised(level=3, attributes={}, at=START)

    with CaptureQueriesContext(connection) as queries:
        promised(level=1, attributes={}, at=START)

    assert len(queries) == 1
