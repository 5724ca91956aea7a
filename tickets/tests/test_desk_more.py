"""What the ticket's page leads to beside its own form."""

from tickets import ending
from tickets.desk import more


def acts(user, ticket):
    return [act.name.removeprefix("tickets_") for act in more.ACTS if act.offered(user, ticket)]


def test_an_agent_is_offered_what_the_ticket_allows(make_ticket, alex):
    ticket, other = make_ticket(), make_ticket()

    assert acts(alex, ticket) == (
        ["watch", "about", "snooze", "callback", "merge", "split", "redact", "spam", "delete"]
    )

    ending.merge(other, into=ticket, by=alex)
    other.refresh_from_db()

    assert acts(alex, other) == ["watch", "unmerge", "redact"]


def test_each_page_leads_back_into_the_list_that_the_ticket_was_opened_from(make_ticket, alex):
    links = more.links(alex, make_ticket(), kept="tab=mine")

    assert {link.url.partition("?")[2] for link in links} == {"_changelist_filters=tab%3Dmine"}
