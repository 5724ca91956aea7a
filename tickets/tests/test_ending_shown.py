"""Who sees what was merged, deleted or spam, and what they read of it."""

import pytest

from tickets import ending, timeline
from tickets.lists import Wanted, count, page


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


@pytest.fixture
def twins(make_ticket):
    """Make two tickets about the same: the one that is too many, and the one that goes on."""
    original = make_ticket()
    return make_ticket(), original


def test_both_timelines_tell_of_a_merge(twins, alex, dana):
    ticket, original = twins

    ending.merge(ticket, into=original, by=alex)

    assert sentences(ticket, alex) == [f"Merged into {original.number}, by Alex"]
    assert sentences(original, alex) == [f"{ticket.number} was merged into this one, by Alex"]
    assert sentences(ticket, dana) == [f"Goes on as part of {original.number}"]
    assert sentences(original, dana) == [f"{ticket.number} was merged into this one"]


def test_who_does_not_see_the_other_ticket_reads_no_number_of_it(
    make_ticket, make_user, alex, dana
):
    erin = make_user("Erin", organization="Harbor Health")
    ticket, original = make_ticket(), make_ticket(requester=erin)

    ending.merge(ticket, into=original, by=alex, confirmed=True)

    assert sentences(ticket, dana) == ["Goes on as part of another ticket"]
    assert sentences(original, erin) == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_merged_tickets_costs_no_query(
    number, make_ticket, alex, django_assert_num_queries
):
    original = make_ticket()
    for _each in range(number):
        ending.merge(make_ticket(), into=original, by=alex)

    with django_assert_num_queries(8):
        told = timeline.entries(original, alex)

    assert len(told) == number + 1


def test_the_customer_reads_where_the_ticket_goes_on(twins, alex, as_dana):
    ticket, original = twins
    ending.merge(ticket, into=original, by=alex)

    page = as_dana.get(ticket.get_absolute_url()).content.decode()

    assert "Part of another ticket since" in page
    assert f'<a href="{original.get_absolute_url()}">{original.number} Wrong schedule</a>' in page
    assert "Whatever you want to add, write it there" in page
    assert "New ticket about this" not in page
    assert 'id="reply"' not in page


def test_who_does_not_see_where_it_goes_on_may_write_anew(make_ticket, make_user, alex, as_dana):
    ticket = make_ticket()
    original = make_ticket(requester=make_user("Erin", organization="Harbor Health"))
    ending.merge(ticket, into=original, by=alex, confirmed=True)

    page = as_dana.get(ticket.get_absolute_url()).content.decode()

    assert "Part of another ticket since" in page
    assert original.number not in page
    assert "New ticket about this" in page


def test_both_timelines_tell_that_a_merge_was_taken_back(twins, alex, dana):
    ticket, original = twins
    ending.merge(ticket, into=original, by=alex)

    ending.unmerge(ticket, by=alex)

    assert sentences(ticket, alex)[1:] == [f"Taken out of {original.number} again, by Alex"]
    assert sentences(original, alex)[1:] == [
        f"{ticket.number} was taken out of this one again, by Alex"
    ]
    assert sentences(ticket, dana)[1:] == ["Goes on by itself again"]
    assert sentences(original, dana)[1:] == [f"{ticket.number} was taken out of this one again"]


def test_customers_lists_and_their_numbers_leave_out_spam_and_what_was_deleted(
    make_ticket, make_user, alex, dana
):
    colleague = make_user("Priya", organization="Riverside Clinic", sees_organization=True)
    kept, spam, deleted, merged = (make_ticket() for _each in range(4))
    for ticket in (kept, spam, deleted, merged):
        ticket.watchers.create(user=alex, created_at=ticket.created_at, added_by=dana)
    ending.mark_spam(spam, by=alex)
    ending.delete(deleted, by=alex)
    ending.merge(merged, into=kept, by=alex)

    for user, whose in ((dana, "mine"), (colleague, "organization"), (alex, "following")):
        wanted = Wanted(user, kept.brand_id, whose)
        assert page(wanted).tickets == [merged, kept]
        assert count(user, [kept.brand_id], whose=whose)[kept.brand_id] == {
            "waiting": 0,
            "working": 1,
            "solved": 1,
            "all": 2,
        }


def test_a_customer_asks_in_vain_for_the_page_of_spam(make_ticket, alex, as_dana):
    ticket = make_ticket()
    ending.mark_spam(ticket, by=alex)

    assert as_dana.get(ticket.get_absolute_url()).status_code == 404


def test_agents_see_by_its_address_what_no_queue_lists(make_ticket, twins, alex, browser_of):
    ticket, original = twins
    spam, deleted = make_ticket(), make_ticket()
    ending.merge(ticket, into=original, by=alex)
    ending.mark_spam(spam, by=alex)
    ending.delete(deleted, by=alex)
    browser = browser_of(alex)

    for tab in ("due", "unassigned", "all"):
        listed = browser.get("/admin/tickets/ticket/", {"tab": tab}).context["queue"].page.tickets
        assert listed == [original]
    for each, words in ((ticket, "Merged"), (spam, "Spam"), (deleted, "Deleted")):
        shown = browser.get(f"/admin/tickets/ticket/{each.pk}/change/")
        assert (shown.status_code, words in shown.content.decode()) == (200, True)
