"""Saying why a promise was broken, and what is done about it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.acknowledging import acknowledge
from sla.models import Acknowledgement, Breach, Reason
from sla.panels import breaches
from sla.tests.broken import HANDED, NOT_SEEN, TOO_FEW, action, break_first_responses, reason
from sla.tests.standings import after
from tickets import ending, timeline
from tickets.conversation import Turn, take_turn
from tickets.models import Event, Ticket
from tickets.services import Refused
from tickets.timeline import Entry


@pytest.fixture
def breach(make_ticket, time):
    return break_first_responses(time, make_ticket(level=1))[0]


def kept(breach):
    return Breach.objects.values_list(
        "acknowledged_at", "acknowledged_by__name", "reason__name", "action__name"
    ).get(pk=breach.pk)


def test_a_breach_is_acknowledged_with_who_when_why_and_what(breach, morgan, time):
    is_new = acknowledge(breach, by=morgan, reason=reason(), action=action())

    assert is_new
    assert kept(breach) == (after(hours=2), "Morgan", TOO_FEW, "Talked to the customer")


def test_the_same_again_changes_nothing_and_says_so(breach, morgan, make_user, time):
    acknowledge(breach, by=morgan, reason=reason(), action=action())
    time.advance(hours=1)

    is_new = acknowledge(
        breach, by=make_user("Mia", role="manager"), reason=reason(), action=action()
    )

    assert not is_new
    assert kept(breach) == (after(hours=2), "Morgan", TOO_FEW, "Talked to the customer")
    assert Acknowledgement.objects.count() == 1


def test_a_change_takes_the_place_and_both_stay_on_the_timeline(breach, morgan, make_user, time):
    acknowledge(breach, by=morgan, reason=reason(), action=action())
    time.advance(hours=1)
    mia = make_user("Mia", role="manager")

    acknowledge(breach, by=mia, reason=reason(NOT_SEEN), action=action(HANDED))

    assert kept(breach) == (after(hours=3), "Mia", NOT_SEEN, HANDED)
    assert breaches(breach.clock.ticket, morgan)[-2:] == [
        Entry(
            after(hours=2),
            "Morgan said why “First response” was missed: Too few people for what came in."
            " Action: Talked to the customer",
            kind="told",
        ),
        Entry(
            after(hours=3),
            "Mia said why “First response” was missed: Not seen in time."
            " Action: Handed to somebody else",
            kind="told",
        ),
    ]


def test_customers_read_nothing_of_it(breach, dana, morgan):
    acknowledge(breach, by=morgan, reason=reason(), action=action())

    hers = [entry.sentence for entry in timeline.entries(breach.clock.ticket, dana)]

    assert not [sentence for sentence in hers if "Too few" in sentence or "Morgan" in sentence]


def test_who_writes_an_answer_meanwhile_need_not_look_again(breach, morgan, alex):
    ticket = breach.clock.ticket
    acknowledge(breach, by=morgan, reason=reason(), action=action())

    take_turn(ticket, by=alex, turn=Turn(version=ticket.version, body="Sorry for the wait."))

    assert list(Event.objects.order_by("pk").values_list("type", flat=True)) == [
        "opened",
        "replied",
        "status_changed",
        "assigned",
    ]


def test_what_is_no_longer_offered_is_refused(breach, morgan):
    chosen = reason()
    Reason.objects.filter(pk=chosen.pk).update(is_archived=True)

    with pytest.raises(Refused, match="“Too few people for what came in” is no longer offered."):
        acknowledge(breach, by=morgan, reason=chosen, action=action())

    assert kept(breach) == (None,) * 4


def test_what_was_said_stays_when_its_reason_is_archived(breach, morgan):
    chosen = reason()
    acknowledge(breach, by=morgan, reason=chosen, action=action())
    Reason.objects.filter(pk=chosen.pk).update(is_archived=True)

    assert not acknowledge(breach, by=morgan, reason=chosen, action=action())
    assert kept(breach)[2] == TOO_FEW


def test_what_was_not_broken_after_all_is_refused(breach, morgan, time):
    Breach.objects.update(retracted_at=time.at, retraction_reason="A reply came late.")

    with pytest.raises(Refused, match="It was not broken after all."):
        acknowledge(breach, by=morgan, reason=reason(), action=action())


@pytest.mark.parametrize("end", [ending.mark_spam, ending.delete])
def test_what_managers_read_no_breach_of_is_refused(breach, morgan, alex, end):
    end(breach.clock.ticket, by=alex)

    with pytest.raises(Refused, match="spam or deleted"):
        acknowledge(breach, by=morgan, reason=reason(), action=action())


def test_what_was_merged_was_broken_all_the_same(breach, make_ticket, morgan, alex):
    ending.merge(breach.clock.ticket, into=make_ticket(), by=alex)

    assert acknowledge(breach, by=morgan, reason=reason(), action=action())


def test_only_who_manages_the_brand_and_may_read_the_ticket_says_why(
    breach, make_user, make_team, alex, dana, morgan
):
    mia = make_user("Mia", role="manager")
    make_team("Ours", members=[morgan], brands=["perfectserve"])
    make_team("Theirs", members=[mia], brands=["clinical-collaboration"])
    rita, ada = make_user("Rita", role="read_only"), make_user("Ada", role="administrator")

    for somebody in (mia, alex, dana, rita, ada):
        with pytest.raises(Refused, match="You may not acknowledge"):
            acknowledge(breach, by=somebody, reason=reason(), action=action())
    assert acknowledge(breach, by=morgan, reason=reason(), action=action())


def test_who_filed_it_as_a_customer_does_not_say_why_it_was_late(
    make_ticket, make_user, make_team, time
):
    mia = make_user("Mia", role="manager")
    make_team("Theirs", brands=["perfectserve"])
    [breach] = break_first_responses(time, make_ticket(level=1, requester=mia))

    with pytest.raises(Refused, match="You may not acknowledge"):
        acknowledge(breach, by=mia, reason=reason(), action=action())


def test_of_a_restricted_ticket_only_who_may_read_it_says_why(breach, morgan, make_user):
    Ticket.objects.update(restricted=True)
    with pytest.raises(Refused, match="You may not acknowledge"):
        acknowledge(breach, by=morgan, reason=reason(), action=action())

    mia = make_user("Mia", role="manager")
    mia.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))

    assert acknowledge(breach, by=mia, reason=reason(), action=action())


def test_many_acknowledgements_cost_the_timeline_no_more_queries_than_one(breach, morgan, time):
    asked = []
    breaches(breach.clock.ticket, morgan)  # what Morgan may do is asked once
    for name in (TOO_FEW, NOT_SEEN, TOO_FEW):
        acknowledge(breach, by=morgan, reason=reason(name), action=action())
        with CaptureQueriesContext(connection) as queries:
            breaches(breach.clock.ticket, morgan)
        asked.append(len(queries))

    assert asked == [asked[0]] * 3
