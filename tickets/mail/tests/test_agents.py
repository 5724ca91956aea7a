"""What agents are mailed about tickets of theirs: who hears, why, and as they chose."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from accounts.models import Team, User
from tickets import desk_settings, ending, services
from tickets.conversation import Turn, take_turn
from tickets.mail.digests import write_due
from tickets.mail.expand import expand
from tickets.mail.models import Digest, Notice, OutboundEmail, PutOff
from tickets.models import DeskWatch, Ticket

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)  # in New York


@pytest.fixture
def ben(desk):
    ben = desk.person("ben@acme.example", name="Ben", is_staff=True)
    ben.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_ticket", "work_ticket"])
    )
    return User.objects.get(pk=ben.pk)


@pytest.fixture
def given(desk, time, ben):
    """A ticket that Ana gave to Ben, whose mail about that is made."""
    ticket = desk.ticket()
    services.assign(ticket, by=desk.agent, to=ben)
    expand(time.now, limit=100)
    return ticket


def watch(ticket, user, now):
    DeskWatch.objects.create(ticket=ticket, user=user, created_at=now)


def mailed(*kinds):
    mails = OutboundEmail.objects.filter(kind__in=kinds or ("assigned", "customer_replied"))
    return list(mails.order_by("id").values_list("ticket", "kind", "recipient"))


# --- Who hears --------------------------------------------------------------------------


def test_whom_a_ticket_is_given_to_hears_of_it(desk, given):
    assert mailed() == [(given.pk, "assigned", "ben@acme.example")]


def test_who_takes_a_ticket_is_not_told_and_nor_is_anybody_when_it_is_given_back(desk, time, ben):
    ticket = desk.ticket()
    services.assign(ticket, by=ben, to=ben)
    services.assign(ticket, by=ben, to=None)
    take_turn(desk.ticket(), by=ben, turn=Turn(body="Here."))

    expand(time.now, limit=100)

    assert mailed() == []


def test_of_a_ticket_that_went_on_to_somebody_else_only_they_hear(desk, time, ben):
    ticket, cleo = desk.ticket(), desk.person("cleo@acme.example", is_staff=True, is_superuser=True)
    services.assign(ticket, by=desk.agent, to=ben)
    services.assign(ticket, by=desk.agent, to=cleo)

    expand(time.now, limit=100)

    assert mailed() == [(ticket.pk, "assigned", "cleo@acme.example")]


def test_of_a_customers_answer_hear_who_has_the_ticket_and_who_watches_it(desk, time, given, ben):
    watch(given, desk.agent, time.now)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == [
        (given.pk, "customer_replied", "ana@acme.example"),
        (given.pk, "customer_replied", "ben@acme.example"),
    ]


def test_who_has_a_ticket_and_watches_it_is_told_once_and_why_it_is_theirs(desk, time, given, ben):
    watch(given, ben, time.now)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    mail = OutboundEmail.objects.get(kind="customer_replied")
    assert "You get this because the ticket is assigned to you." in mail.text


def test_nobody_hears_of_an_answer_on_a_ticket_that_nobody_has(desk, time):
    services.reply(desk.ticket(), by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed() == []


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"is_staff": False},
    ],
)
def test_who_left_hears_nothing(desk, time, given, ben, change):
    User.objects.filter(pk=ben.pk).update(**change)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []


def test_who_may_not_see_a_ticket_any_more_hears_nothing_of_it(desk, time, given, ben):
    desk.brand.teams.add(Team.objects.create(name="Others"))
    watch(given, desk.agent, time.now)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []


def test_a_restricted_ticket_is_told_to_who_may_see_it_by_number_and_link(desk, time, given, ben):
    watch(given, desk.agent, time.now)
    Ticket.objects.filter(pk=given.pk).update(restricted=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    mail = OutboundEmail.objects.get(kind="customer_replied")
    assert (mail.recipient, mail.subject) == (
        "ben@acme.example",
        f"[{given.number}] There is news",
    )
    assert f"/admin/tickets/ticket/{given.pk}/change/" in mail.text
    assert "replied" not in mail.text + mail.html
    assert "Bills" not in mail.text + mail.html
    assert "/admin/tickets/ticket/settings/" in mail.text


def test_an_automatic_answer_a_note_and_what_was_merged_or_deleted_are_not_told(
    desk, time, given, ben
):
    services.reply(given, by=desk.customer, body="-", automatic=True)
    services.note(given, by=desk.agent, body="-")
    services.reply(given, by=desk.customer, body="-")
    ending.delete(given, by=desk.agent)

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []


def test_the_mail_says_why_it_came_and_where_that_is_chosen_and_no_word_of_the_ticket(desk, given):
    mail = OutboundEmail.objects.get(kind="assigned")

    assert mail.subject == f"[{given.number}] Assigned to you"
    assert f"{given.number} is yours." in mail.text
    assert "Ana assigned it to you." in mail.text
    assert "You get this because the ticket is assigned to you." in mail.text
    assert "https://help.acme.example/admin/tickets/ticket/settings/" in mail.text
    assert "canary" not in mail.subject + mail.text + mail.html


def test_many_notices_cost_no_more_queries_than_one(desk, time, ben, django_assert_num_queries):
    def tell(number):
        for _ in range(number):
            services.assign(desk.ticket(), by=desk.agent, to=ben)

    desk_settings.choose(ben, quiet_from=clock(22), quiet_until=clock(6))
    for number in (1, 3):
        tell(number)
        with django_assert_num_queries(22):
            expand(time.now, limit=100)


# --- As they chose ----------------------------------------------------------------------


def test_who_wants_no_mail_gets_none(desk, time, given, ben):
    desk_settings.choose(ben, customer_replied="never")
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []
    assert not PutOff.objects.exists()


def test_in_quiet_hours_a_mail_waits_for_their_end(desk, time, given, ben):
    """It is told as things are then, once for each ticket; and blocks no other mail meanwhile."""
    desk_settings.choose(ben, quiet_from=clock(10), quiet_until=clock(12))
    services.reply(given, by=desk.customer, body="-")
    services.reply(given, by=desk.customer, body="-")
    expand(time.now, limit=100)
    assert mailed("customer_replied") == []

    time.now = NOON.replace(hour=16, minute=59)
    assert expand(time.now, limit=100) == 0
    time.now = NOON
    assert expand(time.now, limit=100) == 2
    assert expand(time.now, limit=100) == 0

    assert mailed("customer_replied") == [(given.pk, "customer_replied", "ben@acme.example")]
    assert set(PutOff.objects.values_list("over_at", flat=True)) == {NOON}


def test_what_waited_is_not_told_to_who_gave_the_ticket_away(desk, time, given, ben):
    desk_settings.choose(ben, quiet_from=clock(10), quiet_until=clock(12))
    services.reply(given, by=desk.customer, body="-")
    expand(time.now, limit=100)
    services.assign(given, by=ben, to=None)

    time.now = NOON
    expand(time.now, limit=100)

    assert mailed("customer_replied") == []
    assert not PutOff.objects.filter(over_at=None).exists()


def test_what_was_chosen_while_it_waited_counts(desk, time, given, ben):
    desk_settings.choose(ben, quiet_from=clock(10), quiet_until=clock(12))
    services.reply(given, by=desk.customer, body="-")
    expand(time.now, limit=100)

    desk_settings.choose(ben, quiet_until=clock(13))
    time.now = NOON
    expand(time.now, limit=100)
    assert mailed("customer_replied") == []
    desk_settings.choose(ben, customer_replied="digest")
    time.now = NOON.replace(hour=18)
    expand(time.now, limit=100)

    assert mailed("customer_replied") == []
    assert PutOff.objects.for_digests().count() == 1


# --- The digest -------------------------------------------------------------------------


@pytest.fixture
def daily(desk, time, given, ben):
    """Ben hears once a day at eight; on Friday at 10:40 two answers came on his ticket."""
    desk_settings.choose(ben, customer_replied="digest", assigned="digest", digest_at=clock(8))
    services.reply(given, by=desk.customer, body="canary reply")
    services.reply(given, by=desk.customer, body="canary reply")
    expand(time.now, limit=100)
    return given


SATURDAY = datetime(2026, 11, 28, 13, tzinfo=UTC)  # 8:00 in New York


def digests():
    return list(OutboundEmail.objects.filter(kind="digest").order_by("id"))


def run(now):
    written, _more = write_due(now)
    expand(now, limit=100)
    return written


def test_it_comes_once_at_their_hour_with_all_that_was_put_off(desk, time, daily, ben):
    assert run(SATURDAY.replace(hour=12, minute=59)) == 0
    assert run(SATURDAY) == 1
    assert run(SATURDAY) == 0

    (mail,) = digests()
    assert (mail.recipient, mail.subject) == ("ben@acme.example", "1 ticket of yours has news")
    assert f"{daily.number}, level 3:\n- the customer replied 2 times\n" in mail.text
    assert f"https://help.acme.example/admin/tickets/ticket/{daily.pk}/change/" in mail.text
    assert "You get this because you chose to hear of your tickets once a day." in mail.text
    assert "canary" not in mail.subject + mail.text + mail.html
    assert mailed("customer_replied") == []


def test_on_a_day_without_anything_there_is_none(desk, time, daily):
    run(SATURDAY)

    assert run(SATURDAY.replace(day=29)) == 0
    assert len(digests()) == 1


def test_after_an_outage_of_days_one_mail_tells_it_all(desk, time, daily, ben):
    time.now = SATURDAY.replace(hour=20)
    other = desk.ticket()
    services.assign(other, by=desk.agent, to=ben)
    expand(time.now, limit=100)

    assert run(datetime(2026, 12, 2, 20, tzinfo=UTC)) == 1

    (mail,) = digests()
    assert mail.subject == "2 tickets of yours have news"
    assert f"{other.number}, level 3:\n- assigned to you\n" in mail.text


def test_what_comes_after_their_hour_is_of_the_next_day(desk, time, daily, ben):
    run(SATURDAY)
    time.now = SATURDAY.replace(minute=1)
    services.reply(daily, by=desk.customer, body="-")
    expand(time.now, limit=100)

    assert run(SATURDAY.replace(minute=2)) == 0
    assert run(SATURDAY.replace(day=29)) == 1


def test_it_has_the_tickets_that_they_still_see_and_none_without_any(desk, time, daily, ben):
    other = desk.ticket()
    services.assign(other, by=desk.agent, to=ben)
    expand(time.now, limit=100)
    Ticket.objects.filter(pk=daily.pk).update(restricted=True)

    run(SATURDAY)

    (mail,) = digests()
    assert mail.subject == "1 ticket of yours has news"
    assert other.number in mail.text
    assert daily.number not in mail.text

    desk.brand.teams.add(Team.objects.create(name="Others"))
    services.reply(other, by=desk.customer, body="-")
    run(SATURDAY.replace(day=29))
    assert len(digests()) == 1


def test_a_restricted_ticket_is_a_number_and_a_link_in_it(desk, time, daily, ben):
    Ticket.objects.filter(pk=daily.pk).update(restricted=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))

    run(SATURDAY)

    (mail,) = digests()
    assert f"{daily.number}: there is news\n" in mail.text
    assert "replied" not in mail.text + mail.html


def test_who_wants_no_mail_any_more_gets_none(desk, time, daily, ben):
    desk_settings.choose(ben, customer_replied="never")

    run(SATURDAY)

    assert digests() == []
    assert not PutOff.objects.filter(over_at=None).exists()


def test_another_hour_brings_no_second_one_on_the_same_day(desk, time, daily, ben):
    run(SATURDAY)
    time.now = SATURDAY.replace(minute=30)
    services.reply(daily, by=desk.customer, body="-")
    expand(time.now, limit=100)
    desk_settings.choose(ben, digest_at=clock(10))

    assert run(SATURDAY.replace(hour=15)) == 0
    assert run(SATURDAY.replace(day=29, hour=15)) == 1


def test_in_quiet_hours_it_waits_for_their_end(desk, time, daily, ben):
    desk_settings.choose(ben, quiet_from=clock(22), quiet_until=clock(9))

    assert run(SATURDAY) == 0
    assert run(SATURDAY.replace(hour=14)) == 1


def test_who_moves_to_another_zone_has_it_at_their_hour_there(desk, time, daily, ben):
    User.objects.filter(pk=ben.pk).update(time_zone="Europe/Berlin")

    assert run(SATURDAY.replace(hour=6, minute=59)) == 0
    assert run(SATURDAY.replace(hour=7)) == 1


def test_one_that_cannot_be_written_holds_up_no_other(desk, time, daily, ben, monkeypatch):
    watch(daily, desk.agent, time.now)
    desk_settings.choose(desk.agent, customer_replied="digest")
    services.reply(daily, by=desk.customer, body="-")
    expand(time.now, limit=100)
    zone_of = desk_settings.zone_of

    def fail_for_ana(user):
        if user == desk.agent:
            raise ValueError
        return zone_of(user)

    monkeypatch.setattr(desk_settings, "zone_of", fail_for_ana)
    run(SATURDAY)
    monkeypatch.undo()
    assert [mail.recipient for mail in digests()] == ["ben@acme.example"]
    run(SATURDAY)

    assert [mail.recipient for mail in digests()] == ["ben@acme.example", "ana@acme.example"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_each_digest_once(desk, time, daily):
    start, written = threading.Barrier(2), []

    def work():
        try:
            start.wait()
            written.append(write_due(SATURDAY)[0])
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(written) == [0, 1]
    assert Notice.objects.filter(kind="digest").count() == Digest.objects.count() == 1


def clock(hour):
    return time(hour)
