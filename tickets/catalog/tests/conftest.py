"""Fixtures of the catalog's tests."""

import pytest


@pytest.fixture
def desk(client, make_user, settings):
    settings.STAFF_MFA = "off"
    client.force_login(make_user("Ada", role="administrator"))
    return client
