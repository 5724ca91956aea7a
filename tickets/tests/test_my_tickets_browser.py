"""My tickets and what is found on the way to a new one, in a real browser, scripts on and off."""

import pytest

from tickets.models import Draft, Ticket

PASSWORD = "a long password of ours"


@pytest.fixture
def maria(make_user):
    """Somebody who sees her organization, and can sign in by the door."""
    maria = make_user("Maria", organization="Riverside Clinic", sees_organization=True)
    maria.emailaddress_set.create(email=maria.email, verified=True, primary=True)
    return maria


def sign_in(page, user):
    page.goto("/accounts/sign-in/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_a_list_is_switched_searched_and_left_for_a_new_ticket(page, maria, make_ticket):
    walk(page, maria, make_ticket)


def test_the_same_without_javascript(page_without_js, maria, make_ticket):
    walk(page_without_js, maria, make_ticket)


def walk(page, maria, make_ticket):
    own = make_ticket(requester=maria, subject="Overnight pager is silent")
    ours = make_ticket(subject="Wrong week")
    sign_in(page, maria)

    page.goto("/tickets/")
    shown = [numbers(page)]
    page.get_by_role("link", name="My organization's").click()
    shown.append(numbers(page))
    page.get_by_label("Number or words").fill("wrong week")
    page.get_by_role("button", name="Show").click()
    shown.append(numbers(page))
    page.get_by_role("link", name="Solved").click()
    page.get_by_text("No solved tickets match “wrong week”.").wait_for()
    page.get_by_role("link", name="Clear", exact=True).click()
    page.locator("main nav").get_by_role("link", name="All (2)").click()
    shown.append(numbers(page))

    both = [ours.number, own.number]
    assert shown == [[own.number], both, [ours.number], both]
    add_to_an_open_ticket_instead(page, own)


def add_to_an_open_ticket_instead(page, own):
    page.get_by_role("link", name="Submit a ticket").click()
    page.get_by_label("Find it by a word").fill("schedule assistance")
    page.get_by_role("button", name="Search").click()
    page.locator("main .links a[href*=perfectserve]").first.click()
    assert page.locator("[name=subcategory][value=schedule]").is_checked()
    for name, value in (("affected", "nobody"), ("ability", "yes"), ("kind", "request")):
        page.locator(f"[name={name}][value='{value}']").check(force=True)
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("You already have 2 open tickets about “Schedule assistance”").wait_for()
    asked = page.url
    page.locator(f"main a[href^='{own.get_absolute_url()}?draft']").click()
    page.get_by_label("Your reply").wait_for()
    assert own.get_absolute_url() in page.url
    page.goto(asked)
    page.get_by_role("button", name="It is something else: go on").click()
    page.get_by_label("Subject").wait_for()
    assert (Ticket.objects.count(), Draft.objects.get().told_apart_at is None) == (2, False)


def numbers(page):
    return page.locator("main tbody td.nowrap").all_inner_texts()
