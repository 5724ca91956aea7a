"""What tests of whole pages stand on."""

import pytest

from portal.tests.stage import set_stage


@pytest.fixture
def stage(make_ticket, make_user, make_team, dana):
    """A company with something on every page; see stage.py."""
    return set_stage(make_ticket, make_user, make_team, dana=dana)
