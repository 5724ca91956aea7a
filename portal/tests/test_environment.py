"""What the environment says: read as it is meant, or refused in words."""

from __future__ import annotations

import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from portal.environment import rate, waits
from portal.mail_in import mail_in
from tickets.mail.inbound.mail import Limits


def test_a_limit_is_so_many_times_in_so_many_seconds():
    assert rate("10/60") == (10, 60)
    assert rate("0/1") == (0, 1)


@pytest.mark.parametrize("text", ["", "10", "10/", "/60", "10/0", "-1/60", "ten/60", "10/60/1"])
def test_a_limit_without_its_two_numbers_is_refused(text):
    with pytest.raises(ImproperlyConfigured) as refused:
        rate(text)

    assert str(refused.value) == f"A limit is written TIMES/SECONDS, like 10/60, not “{text}”."


def test_waits_are_seconds_in_their_order():
    assert waits("60,240") == [60, 240]
    assert waits("0") == [0]


@pytest.mark.parametrize("text", ["", "60,", "-1", "1 h", "60;240"])
def test_waits_that_are_no_seconds_are_refused(text):
    with pytest.raises(ImproperlyConfigured) as refused:
        waits(text)

    assert str(refused.value) == f"Waits are written in seconds, like 60,240, not “{text}”."


def test_what_reading_a_mail_may_cost_is_the_same_where_nothing_is_said_of_it(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MAIL_IN_")]:
        monkeypatch.delenv(name)

    assert Limits.of(mail_in(Env())) == Limits()
