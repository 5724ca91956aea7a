"""Digests: once a day at an agent's own hour, what they wanted to hear together."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from accounts.models import Team, User
from tickets import desk_settings, services
from tickets.mail.digests import write_due
from tickets.mail.expand import expand
from tickets.mail.models import Digest, Notice, OutboundEmail, PutOff
from tickets.mail.tests.told import clock, mailed, watch
from tickets.models import Ticket


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
