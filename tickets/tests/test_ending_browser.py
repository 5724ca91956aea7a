"""Merged tickets in a browser: accessible and narrow enough, for customers and on the desk."""

from tickets import ending


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_merged_tickets_are_accessible_and_lead_to_each_other(
    page, axe, enter, make_ticket, alex, dana
):
    original = make_ticket()
    ticket = make_ticket(subject="Sent this twice, sorry: the schedule shows last week")
    ending.merge(ticket, into=original, by=alex)

    for user, address in (
        (dana, "/tickets/{pk}/"),
        (alex, "/admin/tickets/ticket/{pk}/change/"),
    ):
        enter(page, user)
        for scheme, width in (("light", 1280), ("light", 320), ("dark", 1280)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            for each in (ticket, original):
                page.goto(address.format(pk=each.pk))
                assert axe(page) == []
                assert fits(page)
        page.goto(address.format(pk=ticket.pk))
        page.get_by_role("link", name=original.number).first.click()
        assert page.url.endswith(address.format(pk=original.pk))
        page.get_by_role("link", name=ticket.number).click()
        assert page.url.endswith(address.format(pk=ticket.pk))
