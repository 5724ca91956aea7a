"""Reports that managers subscribe to: once each, at their hour, with the figures of the page."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from accounts.services import give_role
from sla import editions, report_mail
from sla.models import Edition, Subscription, Verdict
from sla.sweep import sweep
from sla.tests.managers import rows, signed_in
from sla.tests.subscribers import NEXT_MORNING, mailed, subscribe
from tickets.catalog.models import Brand
from tickets.conversation import Turn, take_turn
from tickets.mail.models import Notice, OutboundEmail
from tickets.mail.relay import run_once
from tickets.models import Ticket


@pytest.fixture
def new_york(morgan):
    morgan.time_zone = "America/New_York"
    morgan.save(update_fields=["time_zone"])
    return morgan


@pytest.fixture
def monday(new_york, make_ticket, alex, time):
    """A Monday on which one promise is met, two are broken, and one soon will be."""
    answered, late = make_ticket(level=1, subject="canary"), make_ticket(level=1, subject="canary")
    take_turn(answered, by=alex, turn=Turn(body="Done.", status="solved"))
    time.advance(hours=30)
    sweep(time.at)
    make_ticket(level=2, subject="canary")
    return {"answered": answered, "late": late}


def days(subscription):
    return list(subscription.editions.order_by("id").values_list("first", "last"))


# --- When -------------------------------------------------------------------------------


def test_a_day_is_told_at_seven_of_the_next_by_the_readers_clock(new_york, time):
    subscription = subscribe(new_york)
    assert subscription.next_at == datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    time.at = NEXT_MORNING - timedelta(days=1, seconds=1)
    assert mailed(time) == []
    time.advance(seconds=1)
    assert len(mailed(time)) == 1
    time.advance(minutes=1)
    assert mailed(time) == []

    subscription.refresh_from_db()
    assert subscription.next_at == NEXT_MORNING
    assert days(subscription) == [(date(2026, 1, 4), date(2026, 1, 4))]


def test_a_week_is_told_on_its_weekday_from_monday_to_sunday(new_york, time):
    subscription = subscribe(new_york, on="1", hour=9)

    time.at = datetime(2026, 1, 6, 14, 0, tzinfo=UTC)
    mails = mailed(time)

    assert days(subscription) == [(date(2025, 12, 29), date(2026, 1, 4))]
    assert mails[0].subject == "Promises of Mon 29 Dec 2025 to Sun 4 Jan 2026: none"
    assert "The week before: none." in mails[0].text


def test_after_an_outage_the_latest_alone_is_told_and_says_which_were_not(new_york, time):
    subscription = subscribe(new_york)

    time.at = NEXT_MORNING + timedelta(days=3, hours=5)
    mails = mailed(time)

    assert days(subscription) == [(date(2026, 1, 8), date(2026, 1, 8))]
    assert len(mails) == 1
    assert (
        "No report was sent of Sun 4 Jan 2026 to Wed 7 Jan 2026: nothing ran here when it was due."
        in mails[0].text
    )


def test_it_follows_a_change_of_the_readers_zone(new_york, time):
    subscription = subscribe(new_york)
    new_york.time_zone = "Asia/Tokyo"
    new_york.save(update_fields=["time_zone"])

    editions.write_due(time.at)

    subscription.refresh_from_db()
    # 10:00 in London is 19:00 in Tokyo.
    assert (subscription.zone, subscription.next_at) == (
        "Asia/Tokyo",
        datetime(2026, 1, 5, 22, 0, tzinfo=UTC),
    )
    # What would have come in two hours does not come never.
    assert days(subscription) == [(date(2026, 1, 4), date(2026, 1, 4))]


@pytest.mark.parametrize("on", ["day", "0"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/London", "America/Los_Angeles"])
@pytest.mark.parametrize("hours", [0, 3, 10])
def test_no_report_is_lost_or_early_by_a_change_of_zone(on, zone, hours, new_york, time):
    subscription = subscribe(new_york, on=on)
    time.advance(hours=hours)
    editions.write_due(time.at)
    new_york.time_zone = zone
    new_york.save(update_fields=["time_zone"])

    for _time in range(4 * 8):
        editions.write_due(time.at)
        time.advance(hours=6)

    first = date(2026, 1, 4) if on == "day" else date(2025, 12, 29)
    step = timedelta(days=1 if on == "day" else 7)
    told = [first for first, _last in days(subscription)]
    assert told == [first + number * step for number in range(len(told))]
    assert len(told) >= (7 if on == "day" else 2)
    assert {edition.figures["skipped"] for edition in subscription.editions.all()} == {None}


def test_no_day_is_told_twice_whatever_is_changed(new_york, time):
    subscription = subscribe(new_york)
    time.at = NEXT_MORNING
    assert len(mailed(time)) == 1

    path = f"/admin/sla/subscriptions/{subscription.pk}/"
    signed_in(new_york).post(path, {"on": "day", "hour": 9})
    time.advance(hours=2)
    assert mailed(time) == []

    new_york.time_zone = "America/Los_Angeles"
    new_york.save(update_fields=["time_zone"])
    mailed(time)
    time.advance(hours=3)
    assert mailed(time) == []
    assert days(subscription) == [(date(2026, 1, 5), date(2026, 1, 5))]


def test_beats_at_once_write_each_report_once(transactional_db, furnished, make_user, time):
    """Several processes, each with a connection of its own, look for what is due at one moment."""
    for number in range(8):
        subscribe(make_user(f"Manager{number}", role="manager"))
    now = time.advance(hours=3)
    together = threading.Barrier(4)

    def beat(_number):
        try:
            together.wait()
            return editions.write_due(now)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as beats:
        written = list(beats.map(beat, range(4)))

    assert sum(written) == 8
    assert Edition.objects.count() == Notice.objects.filter(kind="report").count() == 8
    assert Edition.objects.values("subscription").distinct().count() == 8
    assert editions.write_due(now) == (0, False)


def test_one_that_fails_stops_no_other_and_is_tried_again(
    new_york, make_user, time, monkeypatch, caplog
):
    subscription, other = subscribe(new_york), subscribe(make_user("Olive", role="manager"))
    time.at = NEXT_MORNING
    Subscription.objects.filter(pk=subscription.pk).update(filters="level=1")
    whole = editions.figures

    def fail_for_level_1(filters, **given):
        if "level" in filters:
            raise ValueError("This one always fails.")
        return whole(filters, **given)

    monkeypatch.setattr(editions, "figures", fail_for_level_1)
    assert editions.write_due(time.at) == (2, False)
    assert (subscription.editions.count(), other.editions.count()) == (0, 1)

    monkeypatch.setattr(editions, "figures", whole)
    assert editions.write_due(time.advance(minutes=14)) == (0, False)
    assert editions.write_due(time.advance(minutes=1)) == (1, False)
    assert days(subscription) == [(date(2026, 1, 5), date(2026, 1, 5))]
    assert f"The report of subscription {subscription.pk} cannot be written" in caplog.text


# --- What -------------------------------------------------------------------------------


def test_the_mail_says_the_figures_of_the_page_the_worst_and_what_is_about_to_be(
    monday, new_york, time
):
    subscribe(new_york, "level=1")
    time.at = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
    sweep(time.at)

    mail = mailed(time)[0]

    late = monday["late"].number
    assert mail.subject == "Promises of Tue 6 Jan 2026: 0 of 1 met"
    assert "Promises of Tue 6 Jan 2026: 0 of 1 met (too few to judge), 1 broken." in mail.text
    assert "The day before: 2 of 3 met, too few to judge." in mail.text
    assert "Level: 1" in mail.text
    assert "Level 1, Resolution: 0 of 1 met, too few to judge (before: 1 of 1 met" in mail.text
    assert f"{late}: level 1, Resolution, 1 d 2 h over, Still open" in mail.text
    assert "About to break within 4 h, as of Wed 7 Jan, 7:00 am EST: none" in mail.text
    assert "Days are those of America/New_York." in mail.text
    assert "canary" not in mail.text + mail.html + mail.subject


def test_its_link_alone_shows_the_same_figures(monday, new_york, time):
    subscribe(new_york, "level=1&by=team&all=on")
    time.at = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)

    mail = mailed(time)[0]

    link = re.search(r"https://\S+/admin/sla/compliance/\S+", mail.text)[0]
    found = urlsplit(link)
    assert found.netloc == "support.perfectserve.com"
    assert found.query == ("level=1&first=2026-01-06&last=2026-01-06&zone=America%2FNew_York")
    response = signed_in(new_york).get(f"{found.path}?{found.query}")
    assert response.status_code == 200
    assert response.context["report"].tally.number == 1


def test_what_is_about_to_break_is_told_with_its_time(new_york, make_ticket, time):
    subscribe(new_york)
    time.at = NEXT_MORNING - timedelta(days=1, minutes=30)
    ticket = make_ticket(level=1)
    time.advance(minutes=30)

    text = mailed(time)[0].text

    assert "About to break within 4 h, as of Mon 5 Jan, 7:00 am EST: 1" in text
    assert f"{ticket.number}: level 1, First response, due Mon 5 Jan, 7:30 am EST" in text


def test_of_a_restricted_ticket_the_number_alone_is_told_whoever_reads(
    monday, new_york, time, make_user
):
    new_york.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    Ticket.objects.filter(pk=monday["late"].pk).update(restricted=True)
    Verdict.objects.filter(ticket=monday["late"]).update(restricted=True)
    subscribe(new_york)
    time.at = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)

    mail = mailed(time)[0]

    number = monday["late"].number
    assert [line for line in mail.text.splitlines() if number in line] == [number]


def test_an_empty_day_says_none(new_york, time):
    subscribe(new_york)
    time.at = NEXT_MORNING - timedelta(days=1)

    mail = mailed(time)[0]

    assert mail.subject == "Promises of Sun 4 Jan 2026: none"
    assert "Promises of Sun 4 Jan 2026: none was met or broken." in mail.text


def test_it_comes_from_the_brand_that_it_is_filtered_by_and_is_about_no_ticket(new_york, time):
    brand = Brand.objects.get(key="clinical-collaboration")
    subscribe(new_york, f"brand={brand.pk}")
    subscribe(new_york)
    time.at = NEXT_MORNING - timedelta(days=1)

    mails = mailed(time)

    assert [(mail.sender, mail.ticket) for mail in mails] == [
        ("Clinical Collaboration Support <support@support.telmediq.com>", None),
        ("PerfectServe Support <support@support.perfectserve.com>", None),
    ]
    assert "References" not in mails[0].headers


# --- Who --------------------------------------------------------------------------------


def lose_role(user):
    give_role(user, "agent")


def leave(user):
    user.is_active = False
    user.save(update_fields=["is_active"])


@pytest.mark.parametrize("lose", [lose_role, leave])
def test_who_may_not_see_it_any_more_gets_none_and_it_ends(lose, new_york, time):
    subscription = subscribe(new_york)
    lose(new_york)
    time.at = NEXT_MORNING

    assert mailed(time) == []

    subscription.refresh_from_db()
    assert (subscription.stopped_at, subscription.stopped_for) == (time.at, "right")
    assert Edition.objects.count() == Notice.objects.filter(kind="report").count() == 0


def test_who_serves_its_brand_no_more_is_not_told_of_all_others_instead(
    new_york, make_team, make_user, time
):
    make_team("Here", members=[new_york], brands=["perfectserve"])
    brand = Brand.objects.get(key="clinical-collaboration")
    subscription = subscribe(new_york, f"brand={brand.pk}")
    make_team("There", members=[make_user("Olive")], brands=["clinical-collaboration"])
    time.at = NEXT_MORNING

    assert mailed(time) == []

    subscription.refresh_from_db()
    assert subscription.stopped_for == "filter"
    html = signed_in(new_york).get("/admin/sla/subscriptions/").content.decode()
    assert "Ended, since something that it was filtered by was no longer there" in html
    signed_in(new_york).post(f"/admin/sla/subscriptions/{subscription.pk}/start/")
    assert Subscription.objects.going_on().count() == 0


def test_a_right_that_is_lost_between_writing_and_mailing_is_not_mailed(new_york, time):
    subscribe(new_york)
    time.at = NEXT_MORNING
    editions.write_due(time.at)
    lose_role(new_york)

    run_once(time.at)

    assert OutboundEmail.objects.filter(kind="report").count() == 0


@pytest.mark.parametrize("filters", ["", "brand"])
def test_figures_of_a_brand_that_is_lost_meanwhile_are_not_mailed(
    filters, new_york, make_team, make_user, time
):
    make_team("One", members=[new_york], brands=["perfectserve", "clinical-collaboration"])
    kept = Brand.objects.get(key="perfectserve")
    subscribe(new_york, f"brand={kept.pk}" if filters else "")
    time.at = NEXT_MORNING
    editions.write_due(time.at)
    new_york.teams.clear()
    make_team("Ours", members=[new_york], brands=["perfectserve"])
    make_team("Theirs", members=[make_user("Olive")], brands=["clinical-collaboration"])

    run_once(time.at)

    # Those of the brand alone that is still served are.
    assert OutboundEmail.objects.filter(kind="report").count() == (1 if filters else 0)


# --- All the same ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "filters", ["", "level=1", "metric=resolution", "agent=0", "organization=river", "team=0"]
)
def test_mail_page_list_and_file_agree(filters, monday, new_york, make_ticket, alex, time):
    for level in (1, 2, 3):
        ticket = make_ticket(level=level)
        time.advance(hours=2)
        take_turn(ticket, by=alex, turn=Turn(body="Done.", status="solved"))
        Ticket.objects.filter(pk=ticket.pk).update(restricted=level == 2)
        Verdict.objects.filter(ticket=ticket).update(restricted=level == 2)
    subscribe(new_york, filters)
    time.at = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
    sweep(time.at)
    editions.write_due(time.at)
    edition, client = Edition.objects.get(), signed_in(new_york)
    link = report_mail.page_of(edition)
    query = urlsplit(link).query

    report = client.get(link).context["report"]
    decided = rows(client.get(f"/admin/sla/decided.csv?{query}"))
    broken = rows(client.get(f"/admin/sla/breached.csv?{query}"))

    told = [(row["met"] + row["broken"], row["broken"]) for row in edition.figures["rows"]]
    mail = tuple(map(sum, zip(*told, strict=True)))
    assert mail == (report.tally.number, report.tally.broken) == (len(decided), len(broken))
    assert mail[0] >= mail[1] > 0
