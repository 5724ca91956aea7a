"""Saved views of the queue: an agent's own, and a team's, which its leads keep."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tickets import clock
from tickets.models import SavedView

QUEUE = "/admin/tickets/ticket/"
VIEWS = f"{QUEUE}views/"


@pytest.fixture
def lead(make_team, make_user, alex):
    """Have a team of Alex that Morgan leads."""
    morgan = make_user("Morgan", role="manager")
    make_team("Support", members=[alex], leads=[morgan])
    return morgan


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def shown(user):
    page = browser_of(user).get(QUEUE, {"tab": "mine", "level": "2"})
    return list(page.context["queue"].views())


def test_what_is_on_screen_is_kept_and_is_a_tab(alex):
    browser = browser_of(alex)
    page = browser.get(QUEUE, {"tab": "mine", "level": "2"})
    form = browser.get(page.context["queue"].save_url).context["form"]

    kept = browser.post(VIEWS, {"name": "Urgent ones", "query": form["query"].value()})

    assert kept["Location"] == f"{QUEUE}?tab=mine&level=2"
    assert shown(alex) == [
        {"name": "Urgent ones", "team": "", "url": "?tab=mine&level=2", "current": True}
    ]


def test_nothing_but_tab_and_filters_is_kept_of_an_address(alex):
    sent = {"name": "All", "query": "tab=all&after=7&next=//elsewhere.example"}

    kept = browser_of(alex).post(VIEWS, sent)

    assert kept["Location"] == f"{QUEUE}?tab=all"


def test_a_teams_view_is_its_leads_to_keep_and_its_members_to_use(lead, alex, make_user):
    team = alex.teams.get()
    sent = {"name": "Ours", "query": "tab=due", "team": team.pk}

    by_member = browser_of(alex).post(VIEWS, sent | {"name": "Not for all"})
    browser_of(lead).post(VIEWS, sent)

    assert by_member["Location"] == f"{QUEUE}?tab=due"
    assert [(view.name, view.owner, view.team) for view in SavedView.objects.all()] == [
        ("Not for all", alex, None),
        ("Ours", None, team),
    ]
    assert [view["name"] for view in shown(alex)] == ["Not for all", "Ours"]
    assert shown(make_user("Blair", role="agent")) == []


def test_views_are_renamed_and_removed_by_whose_they_are(lead, alex, make_user):
    now = clock.now()
    mine = SavedView.objects.create(name="Mine", owner=alex, query="", created_at=now)
    ours = SavedView.objects.create(name="Ours", team=alex.teams.get(), query="", created_at=now)
    blair = browser_of(make_user("Blair", role="agent"))

    for view in (mine, ours):
        change = {"view": view.pk, "act": "rename", "name": "Other"}
        assert blair.post(VIEWS, change).status_code == 404
        browser_of(alex).post(VIEWS, change)
    browser_of(lead).post(VIEWS, {"view": ours.pk, "act": "remove"})

    assert list(SavedView.objects.values_list("name")) == [("Other",)]


@pytest.mark.parametrize("name", ["", "Twice"])
def test_a_name_that_cannot_be_is_said_and_nothing_is_lost(alex, name):
    SavedView.objects.create(name="Twice", owner=alex, query="", created_at=clock.now())

    page = browser_of(alex).post(VIEWS, {"name": name, "query": "tab=mine"})

    assert (page.status_code, page.context["form"]["query"].value()) == (422, "tab=mine")
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("view", ["", "x", "9" * 40, "0"])
def test_a_view_that_cannot_be_is_not_found(alex, view):
    sent = {"view": view, "act": "remove"}

    assert browser_of(alex).post(VIEWS, sent).status_code == 404


def test_more_views_cost_no_query_more(alex):
    browser, counts = browser_of(alex), []
    browser.get(QUEUE)
    for number in range(3):
        SavedView.objects.create(name=number, owner=alex, query="", created_at=clock.now())
        for path in (QUEUE, VIEWS):
            with CaptureQueriesContext(connection) as asked:
                browser.get(path)
            counts.append((path, len(asked)))

    assert len(set(counts)) == 2, counts
