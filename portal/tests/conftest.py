"""What tests of whole pages stand on."""

import pytest

from portal.celery import app
from portal.tests.stage import set_stage

QUEUE = "turnaround"


@pytest.fixture
def stage(make_ticket, make_user, make_team, dana):
    """A company with something on every page; see stage.py."""
    return set_stage(make_ticket, make_user, make_team, dana=dana)


@pytest.fixture
def queue():
    """How many messages wait at the broker."""
    with app.connection_for_read() as connection:
        broker = connection.default_channel.client
        broker.delete(QUEUE)
        yield lambda: broker.llen(QUEUE)
        broker.delete(QUEUE)
