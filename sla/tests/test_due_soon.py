"""Which agents hear that a promise is due soon: as each chose, but for what is a duty."""

from __future__ import annotations

from datetime import time as at_hour

import pytest

from sla.notices import endangered
from sla.sweep import sweep
from sla.tests.standings import clock_of
from tickets import desk_settings, services
from tickets.mail.expand import expand
from tickets.mail.models import Notice, OutboundEmail, PutOff
from tickets.models import DeskWatch, Ticket


def test_of_a_promise_near_its_end_hears_who_watches_the_ticket_too(near, alex, make_user, time):
    watcher = make_user("Wim", role="agent")
    clock = near(assignee=alex)
    DeskWatch.objects.create(ticket=clock.ticket, user=watcher, created_at=time.at)

    announcement = endangered([clock.pk])[clock.pk]

    assert announcement.reasons == {alex.pk: "assigned", watcher.pk: "watching"}


def test_an_assignee_who_may_not_see_the_ticket_any_more_is_no_reason_for_silence(
    near, make_team, alex, morgan
):
    clock = near(assignee=alex)
    make_team("Others", members=[morgan], brands=["perfectserve"])

    assert endangered([clock.pk])[clock.pk].reasons == {morgan.pk: "reported"}


@pytest.mark.parametrize(("level", "mailed"), [(2, 1), (3, 0)])
def test_of_a_level_that_cannot_wait_an_agent_hears_in_their_quiet_hours(
    make_ticket, alex, time, level, mailed
):
    desk_settings.choose(alex, quiet_from=at_hour(0), quiet_until=at_hour(23))
    ticket = make_ticket(level=level)
    Ticket.objects.update(assignee=alex)
    clock = clock_of(ticket, "first_response")
    time.at = clock.due_at - (clock.due_at - time.at) / 10
    sweep(time.at)

    expand(time.at, limit=100)

    assert OutboundEmail.objects.filter(kind="endangered").count() == mailed
    assert PutOff.objects.count() == 1 - mailed


def test_who_chose_so_is_not_warned_and_leads_hear_of_what_nobody_has_whatever_they_chose(
    near, make_team, make_user, alex, time
):
    lead = make_user("Lee", role="agent")
    for user in (alex, lead):
        desk_settings.choose(user, due_soon="never")
    near(assignee=alex)
    near(team=make_team("Clinical", leads=[lead]))

    expand(time.at, limit=100)

    mails = OutboundEmail.objects.filter(kind="endangered")
    assert list(mails.values_list("recipient", flat=True)) == ["lee@example.com"]


@pytest.mark.parametrize(("is_answered", "told"), [(False, 2), (True, 1)])
def test_after_quiet_hours_an_agent_is_told_of_each_promise_that_is_still_near_its_end(
    make_ticket, alex, time, is_answered, told
):
    desk_settings.choose(alex, quiet_from=at_hour(0), quiet_until=at_hour(23))
    ticket = make_ticket(level=3)
    Ticket.objects.update(assignee=alex)
    # The first response, which may have been kept meanwhile, is the newer notice.
    for metric in ("resolution", "first_response"):
        near_its_end = clock_of(ticket, metric).pk
        Notice.objects.create(
            kind="endangered", subject_id=near_its_end, created_at=time.at, next_try_at=time.at
        )
    expand(time.at, limit=100)
    assert PutOff.objects.filter(over_at=None).count() == 2
    if is_answered:
        services.reply(ticket, by=alex, body="Hello")

    desk_settings.choose(alex, quiet_from=None, quiet_until=None)
    PutOff.objects.update(until=time.at)
    expand(time.at, limit=100)

    assert OutboundEmail.objects.filter(kind="endangered").count() == told
    assert not PutOff.objects.filter(over_at=None).exists()
