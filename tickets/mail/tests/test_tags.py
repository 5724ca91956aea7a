"""The signed part of the address that answers come to."""

import re

import pytest

from tickets.mail.inbound import tags

DANA, EVE = "dana@clinic.example", "eve@clinic.example"


def test_a_tag_names_its_ticket_to_whom_it_was_given():
    assert tags.check(tags.make(17, DANA), sender=DANA) == 17


def test_a_tag_survives_mail_servers_that_change_the_case():
    assert tags.check(tags.make(17, DANA).upper(), sender="Dana@Clinic.example") == 17


def test_a_tag_is_short_and_cannot_be_guessed():
    tag = tags.make(17, DANA)

    assert re.fullmatch(r"17-[a-z2-7]{26}", tag)  # 130 bits
    assert tags.make(18, DANA)[3:] != tag[3:]


@pytest.mark.parametrize(
    "tag",
    ["", "17", "id17", "17-", "17-" + "a" * 26, "17-" + "a" * 25, "1٧-" + "a" * 26, "x" * 500],
)
def test_what_we_did_not_sign_names_nothing(tag):
    assert tags.check(tag, sender=DANA) is None


def test_somebody_elses_tag_proves_nothing():
    tag = tags.make(17, DANA)

    assert tags.check(tag, sender=EVE) is None
    assert tags.check(tag.replace("17-", "18-"), sender=DANA) is None
    assert tags.named(tag) == 17


def test_a_tag_outlives_a_change_of_the_key(settings):
    tag = tags.make(17, DANA)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, which is as long as it has to be for this"

    assert tags.check(tag, sender=DANA) == 17
    settings.SECRET_KEY_FALLBACKS = []
    assert tags.check(tag, sender=DANA) is None


def test_an_address_with_a_tag_is_taken_apart_again():
    address = tags.with_tag("support@ours.example", "17-abc")

    assert address == "support+17-abc@ours.example"
    assert tags.tag_of(address) == "17-abc"
    assert tags.without_tag(address) == "support@ours.example"
    assert tags.tag_of("support@ours.example") == ""
