"""Limits: how they count, and what they do at the doors."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import limits
from accounts.limits import Verdict
from accounts.models import Limit
from accounts.tasks import tidy_up
from accounts.tests.people import PASSWORD, get_password, mails, make, sign_in, signed_in


@pytest.fixture(autouse=True)
def two_a_minute(settings):
    settings.LIMITS = settings.LIMITS | {"test": (2, 60)}


def knock(who="somebody"):
    return limits.hit("test", who)


def test_the_knock_too_many_is_refused_until_the_window_is_over():
    verdicts = [knock() for _ in range(3)]

    assert verdicts == [Verdict(True, 0), Verdict(True, 0), Verdict(False, 60)]


def test_a_window_that_is_over_starts_again():
    for _ in range(3):
        knock()
    Limit.objects.update(window_started_at=Now() - timedelta(seconds=61))

    assert knock() == Verdict(True, 0)
    assert Limit.objects.get().count == 1


def test_refused_knocks_do_not_make_the_window_longer():
    for _ in range(3):
        knock()
    Limit.objects.update(window_started_at=Now() - timedelta(seconds=50))

    assert knock().retry_after_seconds == 10


def test_one_does_not_wait_for_what_another_did():
    for _ in range(3):
        knock("mallory")

    assert knock("dana") == Verdict(True, 0)


def test_a_knock_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(3) as captured:
        knock()

    assert [query["sql"].split()[0] for query in captured.captured_queries] == [
        "SAVEPOINT",
        "INSERT",
        "RELEASE",
    ]


def test_rows_do_not_tell_whose_address_was_typed():
    knock("dana@clinic.example")

    assert "dana" not in Limit.objects.get().key


def test_inside_a_transaction_a_knock_is_a_mistake():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        knock()


@pytest.mark.parametrize(
    "address, name",
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", "")],
)
def test_peers_are_told_apart_by_what_they_own(address, name):
    assert limits.peer(RequestFactory().get("/", REMOTE_ADDR=address)) == name


def test_headers_do_not_make_another_peer():
    request = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.1"})

    assert limits.peer(request) == "127.0.0.1"


def test_guessing_is_slowed_by_the_eleventh_try_and_the_owner_still_gets_in(dana):
    guesser = Client(REMOTE_ADDR="192.0.2.66")
    tries = [sign_in(guesser, password=f"guess {number}") for number in range(12)]
    owner = Client(REMOTE_ADDR="198.51.100.7")
    sign_in(owner)

    assert [each.status_code for each in tries] == [200] * 10 + [429] * 2
    assert 0 < int(tries[10]["Retry-After"]) <= 60
    assert b"Too many tries" in tries[10].content
    assert owner.session["_auth_user_id"] == str(dana.pk)


def test_even_the_right_password_waits_where_it_was_guessed_too_often(dana):
    guesser = Client()
    for number in range(10):
        sign_in(guesser, password=f"guess {number}")

    assert sign_in(guesser).status_code == 429


def test_one_address_that_tries_many_people_is_slowed_too(settings):
    settings.LIMITS = settings.LIMITS | {"sign_in_address": (5, 60)}
    guesser = Client()

    tries = [sign_in(guesser, f"person{number}@clinic.example") for number in range(6)]

    assert [each.status_code for each in tries] == [200] * 5 + [429]


def test_signing_up_over_and_over_is_slowed(client):
    tries = [client.post(reverse("account_signup"), {}).status_code for _ in range(11)]

    assert tries == [200] * 10 + [429]


def test_forms_together_do_not_flood_one_address(client):
    make("dana@clinic.example")
    answers = {
        "email": "dana@clinic.example",
        "name": "M",
        "stated_organization": "M",
        "phone": "1",
        "password1": PASSWORD,
    }

    for _ in range(4):
        get_password(client, "dana@clinic.example")
        client.post(reverse("account_signup"), answers)

    assert len(mails()) == 3


def test_old_password_is_not_guessed_in_a_session_left_open(dana):
    client = signed_in(dana)

    tries = [
        client.post(reverse("account_change_password"), {"oldpassword": f"guess {number}"})
        for number in range(11)
    ]

    assert [each.status_code for each in tries] == [200] * 10 + [429]


def test_looking_at_pages_is_never_limited(client):
    pages = [client.get(reverse("account_login")).status_code for _ in range(120)]

    assert set(pages) == {200}


def test_old_rows_are_tidied_up():
    knock("long ago")
    Limit.objects.update(window_started_at=Now() - timedelta(days=2))
    knock("now")

    tidy_up()

    assert list(Limit.objects.values_list("key", flat=True)) == [limits.key("test", "now")]
