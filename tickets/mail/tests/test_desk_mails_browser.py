"""Mails that wait, in a browser: accessible, narrow and wide, and without JavaScript."""

from __future__ import annotations

import pytest

from tickets import clock, services
from tickets.mail.expand import expand
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.mail.tests.ledger import came, held

DESK, MAILS = "/admin/tickets/ticket/", "/admin/mail/inboundemail/"
LONG = "No pages after hours at St. Mary's, nobody on the overnight team gets anything at all"
ADDRESS = "https://schedules.example.org/a/very/long/address/without/any/break/that/goes/on"


@pytest.fixture
def much(make_ticket, dana):
    """A ticket on which a mail waits, one was added, one kept and one of ours did not arrive."""
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=f"Here. {ADDRESS}")
    message.channel, message.quoted = "email", f"> {LONG}\n> {ADDRESS}"
    message.save(update_fields=["channel", "quoted"])
    done = {"ticket": ticket, "state": "done", "sender": dana.email}
    added = came(became=message, outcome="added", reason="answers_our_mail", **done)
    came(outcome="kept", reason="auto_reply", **done)
    expand(clock.now(), limit=100)
    OutboundEmail.objects.update(fate="failed", fate_at=clock.now(), fate_words=f"550 {ADDRESS}")
    waits = held(ticket, subject=LONG, told={"text": ADDRESS, "cc": [f"{'a' * 60}@x.example"]})
    nobody = came(sender="", reason="no_sender", subject=LONG, error=f"Traceback: {ADDRESS}")
    return ticket, waits, added, nobody


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_they_are_accessible_and_fit_from_narrow_to_wide(page, axe, enter, much, morgan):
    ticket, waits, added, nobody = much
    enter(page, morgan)
    addresses = {
        "ticket": f"{DESK}{ticket.pk}/change/",
        "held": f"{MAILS}{waits.pk}/change/",
        "nobody's": f"{MAILS}{nobody.pk}/change/",
        "added": f"{MAILS}{added.pk}/change/",
        "list": f"{MAILS}?waits=quarantine",
        "of the ticket": f"{MAILS}tickets/{ticket.pk}/",
        "move": f"{MAILS}{added.pk}/move/",
    }

    found = {}
    for name, url in addresses.items():
        for width, scheme in ((320, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.goto(url)
            for folded in page.locator("main details.more > summary").all():
                folded.click()
            found[name, width] = (axe(page), fits(page))
    page.goto(addresses["nobody's"])
    page.locator("#decide .btn-primary").click()
    found["nobody's", "error"] = (axe(page), "Error:" in page.title())

    assert set(map(str, found.values())) == {"([], True)"}, found


def test_without_javascript_a_held_mail_is_discarded_from_the_ticket(
    page_without_js, enter, much, morgan
):
    ticket, waits, _added, _nobody = much
    page = enter(page_without_js, morgan)
    page.goto(f"{DESK}{ticket.pk}/change/")

    page.locator("details.more", has_text="What it says").locator("summary").click()
    said = page.locator(f"#mail-{waits.pk} .message-body").inner_text()
    page.locator(f"#mail-{waits.pk}").get_by_role("button", name="Discard").click()

    assert said == ADDRESS
    assert "Discarded. The mail is kept in the list." in page.content()
    assert InboundEmail.objects.get(pk=waits.pk).outcome == "discarded"
