"""My tickets: whose, in which state, found by which words, a page at a time."""

from datetime import timedelta

import pytest
from django.test import Client

from tickets import clock, counting, lists, services
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket, Watcher


@pytest.fixture
def numbers():
    """Return what somebody's list shows under a query, top to bottom."""

    def numbers(user, query=""):
        client = Client()
        client.force_login(user)
        return [row["number"] for row in client.get(f"/tickets/{query}").context["tickets"]]

    return numbers


@pytest.fixture
def look(dana):
    client = Client()
    client.force_login(dana)
    return lambda query="": client.get(f"/tickets/{query}")


@pytest.fixture
def maria(make_user):
    return make_user("Maria", organization="Riverside Clinic", sees_organization=True)


def watch(user, ticket):
    Watcher.objects.create(ticket=ticket, user=user, added_by=user, created_at=clock.now())


def counts(response):
    return {str(tab["label"]): tab["count"] for tab in response.context["tabs"]}


def test_each_tab_lists_its_statuses_and_says_how_many(make_ticket, look, alex, numbers, dana):
    new, pending, solved = make_ticket(), make_ticket(), make_ticket()
    services.set_status(pending, by=alex, to="pending")
    services.set_status(solved, by=alex, to="solved")

    tabs = {view: numbers(dana, f"?view={view}") for view in lists.VIEWS}

    assert tabs == {
        "waiting": [pending.number],
        "working": [new.number],
        "solved": [solved.number],
        "all": [solved.number, pending.number, new.number],
    }
    assert counts(look()) == {
        "Waiting for you": "1",
        "Being worked on": "1",
        "Solved": "1",
        "All": "3",
    }


def test_what_waits_for_a_colleague_is_not_said_to_wait_for_who_looks(make_ticket, alex, maria):
    theirs, own = make_ticket(), make_ticket(requester=maria)
    for ticket in (theirs, own):
        services.set_status(ticket, by=alex, to="pending")
    client = Client()
    client.force_login(maria)

    shown = client.get("/tickets/?whose=organization&view=waiting")

    assert {row["number"]: str(row["status_words"]) for row in shown.context["tickets"]} == {
        theirs.number: "Waiting for the requester",
        own.number: "Waiting for your reply",
    }
    assert list(counts(shown)) == ["Waiting for the requester", "Being worked on", "Solved", "All"]
    pages = {each: client.get(each.get_absolute_url()) for each in (theirs, own)}
    assert {each: page.context["status_words"] for each, page in pages.items()} == {
        theirs: "Waiting for the requester",
        own: "Waiting for your reply",
    }
    assert [b"What you told us" in page.content for page in pages.values()] == [False, True]


def test_counting_ends_at_a_hundred(make_ticket, look, monkeypatch):
    monkeypatch.setattr(counting, "MOST", 3)
    for _n in range(4):
        make_ticket()

    assert counts(look()) == {
        "Waiting for you": "0",
        "Being worked on": "2+",
        "Solved": "0",
        "All": "2+",
    }


def test_a_page_leads_to_the_older_ones_and_keeps_the_filters(make_ticket, look, time):
    made = []
    for _n in range(lists.PAGE + 2):
        time.advance(seconds=1)
        made.append(make_ticket().number)

    first = look("?view=working")
    second = look(f"?view=working&after={first.context['page'].older.replace('+', '%2B')}")

    assert [row["number"] for row in first.context["tickets"]] == made[:1:-1]
    assert [row["number"] for row in second.context["tickets"]] == made[1::-1]
    assert second.context["page"].older is None
    assert 'href="?view=working"' in second.content.decode()


def test_pages_neither_skip_nor_repeat_tickets_of_the_same_moment(make_ticket, dana, time):
    made = {make_ticket().pk for _n in range(2 * lists.PAGE + 3)}
    wanted = lists.Wanted(dana, Ticket.objects.first().brand_id)

    shown, after = [], None
    while True:
        page = lists.page(wanted, after=after)
        shown += [ticket.pk for ticket in page.tickets]
        after = page.older
        if after is None:
            break

    assert shown == sorted(made, reverse=True)


def test_who_sees_the_organization_lists_it_without_what_is_restricted(
    make_ticket, maria, numbers, make_user
):
    ours, own = make_ticket(), make_ticket(requester=maria)
    make_ticket(about="legal")
    make_ticket(requester=make_user("Cho", organization="Uptown ENT"))

    assert numbers(maria, "?whose=organization") == [own.number, ours.number]
    assert numbers(maria) == [own.number]


def test_who_may_not_see_the_organization_is_told_whom_to_ask(look, make_ticket, maria, make_user):
    make_ticket(requester=make_user("Ben", organization="Riverside Clinic"), subject="CANARY")
    make_user("Gone", organization="Riverside Clinic", sees_organization=True, is_active=False)
    make_user("Other", organization="Uptown ENT", sees_organization=True)

    denied = look("?whose=organization")

    assert denied.status_code == 403
    assert denied.context["ask"] == ["Maria"]
    assert "CANARY" not in denied.content.decode()


def test_without_an_organization_the_right_to_see_one_shows_nothing(make_user, make_ticket):
    ben, cho = make_user("Ben", sees_organization=True), make_user("Cho")
    make_ticket(requester=cho)
    client = Client()
    client.force_login(ben)

    denied = client.get("/tickets/?whose=organization")

    assert (denied.status_code, denied.context["ask"]) == (403, ())


def test_following_lists_what_others_filed_and_this_person_watches(
    make_ticket, numbers, dana, make_user
):
    cho = make_user("Cho")
    followed, _foreign, own = (
        make_ticket(requester=cho),
        make_ticket(requester=cho),
        make_ticket(),
    )
    watch(dana, followed)
    watch(dana, own)

    assert numbers(dana, "?whose=following") == [followed.number]
    assert numbers(dana) == [own.number]


@pytest.mark.parametrize(
    "words",
    ["overnight", "OVERNIGHT", "pager 100%", "st_mary", "Kilda", "found cable", "back\\slash"],
)
def test_words_are_found_in_subject_messages_and_answers(
    words, make_ticket, numbers, dana, alex, catalog_answer
):
    make_ticket(subject="Something else")
    asked = make_ticket(subject="Overnight pager", description="100% silent at st_mary")
    take_turn(asked, by=alex, turn=Turn(body="We found a back\\slash in the cable."))
    catalog_answer(asked, "St. Kilda")

    assert numbers(dana, f"?q={words.replace('%', '%25').replace(' ', '+')}") == [asked.number]


@pytest.fixture
def catalog_answer():
    def answer(ticket, words):
        ticket.answers.create(key="site", label="Site", kind="text", value=words, display=words)

    return answer


@pytest.mark.parametrize("words", ["%", "_", "\\", "pager%silent", "CANARY", "nowhere"])
def test_wildcards_are_letters_and_notes_and_foreign_tickets_are_never_searched(
    words, make_ticket, numbers, dana, alex, make_user
):
    ticket = make_ticket(subject="Overnight pager", description="silent")
    take_turn(ticket, by=alex, turn=Turn(body="CANARY note", public=False))
    make_ticket(requester=make_user("Cho"), subject="CANARY pager%silent _ \\ nowhere")

    assert numbers(dana, f"?q={words.replace('%', '%25')}") == []


def test_a_number_finds_its_ticket_however_it_is_written(make_ticket, numbers, dana, make_user):
    ticket, foreign = make_ticket(), make_ticket(requester=make_user("Cho"))

    found = [
        numbers(dana, f"?q={asked}")
        for asked in (
            ticket.number,
            ticket.number.lower(),
            str(ticket.pk),
            f"%23{ticket.pk}",
            f"CC-{ticket.pk}",
            foreign.number,
            "9" * 30,
        )
    ]

    assert found == [[ticket.number]] * 4 + [[]] * 3


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ("x" * 101, "Shorten this to 100 characters or fewer. It has 101."),
        ("a b c d e f g", "Search for 6 words at most."),
        (
            "a%00b",
            "This text has characters that can't be stored. Type it, or paste it as plain text.",
        ),
    ],
)
def test_a_search_that_cannot_be_made_says_why_and_lists_nothing(asked, error, make_ticket, look):
    make_ticket()

    page = look(f"?q={asked}")

    assert page.context["form"].errors == {"q": [error]}
    assert page.context["tickets"] == []


@pytest.mark.parametrize("asked", ["", "%20%20", "+", "%09"])
def test_a_search_for_nothing_lists_everything(asked, make_ticket, numbers, dana):
    ticket = make_ticket()

    assert numbers(dana, f"?q={asked}") == [ticket.number]


def test_nothing_found_says_what_was_looked_for_and_how_to_go_on(look):
    page = look("?view=solved&q=pager")

    assert page.context["nothing"] == "No solved tickets match “pager”."
    assert '<a href="?whose=mine&amp;view=solved">Clear</a>' in page.content.decode()


def test_a_search_is_bounded_and_says_where_it_stopped(
    make_ticket, look, numbers, dana, monkeypatch
):
    monkeypatch.setattr(lists, "MOST_SEARCHED", 2)
    old = make_ticket(subject="Overnight pager")
    for _n in range(2):
        make_ticket()

    first = look("?q=pager")
    cursor = first.context["page"].older.replace("+", "%2B")

    assert (first.context["tickets"], first.context["page"].is_cut) == ([], True)
    assert "Older tickets were not searched yet." in first.content.decode()
    assert numbers(dana, f"?q=pager&after={cursor}") == [old.number]


def test_a_type_narrows_the_list_and_its_counts(make_ticket, look, numbers, dana):
    make_ticket()
    payment = make_ticket(type="payment", about=None)

    assert numbers(dana, f"?type={payment.request_type_id}") == [payment.number]
    assert counts(look(f"?type={payment.request_type_id}"))["All"] == "1"
    assert len(numbers(dana, "?type=nonsense")) == 0


@pytest.mark.parametrize("query", ["?view=late", "?whose=cho", "?after=x", "?q=pager&after=1,2"])
def test_addresses_that_name_nothing_are_not_there(query, look):
    assert look(query).status_code == 404


def test_the_other_brands_tickets_are_counted_with_a_link_there(make_ticket, look):
    make_ticket(brand="clinical-collaboration")

    page = look().content.decode()

    assert "You have 1 ticket with Clinical Collaboration." in page
    assert "https://support.telmediq.com/tickets/" in page


def test_the_list_tells_when_a_promise_is_due(make_ticket, look, time):
    make_ticket(level=3)
    time.advance(hours=1)

    shown = look().context["tickets"][0]["promise"]

    assert (shown.what, shown.words) == ("First reply", "3:00 left")
    assert shown.due == time.at + timedelta(hours=3)
