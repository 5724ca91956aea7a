"""Named people with proved addresses and known passwords; the brand is the shipped catalog's."""

import pytest

from accounts.tests import people


@pytest.fixture(autouse=True)
def _database(db):
    """Every page here looks up its brand."""


@pytest.fixture
def dana():
    return people.make()


@pytest.fixture
def alex():
    return people.make("alex@support.example", name="Alex Moore", role="agent")


@pytest.fixture
def morgan():
    return people.make("morgan@support.example", name="Morgan Ito", role="manager")


@pytest.fixture
def robin():
    return people.make("robin@support.example", name="Robin Bauer", role="administrator")
