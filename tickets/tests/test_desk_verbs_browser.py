"""Pages of single verbs in a browser: accessible, narrow and wide, and without JavaScript."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tickets import ending, services, snoozing, uploads
from tickets.models import Ticket

QUEUE = "/admin/tickets/ticket/"


@pytest.fixture
def much(make_ticket, make_user, alex, dana):
    """A snoozed ticket with a file and a note, and one of another customer; spam, and a merge."""
    ticket, other = make_ticket(), make_ticket(requester=make_user("Kim"))
    file = uploads.store(SimpleUploadedFile("a-long-name-of-a-file-that-wraps.txt", b"a"))
    services.reply(ticket, by=dana, body="And an invoice came twice.", files=[file])
    services.note(ticket, by=alex, body="Ask finance.")
    snoozing.snooze(ticket, by=alex, until=snoozing.tomorrow(ticket.created_at))
    ending.mark_spam(make_ticket(), by=alex)
    merged = ending.merge(make_ticket(), into=make_ticket(), by=alex)
    return ticket, other, merged


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_they_are_accessible_and_fit_from_narrow_to_wide(page, axe, enter, much, alex):
    ticket, other, merged = much
    enter(page, alex)
    one = f"{QUEUE}{ticket.pk}/"
    addresses = {
        **{name: f"{one}{name}/" for name in ("snooze", "split", "redact", "spam", "delete")},
        "watch": f"{one}watch/",
        "which": f"{one}merge/",
        "both": f"{one}merge/?into={other.number}",
        "unmerge": f"{QUEUE}{merged.pk}/unmerge/",
        "list": f"{QUEUE}spam/",
    }

    found = {}
    for name, url in addresses.items():
        for width, scheme in ((320, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.goto(url)
            found[name, width] = (axe(page), fits(page))
    for name in ("split", "redact"):
        page.goto(addresses[name])
        page.locator("main form .btn-primary").click()
        found[name, "error"] = (axe(page), "Error:" in page.title())

    assert set(map(str, found.values())) == {"([], True)"}, found


def test_without_javascript_each_is_a_form_and_a_way_back(page_without_js, enter, much, alex):
    ticket, other, _merged = much
    page = enter(page_without_js, alex)
    page.goto(f"{QUEUE}{ticket.pk}/change/")
    page.get_by_role("link", name="Split").click()
    page.get_by_label("And an invoice came twice.").check()
    page.get_by_label("Subject of the new ticket").fill("Invoice")
    page.get_by_role("button", name="Take out").click()
    new = Ticket.objects.get(split_from=ticket)
    page.get_by_text(f"{new.number} was taken out of {ticket.number}.").wait_for()

    page.get_by_role("link", name="Remove text or files for good").click()
    page.get_by_label("And an invoice came twice.").check()
    page.get_by_label("Why").fill("patient data")
    page.get_by_label("The number of this ticket").fill(new.number)
    page.get_by_role("button", name="Remove for good").click()
    page.get_by_text("Removed for good.").wait_for()
    page.get_by_text("[removed by Alex").first.wait_for()

    page.get_by_role("link", name="Merge into another ticket").click()
    page.get_by_label("The ticket that goes on").fill(other.number)
    page.get_by_role("button", name="Look at both").click()
    page.get_by_label("Yes, merge tickets of different customers").check()
    page.get_by_role("button", name=f"Merge into {other.number}").click()
    assert page.url.endswith(f"{QUEUE}{other.pk}/change/")
    new.refresh_from_db()
    assert (new.outcome, new.merged_into) == ("merged", other)
