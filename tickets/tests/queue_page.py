"""What a page of the agents' queue shows, for tests."""

QUEUE = "/admin/tickets/ticket/"


def counts(page):
    return {str(tab["label"]): tab["count"] for tab in page.context["queue"].tabs()}


def numbers(page):
    return [ticket.number for ticket in page.context["queue"].page.tickets]
