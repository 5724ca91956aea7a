"""The desk's pages that let one ticket go on in place of another, and take it out again."""

import pytest
from django.contrib.messages import get_messages

from tickets import ending, services, watching
from tickets.desk.merging import TargetForm
from tickets.models import Ticket

QUEUE = "/admin/tickets/ticket/"


@pytest.fixture
def as_alex(client, alex):
    client.force_login(alex)
    return client


@pytest.fixture
def lee(make_user):
    """A colleague of Dana's."""
    return make_user("Lee", organization="Riverside Clinic")


@pytest.fixture
def kim(make_user):
    """A customer of another organization."""
    return make_user("Kim", organization="Uptown ENT")


def page_of(ticket, verb):
    return f"{QUEUE}{ticket.pk}/{verb}/"


def said(response):
    """Where a POST led, and what it says there."""
    messages = [str(message) for message in get_messages(response.wsgi_request)]
    return response["Location"], messages[-1:]


def stands(ticket):
    found = Ticket.objects.get(pk=ticket.pk)
    return found.status, found.outcome


def words(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("named", ["{number}", "{pk}", "#{pk}", "{lower}", "{desk}", "{portal}"])
def test_a_ticket_is_found_by_its_number_or_a_link(named, make_ticket):
    ticket = make_ticket()
    given = named.format(
        number=ticket.number,
        lower=ticket.number.lower(),
        pk=ticket.pk,
        desk=f"https://desk.example{page_of(ticket, 'change')}?_changelist_filters=tab%3D1",
        portal=f"https://support.example{ticket.get_absolute_url()}#message-7",
    )
    form = TargetForm({"into": given}, seen=Ticket.objects.all())

    assert form.is_valid(), form.errors
    assert form.cleaned_data["into"] == ticket


def test_what_is_no_ticket_or_one_that_is_not_seen_is_said_alike(as_alex, make_ticket):
    ticket = make_ticket()
    hidden = make_ticket()
    Ticket.objects.filter(pk=hidden.pk).update(restricted=True)
    for named in ("nonsense", "CC-1", f"XX-{ticket.pk}", hidden.number, str(10**17)):
        response = as_alex.get(page_of(ticket, "merge"), {"into": named})

        assert response.status_code == 422
        assert "There is no such ticket." in words(response)


def test_others_of_the_same_customer_are_offered(as_alex, make_ticket, kim):
    ticket, same, _other = make_ticket(), make_ticket(), make_ticket(requester=kim)

    page = as_alex.get(page_of(ticket, "merge"))

    assert list(page.context["others"]) == [same]


def test_both_customers_are_named_before_anything_happens(as_alex, make_ticket, kim):
    ticket, into = make_ticket(), make_ticket(requester=kim)

    page = words(as_alex.get(page_of(ticket, "merge"), {"into": into.number}))

    for word in ("Dana", "Riverside Clinic", "Kim", "kim@example.com", "Uptown ENT"):
        assert word in page
    assert stands(ticket) == ("new", "")


def test_different_customers_are_merged_only_when_that_is_confirmed(as_alex, make_ticket, kim):
    ticket, into = make_ticket(), make_ticket(requester=kim)
    page = f"{page_of(ticket, 'merge')}?into={into.number}"

    refused = as_alex.post(page, {"words": "See the other one."})
    assert refused.status_code == 422
    assert "are of different customers" in words(refused)
    assert "See the other one." in words(refused)
    assert (stands(ticket), ticket.messages.count()) == (("new", ""), 1)

    to, messages = said(as_alex.post(page, {"confirmed": "on", "words": "See the other one."}))

    assert (to, stands(ticket)) == (page_of(into, "change"), ("closed", "merged"))
    assert messages == [f"{ticket.number} is merged into {into.number}, where it goes on."]
    assert [(each.kind, each.body) for each in ticket.messages.all()][1:] == [
        ("public", "See the other one.")
    ]
    assert not into.watchers.exists()


def test_words_that_look_unfinished_are_asked_about_once_before_a_merge(as_alex, make_ticket):
    ticket, into = make_ticket(), make_ticket()
    page = f"{page_of(ticket, 'merge')}?into={into.number}"
    unfinished = "Dear {{ first_name }}, @Alex is on it."

    asked = as_alex.post(page, {"words": unfinished})
    sure = asked.context["form"]["sure"].value()
    changed = as_alex.post(page, {"words": "Dear [name],", "sure": sure})

    assert (asked.status_code, changed.status_code) == (422, 422)
    assert dict(asked.context["form"].errors) == {
        "words": [
            "“{{ first_name }}” is not filled in; “@Alex” is meant for colleagues."
            " Change the text, or press again to send it as it is."
        ]
    }
    assert (stands(ticket), ticket.messages.count()) == (("new", ""), 1)

    as_alex.post(page, {"words": unfinished, "sure": sure})

    assert (stands(ticket), ticket.messages.last().body) == (("closed", "merged"), unfinished)


def test_a_colleague_reads_along_only_when_named_and_no_more_after_the_merge_is_undone(
    as_alex, make_ticket, lee, dana
):
    ticket, into = make_ticket(requester=lee), make_ticket(requester=dana)
    page = f"{page_of(ticket, 'merge')}?into={into.number}"
    assert f"Read along on {into.number} from now on: Lee" in words(as_alex.get(page))

    as_alex.post(page, {"copies": "on", "named": str(lee.pk)})
    assert [watcher.user for watcher in into.watchers.all()] == [lee]

    as_alex.post(page_of(ticket, "unmerge"))
    assert stands(ticket) == ("new", "")
    assert not into.watchers.exists()


def test_who_came_to_read_along_since_the_page_was_shown_is_not_copied_with_the_others(
    as_alex, make_ticket, make_user, lee, dana
):
    ticket, into = make_ticket(requester=lee), make_ticket(requester=dana)
    page = f"{page_of(ticket, 'merge')}?into={into.number}"
    shown = as_alex.get(page).context["form"]["named"].value()
    later = make_user("Sam Later", organization=dana.organization.name)
    watching.watch(ticket, by=later, added_by=lee)

    as_alex.post(page, {"copies": "on", "named": shown})

    assert [watcher.user for watcher in into.watchers.all()] == [lee]


def test_a_merge_alone_shows_nobody_another_ticket(as_alex, make_ticket, lee, dana, browser_of):
    ticket, into = make_ticket(requester=lee), make_ticket(requester=dana)

    as_alex.post(f"{page_of(ticket, 'merge')}?into={into.number}", {})

    page = browser_of(lee).get(ticket.get_absolute_url())
    assert into.number not in words(page)
    assert browser_of(lee).get(into.get_absolute_url()).status_code == 404


def test_a_merge_is_not_undone_after_a_reply_and_pressing_twice_says_so(as_alex, alex, make_ticket):
    ticket, into = make_ticket(), make_ticket()
    page = f"{page_of(ticket, 'merge')}?into={into.number}"
    as_alex.post(page, {})
    again = as_alex.post(page, {})
    assert "is merged into another ticket already" in words(again)
    services.reply(into, by=alex, body="Both are mended.")

    _to, messages = said(as_alex.post(page_of(ticket, "unmerge")))

    assert messages == [
        f"{into.number} was replied to since the merge, which cannot be taken back any more."
    ]
    assert stands(ticket) == ("closed", "merged")


def test_what_a_customer_still_sends_on_a_merged_ticket_goes_where_it_goes_on(
    as_dana, dana, alex, make_ticket
):
    ticket, into = make_ticket(), make_ticket()
    ending.merge(ticket, into=into, by=alex)

    response = as_dana.post(f"{ticket.get_absolute_url()}replies/", {"body": "One thing more."})

    assert response["Location"] == into.get_absolute_url()
    assert [message.body for message in into.messages.all()][1:] == ["One thing more."]
    assert ticket.messages.count() == 1


def test_who_does_not_see_where_it_goes_on_files_anew(browser_of, lee, alex, make_ticket, kim):
    ticket, into = make_ticket(requester=lee), make_ticket(requester=kim)
    ending.merge(ticket, into=into, by=alex, confirmed=True)

    response = browser_of(lee).post(
        f"{ticket.get_absolute_url()}replies/", {"body": "One thing more."}
    )

    assert response["Location"].startswith("/drafts/")
    assert into.messages.count() == 1
