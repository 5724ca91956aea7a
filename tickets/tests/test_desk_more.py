"""What the ticket's page leads to beside its own form."""

import pytest

from tickets import ending
from tickets.desk import more

QUEUE = "/admin/tickets/ticket/"
KEPT = "_changelist_filters=tab%3Dmine"


def acts(user, ticket):
    return [act.name.removeprefix("tickets_") for act in more.ACTS if act.offered(user, ticket)]


def test_an_agent_is_offered_what_the_ticket_allows(make_ticket, alex):
    ticket, other = make_ticket(), make_ticket()

    assert acts(alex, ticket) == [
        *("watch", "about", "snooze", "callback", "merge", "split"),
        *("mail_of_ticket", "redact", "spam", "delete"),
    ]

    ending.merge(other, into=ticket, by=alex)
    other.refresh_from_db()

    assert acts(alex, other) == ["watch", "unmerge", "mail_of_ticket", "redact"]


def test_each_page_leads_back_into_the_list_that_the_ticket_was_opened_from(make_ticket, alex):
    links = more.links(alex, make_ticket(), kept="tab=mine")

    assert {link.url.partition("?")[2] for link in links} == {KEPT}


@pytest.mark.parametrize("name", ["about", "answers", "callback", "merge", "snooze"])
def test_a_page_leads_back_to_the_ticket_with_that_list(make_ticket, browser_of, alex, name):
    ticket = make_ticket()

    page = browser_of(alex).get(f"{QUEUE}{ticket.pk}/{name}/?{KEPT}").content.decode()

    assert f'href="{QUEUE}{ticket.pk}/change/?{KEPT}"' in page


@pytest.mark.parametrize(
    "name, more",
    [
        ("about", {"save": ""}),
        ("answers", {}),
        ("callback", {"number": "212.555.0101"}),
    ],
)
def test_what_is_done_there_ends_on_the_ticket_with_that_list(
    make_ticket, browser_of, alex, name, more
):
    ticket, browser = make_ticket(), browser_of(alex)
    url = f"{QUEUE}{ticket.pk}/{name}/?{KEPT}"
    form = browser.get(url).context["form"]
    sent = {bound.name: bound.value() for bound in form if bound.value() is not None} | more
    if "save" in sent:  # what it does is looked at first
        looked = browser.post(url, {name: sent[name] for name in sent if name != "save"})
        sent |= {"seen": looked.context["preview"]["seal"]}

    response = browser.post(url, sent)

    assert (response.status_code, response.get("Location")) == (
        302,
        f"{QUEUE}{ticket.pk}/change/?{KEPT}",
    )


def test_the_list_is_kept_while_a_merge_is_asked_about(make_ticket, browser_of, alex):
    ticket, other = make_ticket(), make_ticket()

    page = browser_of(alex).get(f"{QUEUE}{ticket.pk}/merge/?{KEPT}").content.decode()

    assert '<input type="hidden" name="_changelist_filters" value="tab=mine">' in page
    assert f'href="?{KEPT}&amp;into={other.number}"' in page
