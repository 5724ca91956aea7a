"""What an agent chose about the desk, and what holds before they chose anything."""

from __future__ import annotations

from tickets import desk_settings
from tickets.models import DeskSettings


def test_before_they_choose_the_defaults_hold_and_nothing_is_stored(alex):
    found = desk_settings.of(alex)

    assert (found.user, found.after_sending, found.shortcuts, found.assigned) == (
        alex,
        "stay",
        True,
        "at_once",
    )
    assert not DeskSettings.objects.exists()


def test_what_they_chose_holds_for_them_alone(alex, morgan):
    DeskSettings.objects.create(user=alex, after_sending="next")

    assert desk_settings.of(alex).after_sending == "next"
    assert desk_settings.of(morgan).after_sending == "stay"
