"""How many examples a property is tried on, a manager at a browser, and a promise near its end."""

from __future__ import annotations

import os

import pytest
from django.conf import settings as installation
from hypothesis import settings

from sla.sweep import sweep
from sla.tests.managers import signed_in
from sla.tests.standings import clock_of
from tickets.models import Ticket

# 100 as long as somebody waits, or `HYPOTHESIS_PROFILE=nightly` many more.
settings.register_profile("default", max_examples=100, deadline=None)
settings.register_profile("nightly", max_examples=10_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture
def enter(live_site, morgan):
    """Give a browser's page the manager's session."""

    def enter(page):
        cookie = signed_in(morgan).cookies[installation.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_site.url}]
        )
        return page

    return enter


@pytest.fixture
def near(make_ticket, time):
    """File a level 1 ticket and let 50 minutes of its first hour pass; return its clock."""

    def make(*, team=None, assignee=None, **given):
        ticket = make_ticket(level=1, **given)
        Ticket.objects.filter(pk=ticket.pk).update(team=team, assignee=assignee)
        time.advance(minutes=50)
        sweep(time.at)
        return clock_of(ticket, "first_response")

    return make
