"""Who hears of what happened."""

from __future__ import annotations

from dataclasses import dataclass

from tickets.mail.recipients import who_hears


@dataclass(frozen=True)
class Somebody:
    pk: int
    email: str
    is_active: bool = True


DANA = Somebody(1, "dana@x.example")
ANA = Somebody(2, "ana@x.example")
EVE = Somebody(3, "eve@x.example")


def test_the_requester_hears_first_and_then_the_watchers():
    assert who_hears(DANA, watchers=[EVE, ANA]) == [DANA, EVE, ANA]


def test_nobody_hears_of_what_they_did_themselves():
    assert who_hears(DANA, watchers=[ANA, EVE], acted=ANA.pk) == [DANA, EVE]
    assert who_hears(DANA, watchers=[ANA], acted=DANA.pk) == [ANA]


def test_who_cannot_sign_in_any_more_hears_nothing():
    gone = Somebody(4, "gone@x.example", is_active=False)

    assert who_hears(gone, watchers=[gone, ANA]) == [ANA]


def test_each_address_hears_once_whatever_its_case():
    same = Somebody(5, "DANA@x.example")

    assert who_hears(DANA, watchers=[DANA, same, ANA, ANA]) == [DANA, ANA]
