"""How many examples a property is tried on, and a manager at a browser."""

from __future__ import annotations

import os

import pytest
from django.conf import settings as installation
from hypothesis import settings

from sla.tests.managers import signed_in

# 500, or `HYPOTHESIS_PROFILE=nightly` many more.
settings.register_profile("default", max_examples=500, deadline=None)
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
