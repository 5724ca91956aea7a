"""The queue in a browser: accessible, narrow and wide, by keyboard, and without JavaScript."""

from datetime import timedelta

import pytest

from tickets import clock, queue, services
from tickets.models import DeskSettings, Macro, SavedView, Tag, Ticket

QUEUE = "/admin/tickets/ticket/"
PAGES = ("", "?level=9", "?tab=snoozed", "views/?tab=mine", "../../")


@pytest.fixture
def tickets(make_ticket, make_team, alex):
    """Three in the queue, with everything beside them that its page can show."""
    team = make_team("Support", leads=[alex], brands=["perfectserve"])
    Tag.objects.create(name="outage")
    Macro.objects.create(name="Which week", text="Which week?", status="pending")
    for whose in ({"owner": alex, "name": "Urgent"}, {"team": team, "name": "Ours"}):
        SavedView.objects.create(query="tab=mine", created_at=clock.now(), **whose)
    made = [
        make_ticket(level=1, phone_answer="cannot", subject="Nobody gets pages " * 5),
        make_ticket(),
        make_ticket(level=4),
    ]
    for hours, ticket in enumerate(made):
        queue.place([ticket], next_due={ticket.pk: clock.now() + timedelta(hours=hours - 1)})
    return made


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_queue_views_and_home_are_accessible_and_fit(page, axe, enter, tickets, alex):
    enter(page, alex)
    found = {}
    for url in PAGES:
        for width, scheme in ((320, "dark"), (1280, "light")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.goto(QUEUE + url)
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            found[url, width] = (axe(page), fits(page))

    assert set(map(str, found.values())) == {"([], True)"}, found


def test_the_filters_are_within_twelve_steps_of_the_content(page, enter, tickets, alex):
    enter(page, alex).goto(QUEUE)
    page.locator("#content-start").focus()

    steps = 0
    while page.evaluate("document.activeElement.form?.id") != "filters":
        page.keyboard.press("Tab")
        steps += 1
        assert steps <= 12


def test_letters_move_in_the_list_open_a_row_and_write(page, enter, tickets, alex):
    enter(page, alex).goto(QUEUE)
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/**")
    assert f"/{tickets[1].pk}/change/" in page.url

    page.keyboard.press("n")
    note = page.evaluate("document.querySelector('[name=kind]:checked').value")
    page.keyboard.type("r j ? /")
    text = page.locator("#id_body").input_value()

    assert (note, text) == ("note", "r j ? /")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Note added on").wait_for()
    assert list(tickets[1].messages.filter(kind="note").values_list("body")) == [("r j ? /",)]


def test_letters_do_nothing_together_with_other_keys_or_switched_off(page, enter, tickets, alex):
    enter(page, alex).goto(QUEUE)
    page.keyboard.press("Control+j")
    page.keyboard.press("Alt+j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"

    page.keyboard.press("?")
    assert page.locator("#keys").get_attribute("open") is not None

    DeskSettings.objects.create(user=alex, shortcuts=False)
    page.goto(QUEUE)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.locator("#keys, script[src*=desk_keys]").count() == 0


def test_without_javascript_ticked_tickets_are_given_to_a_team(
    page_without_js, enter, tickets, alex
):
    page = enter(page_without_js, alex)
    page.goto(f"{QUEUE}?tab=unassigned")
    for ticket in tickets[:2]:
        page.get_by_label(f"Select {ticket.number}").check()
    page.get_by_text("More: snooze").click()

    page.locator("[name=to_team]").select_option("Support")
    page.get_by_role("button", name="Give to team").click()

    numbers = ", ".join(ticket.number for ticket in tickets[:2])
    page.get_by_text(f"2 given to Support: {numbers}.").wait_for()
    assert page.url.endswith("?tab=unassigned")
    assert Ticket.objects.filter(team__name="Support").count() == 2


def test_one_box_ticks_all_rows_and_what_is_done_with_them_stays_in_sight(
    page, enter, make_ticket, alex
):
    made = [make_ticket() for _number in range(20)]
    enter(page, alex).goto(QUEUE)
    page.set_viewport_size({"width": 1280, "height": 800})
    rows, box = page.locator(".action-select"), page.get_by_label("Tick all on this page")

    box.check()
    ticked = page.locator(".action-select:checked").count()
    rows.first.uncheck()
    halves = (box.is_checked(), box.evaluate("box => box.indeterminate"))
    button = page.get_by_role("button", name="Assign to me")
    top = page.evaluate("scrollY")
    in_sight = button.evaluate("it => it.getBoundingClientRect().bottom <= innerHeight")
    button.click()

    assert (ticked, halves, top, in_sight) == (20, (False, True), 0, True)
    page.get_by_text("19 assigned to you:").wait_for()
    assert Ticket.objects.filter(assignee=alex).count() == len(made) - 1


def test_without_javascript_a_link_above_the_rows_leads_to_what_is_done_with_them(
    page_without_js, enter, tickets, alex
):
    page = enter(page_without_js, alex)
    page.goto(QUEUE)

    page.get_by_role("link", name="To what is done with the ticked tickets").click()

    assert page.url.endswith("#several-title")
    assert not page.get_by_label("Tick all on this page").is_visible()


def test_the_next_ticket_is_one_press_away(page_without_js, enter, tickets, alex):
    page = enter(page_without_js, alex)
    services.assign(tickets[0], by=alex, to=alex)
    page.goto("/admin/")

    page.get_by_role("button", name="Next ticket").click()

    assert page.url.endswith(f"/{tickets[1].pk}/change/")
    page.get_by_text(f"{tickets[1].number} is yours now.").wait_for()
