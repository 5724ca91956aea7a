"""What an agent chose about the desk, and what holds before they chose anything."""

from __future__ import annotations

import re
from datetime import time

import pytest
from django.template.loader import get_template

from accounts.models import Organization, User
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


def test_the_page_names_each_reason_for_a_mail_in_the_words_of_the_mail(browser_of, alex):
    mail = get_template("mail/_why.txt").template.source
    reasons = re.findall(r'"(You get this because [^"]+)"', mail)

    page = browser_of(alex).get("/admin/tickets/ticket/settings/").content.decode()

    assert len(reasons) == 4
    assert [reason for reason in reasons if f"<li>{reason}</li>" not in page] == []


def test_what_they_chose_holds_for_them_alone(alex, morgan):
    DeskSettings.objects.create(user=alex, after_sending="next")

    assert desk_settings.of(alex).after_sending == "next"
    assert desk_settings.of(morgan).after_sending == "stay"


def test_what_is_chosen_later_takes_the_place_of_what_was(alex):
    desk_settings.choose(alex, after_sending="queue")
    desk_settings.choose(alex, after_sending="next", shortcuts=False)

    assert DeskSettings.objects.count() == 1
    assert (desk_settings.of(alex).after_sending, desk_settings.of(alex).shortcuts) == (
        "next",
        False,
    )


def test_their_times_are_of_their_own_zone_else_of_their_organization_else_of_the_brand(make_user):
    own = make_user("Alex", time_zone="America/Denver", organization="Riverside Clinic")
    members = make_user("Billie", organization="Riverside Clinic")
    User.objects.filter(pk=members.pk).update(time_zone="")
    Organization.objects.update(time_zone="America/Chicago")
    without = make_user("Chris")

    assert [
        desk_settings.zone_of(User.objects.get(pk=user.pk)).key for user in (own, members, without)
    ] == ["America/Denver", "America/Chicago", "America/New_York"]


def test_a_zone_that_this_machine_does_not_know_is_none(make_user):
    assert desk_settings.zone_of(make_user("Alex", time_zone="Mars/Base")).key == "America/New_York"


# --- The page ---------------------------------------------------------------------------

PAGE = "/admin/tickets/ticket/settings/"
CHOSEN = {
    "after_sending": "next",
    "assigned": "digest",
    "customer_replied": "at_once",
    "due_soon": "never",
    "digest_at": "09:30",
    "quiet_from": "22:00",
    "quiet_until": "06:15",
}


def test_it_shows_the_defaults_and_keeps_what_is_chosen(browser_of, alex):
    browser = browser_of(alex)
    assert browser.get(PAGE).context["form"].initial["assigned"] == "at_once"

    page = browser.post(PAGE, CHOSEN, follow=True)

    assert "Your desk settings are saved." in page.text
    kept = DeskSettings.objects.filter(user=alex).values(*CHOSEN, "shortcuts").get()
    assert kept == CHOSEN | {
        "shortcuts": False,
        "digest_at": time(9, 30),
        "quiet_from": time(22),
        "quiet_until": time(6, 15),
    }
    assert 'value="22:00"' in page.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quiet_until": ""}, "Say when the quiet hours end, or leave both empty"),
        ({"quiet_from": ""}, "Say when the quiet hours begin, or leave both empty"),
        ({"quiet_until": "22:00"}, "Choose another time than the one they begin at"),
        ({"quiet_until": "soon"}, "Enter a valid time."),
        ({"due_soon": "often"}, "Select a valid choice."),
        ({"digest_at": ""}, "This field is required."),
    ],
)
def test_nonsense_is_said_kept_as_typed_and_not_stored(browser_of, alex, changed, said):
    page = browser_of(alex).post(PAGE, CHOSEN | changed)

    assert page.status_code == 422
    assert said in page.text
    assert 'value="09:30"' in page.text or "digest_at" in changed
    assert not DeskSettings.objects.exists()


def test_quiet_hours_may_be_left_empty(browser_of, alex):
    browser_of(alex).post(PAGE, CHOSEN | {"quiet_from": "", "quiet_until": ""})

    assert DeskSettings.objects.get().quiet_from is None


def test_an_agent_changes_their_own_settings_and_nobody_elses(browser_of, alex, morgan):
    browser_of(alex).post(PAGE, CHOSEN | {"user": morgan.pk})

    assert DeskSettings.objects.get().user == alex


def test_the_account_menu_of_the_desk_leads_there_and_a_customers_does_not(browser_of, alex, dana):
    assert PAGE in browser_of(alex).get("/admin/").text
    assert PAGE not in browser_of(dana).get("/").text
    assert browser_of(dana).get(PAGE).status_code == 404
