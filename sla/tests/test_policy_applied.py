"""A policy applied to open tickets: what was foretold, beside agents at work, true to the log."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection, transaction

from sla import editing, editor, previews
from sla.edited import POLICY
from sla.models import Clock, PolicyRule, PolicyVersion
from sla.proposal_page import save
from sla.proposals import TargetTerms, terms_of
from sla.sweep import sweep
from sla.tests.editors import newest, standard, work
from sla.tests.standings import after, assert_stored, gold
from tickets import clock, jobs, services
from tickets.catalog.models import RequestType
from tickets.models import Event, Job, Ticket

STORIES = 150


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


@pytest.fixture(autouse=True)
def small_slices(monkeypatch):
    """Let a few hundred tickets take many slices."""
    monkeypatch.setattr(previews, "FOLDED", 70)
    monkeypatch.setattr(previews, "LOCKED", 40)


def proposal(by, **changes):
    """Look at a change of the standard policy; returns the finished job."""
    terms = editing.terms_in_force(newest())
    targets = {(each.level, each.metric): each for each in terms.targets}
    for (level, metric), seconds in changes.pop("targets", {}).items():
        if seconds is None:
            targets.pop((level, metric), None)
        else:
            targets[level, metric] = TargetTerms(level, metric, seconds)
    said = {**vars(terms), "targets": tuple(sorted(targets.values())), **changes}
    where = editor.propose(
        POLICY, standard(), said=type(terms)(**said).as_json(), comment="", by=by
    )
    return work(Job.objects.get(leads_to=where))


def live(chance, ticket, *, alex, dana, time):
    """Let a ticket have some story; what cannot be done as things stand is not."""
    verbs = (
        lambda: services.reply(ticket, by=alex, body="Yes."),
        lambda: services.reply(ticket, by=dana, body="No."),
        lambda: services.set_level(ticket, by=alex, to=chance.randint(1, 4), reason="It is so."),
        lambda: services.set_status(
            ticket, by=alex, to=chance.choice(["open", "pending", "on_hold", "solved"])
        ),
    )
    for _ in range(chance.randint(0, 5)):
        time.advance(minutes=chance.randint(1, 120))
        try:
            with transaction.atomic():
                chance.choice(verbs)()
        except services.Refused:
            continue


@pytest.mark.parametrize("retarget", ["no_retroactive", "from_start"])
def test_what_was_foretold_of_random_stories_is_what_comes_and_replay_proves_it(
    make_ticket, alex, dana, robin, time, retarget
):
    gold({3: (2, 20)}, request_type=RequestType.objects.get(key="payment"))
    chance = random.Random(7)
    for number in range(STORIES):
        time.at = after(minutes=chance.randint(1, 2000))
        kind = {"type": "payment", "about": None} if number % 10 == 0 else {}
        ticket = make_ticket(level=chance.randint(1, 4), **kind)
        live(chance, ticket, alex=alex, dana=dana, time=time)
    time.at = after(days=2)
    sweep(time.at)
    time.advance(hours=1)
    changes = {
        "targets": {
            (1, "first_response"): 1800,
            (2, "resolution"): 30 * 86400,
            (3, "resolution"): 3600,
            (3, "next_response"): 7200,
            (4, "first_response"): None,
        },
        "pause_statuses": ("on_hold", "pending"),
        "retarget": retarget,
    }

    foretold = proposal(robin, **changes)
    applied = work(save(POLICY, foretold, by=robin, is_for_open=True))

    came = {name: applied.result[name] for name in foretold.result}
    assert came == foretold.result
    assert came["tickets"] == Event.objects.filter(type="policy_changed").count() > 60
    assert came["moved"] > 20
    assert (came["breached"] > 0) == (retarget == "from_start")
    time.advance(minutes=1)
    for ticket in Ticket.objects.all():
        services.note(ticket, by=alex, body="Looked at.")
        sweep(time.at)
        assert_stored(ticket, as_of=time.at)


def test_tickets_under_another_policy_or_closed_are_left_alone(make_ticket, alex, robin, time):
    closed, payment = make_ticket(), make_ticket(type="payment", about=None)
    time.advance(minutes=1)
    gold({3: (2, 20)}, request_type_id=payment.request_type_id)
    other = make_ticket(type="payment", about=None)
    services.set_status(closed, by=alex, to="solved")
    time.advance(minutes=1)

    foretold = proposal(robin, targets={(3, "first_response"): 600})
    work(save(POLICY, foretold, by=robin, is_for_open=True))

    assert list(Event.objects.filter(type="policy_changed").values_list("ticket", flat=True)) == [
        payment.pk
    ]
    assert foretold.result["tickets"] == 1
    assert Clock.objects.filter(ticket__in=[closed, other], policy_version=newest()).count() == 0


def test_applied_twice_it_changes_nothing_more(make_ticket, robin, time):
    make_ticket()
    time.advance(minutes=1)
    job = save(POLICY, proposal(robin, warn_percent=50), by=robin, is_for_open=True)
    work()

    Job.objects.filter(pk=job.pk).update(
        state={}, result={}, done=0, finished_at=None, next_try_at=time.at
    )
    again = work(job)

    assert again.result["tickets"] == 0
    assert Event.objects.filter(type="policy_changed").count() == 1


def test_a_ticket_of_the_first_version_gets_the_third(make_ticket, robin, time):
    first = make_ticket()
    time.advance(minutes=1)
    save(POLICY, proposal(robin, warn_percent=50), by=robin, is_for_open=False)
    time.advance(minutes=1)
    second = make_ticket()
    time.advance(minutes=1)

    work(save(POLICY, proposal(robin, warn_percent=60), by=robin, is_for_open=True))

    versions = list(PolicyVersion.objects.order_by("number").values_list("pk", flat=True))
    changed = Event.objects.filter(type="policy_changed")
    assert [(event.ticket_id, event.data["from"], event.data["to"]) for event in changed] == [
        (first.pk, versions[0], versions[2]),
        (second.pk, versions[1], versions[2]),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_an_agent_holds_waits_for_nobody_and_comes_again(
    furnished, make_ticket, make_user, alex
):
    robin = make_user("Robin", role="administrator")
    held, free = make_ticket(level=1), make_ticket(level=1)
    foretold = proposal(robin, targets={(1, "first_response"): 1800})
    job = save(POLICY, foretold, by=robin, is_for_open=True)

    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=held.pk)
        worker = threading.Thread(target=lambda: (jobs.work(clock.now()), connection.close()))
        worker.start()
        worker.join(timeout=30)
        assert not worker.is_alive()
        changed = list(Event.objects.filter(type="policy_changed").values_list("ticket", flat=True))
        assert changed == [free.pk]
    services.reply(held, by=alex, body="We are on it.")
    done = work(job)

    assert (done.done, done.total, done.result["tickets"]) == (2, 2, 2)
    assert Event.objects.filter(type="policy_changed").count() == 2
    for ticket in (held, free):
        assert_stored(ticket, as_of=clock.now())


def test_rules_that_were_ended_still_choose_for_what_was_filed_then(make_ticket, robin, time):
    ticket = make_ticket()
    time.advance(minutes=1)
    services_of_rules = PolicyRule.objects.filter(policy=standard())
    services_of_rules.update(ends_at=time.at)
    time.advance(minutes=1)

    foretold = proposal(robin, targets={(3, "first_response"): 600})

    assert foretold.result["tickets"] == 1
    assert terms_of(foretold.params["said"]).target(3, "first_response").seconds == 600
    work(save(POLICY, foretold, by=robin, is_for_open=True))
    assert Clock.objects.get(ticket=ticket, metric="first_response").target_seconds == 600


@pytest.mark.parametrize("tickets", [1, 3])
def test_a_slice_takes_the_same_queries_however_many_tickets_it_holds(
    make_ticket, robin, time, django_assert_num_queries, tickets
):
    for _ in range(tickets):
        make_ticket(level=1)
    time.advance(minutes=1)
    job = save(
        POLICY,
        proposal(robin, targets={(1, "first_response"): 1800}),
        by=robin,
        is_for_open=True,
    )
    job.state, job.result = {"last": 0, "again": []}, previews.empty_tally()
    change = previews._saved(job.params)
    ids = list(Ticket.objects.values_list("pk", flat=True))

    with django_assert_num_queries(18):
        previews._change(job, ids, change)
