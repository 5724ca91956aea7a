"""The desk in a browser: accessible, narrow and wide, and without JavaScript."""

import pytest

from tickets import conversation
from tickets.conversation import Turn
from tickets.models import Macro

QUEUE = "/admin/tickets/ticket/"


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_desk_is_accessible_and_fits_from_narrow_to_wide(
    page, axe, enter, make_ticket, make_user, alex
):
    make_ticket(level=1, phone_answer="cannot", subject="Nobody gets pages")
    ticket = make_ticket()
    conversation.take_turn(
        ticket,
        by=make_user("Blair", role="agent"),
        turn=Turn(body="Is it week 3?", level=2, reason="Two wards."),
    )
    conversation.take_turn(ticket, by=alex, turn=Turn(body="They called.", public=False))
    enter(page, alex)

    found = {}
    for name, url in {"queue": QUEUE, "ticket": f"{QUEUE}{ticket.pk}/change/"}.items():
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(url)
            found[name, width] = (axe(page), fits(page))
    page.get_by_role("button", name="Save").click()
    found["error", 1280] = (axe(page), "Error:" in page.title())
    page.get_by_label("Text").fill("Dear [name],")
    page.get_by_role("button", name="Send reply and solve").click()
    found["asked", 1280] = (axe(page), page.get_by_text("Nothing was sent yet").is_visible())
    page.get_by_label("Internal note").check()
    found["note", 1280] = (
        axe(page),
        page.get_by_role("button", name="Add note and solve").is_visible(),
    )

    assert set(map(str, found.values())) == {"([], True)"}, found


def test_without_javascript_a_reply_with_pending_and_self_assignment_is_one_click(
    page_without_js, enter, make_ticket, alex
):
    ticket = make_ticket()
    page = enter(page_without_js, alex)
    page.goto(f"{QUEUE}?tab=unassigned")
    page.get_by_role("link", name=ticket.number).click()

    page.get_by_label("Text").fill("Which week?")
    page.get_by_role("button", name="Send reply and set Pending").click()

    page.get_by_text(f"Sent on {ticket.number}.").wait_for()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("pending", alex)
    page.get_by_role("link", name="Queue", exact=True).last.click()
    assert page.url.endswith("?tab=unassigned")


def test_a_note_and_a_reply_have_buttons_of_their_own(page_without_js, enter, make_ticket, alex):
    page = enter(page_without_js, alex)
    page.goto(f"{QUEUE}{make_ticket().pk}/change/")

    def buttons():
        shown = page.locator(".desk-composer .buttons button:visible")
        return {text.split()[0] for text in shown.all_inner_texts()}

    reply = buttons()
    page.get_by_label("Internal note").check()

    assert (reply, buttons()) == ({"Send"}, {"Add"})
    page.get_by_text("Only agents see this").first.wait_for()


# A browser refuses a request of more than 64 KB that is to outlive its page.
@pytest.mark.parametrize("text", ["Half", "字" * 9_000])
def test_what_is_typed_is_kept_while_it_is_typed(page, enter, make_ticket, alex, text):
    ticket = make_ticket()
    page = enter(page, alex)
    page.clock.install()
    page.goto(f"{QUEUE}{ticket.pk}/change/")

    page.get_by_label("Text").fill(text)
    page.clock.run_for(11_000)
    page.get_by_text("Your text is kept").wait_for()
    page.goto(f"{QUEUE}{ticket.pk}/change/")

    page.get_by_text("Unsent text of").wait_for()
    assert page.get_by_label("Text").input_value() == text


def test_what_is_typed_while_a_macro_is_fetched_stays(page, enter, make_ticket, alex):
    Macro.objects.create(name="Ask", text="Which week, {{first_name}}?")
    ticket = make_ticket()
    page = enter(page, alex)
    page.goto(f"{QUEUE}{ticket.pk}/change/")
    page.get_by_label("Text").fill("Hello.")
    page.evaluate("""() => {
        const real = window.fetch;
        window.fetch = async (...given) => {
            const answer = await real(...given);
            document.getElementById("id_body").value = "Hello again.";
            return answer;
        };
    }""")

    page.get_by_label("Macro").select_option(label="Ask")
    with page.expect_navigation():
        page.get_by_role("button", name="Add to the text").click()

    assert page.get_by_label("Text").input_value() == "Hello again.\n\nWhich week, Dana?"


def test_a_macro_is_added_in_place_and_what_was_typed_stays(page, enter, make_ticket, alex):
    Macro.objects.create(name="Ask", text="Which week, {{first_name}}?", status="solved")
    ticket = make_ticket()
    page = enter(page, alex)
    page.goto(f"{QUEUE}{ticket.pk}/change/")
    page.get_by_label("Text").fill("Hello.")
    page.evaluate("window.isSamePage = true")

    page.get_by_label("Macro").select_option(label="Ask")
    page.get_by_role("button", name="Add to the text").click()
    page.get_by_text("its button comes first").wait_for()

    assert page.get_by_label("Text").input_value() == "Hello.\n\nWhich week, Dana?"
    assert page.evaluate("window.isSamePage") is True
    page.get_by_role("button", name="Send reply and solve").click()
    page.get_by_text(f"Sent on {ticket.number}.").wait_for()
    assert ticket.messages.last().body == "Hello.\n\nWhich week, Dana?"
