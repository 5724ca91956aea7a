"""Calls on the desk in a browser: accessible, narrow and wide, and without JavaScript."""

from datetime import timedelta

from tickets import calling, clock
from tickets.calling import Wish
from tickets.models import Callback, Ticket

DESK = "/admin/tickets/ticket/"


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def ask(ticket, by):
    now = clock.now()
    wish = Wish("1.212.555.0101", now, now + timedelta(hours=2), "America/Chicago", "7", "A rota")
    callback = calling.ask(ticket, by=by, wish=wish)
    calling.log_attempt(callback, by=by, result="voicemail", note="Their machine")
    return callback


def test_pages_of_calls_are_accessible_and_fit_from_narrow_to_wide(
    page, axe, enter, make_ticket, alex, dana
):
    ticket = make_ticket(by=alex, channel="phone", live=True)
    ask(ticket, alex)
    enter(page, alex)
    begun = f"customer=new&brand={ticket.brand_id}&about=perfectserve:schedule"
    pages = {
        "callbacks": f"{DESK}callbacks/?when=now",
        "callback": f"{DESK}{ticket.pk}/callback/",
        "search": f"{DESK}calls/new/?q=dana",
        "call": f"{DESK}calls/new/?{begun}",
        "about": f"{DESK}{ticket.pk}/about/",
        "answers": f"{DESK}{ticket.pk}/answers/",
        "ticket": f"{DESK}{ticket.pk}/change/",
    }
    opened = {"callbacks": "Log a call", "call": "They want to be called back"}
    pressed = {"call": "File the ticket", "about": "Show what saving does"}

    found = {}
    for name, url in pages.items():
        page.goto(url)
        if name in opened:
            page.get_by_text(opened[name]).first.click()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found[name, width] = (axe(page), fits(page))
        if name in pressed:
            page.get_by_role("button", name=pressed[name]).click()
            found[name, "pressed"] = (axe(page), fits(page))

    assert set(map(str, found.values())) == {"([], True)"}, found


def test_without_javascript_a_call_is_filed_and_called_back(page_without_js, enter, alex, dana):
    page = enter(page_without_js, alex)
    page.goto(f"{DESK}calls/new/")

    page.get_by_label("Name, e-mail address or phone number").fill("dana")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Dana").click()
    page.get_by_role("combobox", name="What it is about").select_option("perfectserve:schedule")
    page.get_by_role("button", name="Show its questions").click()
    for name, value in (("kind", "request"), ("affected", "one"), ("ability", "yes")):
        page.locator(f"input[name={name}][value={value}]").check()
    page.locator("#id_subject").fill("Week 3 is wrong")
    page.locator("#id_description").fill("It shows last week.")
    page.get_by_text("They want to be called back").click()
    page.locator("input[name=callback]").check()
    page.locator("#id_call-number").fill("212.555.0101")
    page.get_by_role("button", name="File the ticket").click()

    ticket = Ticket.objects.get()
    page.get_by_text(f"Filed as {ticket.number}.").wait_for()
    page.get_by_role("heading", name="Still to ask").wait_for()
    page.get_by_role("link", name="Put them into the reply").click()
    assert "Schedule or call group" in page.locator("#id_body").input_value()
    page.goto(f"{DESK}callbacks/")
    page.get_by_text("Log a call").first.click()
    page.get_by_label("Note, for agents only").fill("Asked for Dana")
    page.keyboard.press("Enter")
    page.get_by_text("Press what came of the call").wait_for()
    assert page.get_by_label("Note, for agents only").input_value() == "Asked for Dana"
    page.get_by_role("button", name="Reached").click()
    page.get_by_text(f"Logged on {ticket.number}: Reached.").wait_for()
    assert page.url.endswith("/callbacks/")
    assert Callback.objects.get().end == "reached"
