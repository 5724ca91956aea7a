"""Stopping a report, without a sign-in and with one, and the page of one's subscriptions."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sla import subscribing
from sla.models import Subscription
from sla.tests.managers import signed_in
from sla.tests.subscribers import NEXT_MORNING, mailed, subscribe


@pytest.fixture
def new_york(morgan):
    morgan.time_zone = "America/New_York"
    morgan.save(update_fields=["time_zone"])
    return morgan


# --- Stopping ---------------------------------------------------------------------------


def stop_link(mail):
    link = re.search(r"https://\S+/reports/stop/\S+", mail.text)[0]
    return urlsplit(link).path


def test_the_mail_programs_button_stops_it_in_one_click(new_york, time):
    subscription = subscribe(new_york)
    time.at = NEXT_MORNING
    mail = mailed(time)[0]
    link = mail.headers["List-Unsubscribe"]
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link == f"<https://support.perfectserve.com{stop_link(mail)}>"

    strict = Client(enforce_csrf_checks=True)
    response = strict.post(stop_link(mail), {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200  # no redirect: a program does not follow it
    subscription.refresh_from_db()
    assert (subscription.stopped_at, subscription.stopped_for) == (time.at, "asked")
    time.advance(days=1)
    assert mailed(time) == []


def test_a_scanner_that_opens_every_link_stops_nothing(new_york, time):
    subscription = subscribe(new_york)
    time.at = NEXT_MORNING
    path = stop_link(mailed(time)[0])

    page = Client().get(path)
    Client().head(path)

    html = page.content.decode()
    assert "Get this report no more?" in html
    assert "Every day at 07:00, America/New_York" in html
    subscription.refresh_from_db()
    assert not subscription.is_stopped


def test_who_stopped_it_by_mail_starts_it_again_signed_in(new_york, time):
    subscription = subscribe(new_york)
    time.at = NEXT_MORNING
    path = stop_link(mailed(time)[0])
    page = Client().post(path)
    assert 'href="/admin/sla/subscriptions/"' in page.content.decode()

    signed_in(new_york).post(f"/admin/sla/subscriptions/{subscription.pk}/start/")

    again = Subscription.objects.going_on().get()
    assert again.next_at == NEXT_MORNING + timedelta(days=1)
    assert again.pk != subscription.pk


def test_a_link_that_somebody_made_up_stops_nothing(new_york):
    subscription = subscribe(new_york)
    signature = subscribing.token_of(subscription).partition(":")[2]

    answers = [
        Client().post(f"/reports/stop/{token}/").status_code
        for token in (f"{subscription.pk + 1}:{signature}", str(subscription.pk), "x", ":", "9:9")
    ]

    assert answers == [404] * 5
    assert Subscription.objects.going_on().count() == 1


# --- The page ---------------------------------------------------------------------------


def test_of_one_view_there_is_one_a_day_and_one_a_week(new_york):
    first = subscribe(new_york, "level=1&x=y&first=2026-01-01")
    again = subscribe(new_york, "level=1", hour=8)
    weekly = subscribe(new_york, "level=1", on="3")

    assert first.pk == again.pk != weekly.pk
    again.refresh_from_db()
    assert (again.filters, again.hour) == ("level=1", 8)
    assert (weekly.every, weekly.weekday) == ("week", 3)


def test_by_whatever_it_is_broken_down_it_is_one_view(new_york):
    by_team, by_agent = (subscribe(new_york, f"level=1&by={by}") for by in ("team", "agent"))

    assert by_team.pk == by_agent.pk
    assert by_agent.filters == "level=1"


def test_it_may_be_filtered_by_as_long_a_name_as_the_list(new_york):
    # Of characters of which no two are alike and each takes four bytes.
    name = "".join(chr(0x20000 + 331 * number) for number in range(200))
    filters = urlencode({"organization": name, "product": name[:100]})

    subscription, again = subscribe(new_york, filters), subscribe(new_york, filters)

    assert subscription.pk == again.pk
    assert dict(parse_qsl(subscription.filters)) == {"organization": name, "product": name[:100]}


def test_a_new_one_is_there_with_its_hour_from_the_first(new_york, time):
    with CaptureQueriesContext(connection) as queries:
        subscription = subscribing.subscribe(new_york, filters="", every="day", hour=7, weekday=0)

    assert subscription.next_at == NEXT_MORNING - timedelta(days=1)
    written = [each["sql"] for each in queries if "subscription" in each["sql"]]
    assert [sql.split()[0] for sql in written if not sql.startswith("SELECT")] == ["INSERT"]


def test_ones_own_are_listed_changed_and_stopped(new_york, make_user):
    subscription = subscribe(new_york, "level=1")
    client = signed_in(new_york)
    path = f"/admin/sla/subscriptions/{subscription.pk}/"

    html = client.get("/admin/sla/subscriptions/").content.decode()
    assert '<a href="/admin/sla/compliance/?level=1">Level: 1</a>' in html
    client.post(path, {"on": "4", "hour": "17"})
    subscription.refresh_from_db()
    assert (subscription.every, subscription.weekday, subscription.hour) == ("week", 4, 17)
    client.post(path, {"on": "9", "hour": "17"})
    subscription.refresh_from_db()
    assert subscription.weekday == 4

    other = signed_in(make_user("Olive", role="manager"))
    assert [other.post(path + verb).status_code for verb in ("", "stop/", "start/")] == [404] * 3
    client.post(f"{path}stop/")
    subscription.refresh_from_db()
    assert subscription.is_stopped


def test_its_page_asks_as_often_for_three_as_for_one(new_york, django_assert_num_queries):
    client = signed_in(new_york)
    subscribe(new_york, "level=1")
    client.get("/admin/sla/subscriptions/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/sla/subscriptions/")
        number = len(queries)
    for level in (2, 3):
        subscribe(new_york, f"level={level}")

    with django_assert_num_queries(number):
        client.get("/admin/sla/subscriptions/")


def test_the_page_of_the_figures_offers_to_subscribe_to_what_it_shows(new_york):
    html = signed_in(new_york).get("/admin/sla/compliance/?level=1").content.decode()

    assert '<form class="filters" method="post" action="/admin/sla/subscriptions/?level=1">' in html
