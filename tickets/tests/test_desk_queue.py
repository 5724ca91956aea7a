"""The agents' queue: its order, pages, tabs and what can be done to several tickets."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets import counting, queue, services
from tickets.catalog.models import Brand
from tickets.desk import queue as desk_queue
from tickets.models import Ticket
from tickets.tests.queue_page import QUEUE, counts, numbers


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(desk_queue, "PAGE", 2)


def due_in(ticket, at, **duration):
    queue.place([ticket], next_due={ticket.pk: at + timedelta(**duration)})
    return ticket.number


def test_the_queue_is_sorted_by_rank_and_next_deadline(make_ticket, browser_of, alex, time):
    late = due_in(make_ticket(), time.at, hours=9)
    soon = due_in(make_ticket(), time.at, hours=1)
    not_called = due_in(make_ticket(level=1, phone_answer="cannot"), time.at, hours=10)

    page = browser_of(alex).get(QUEUE)

    assert numbers(page) == [not_called, soon, late]
    assert page.content.decode().count("not called") == 1
    assert numbers(browser_of(alex).get(QUEUE, {"tab": "all"})) == [not_called, soon, late]


def test_the_next_page_begins_behind_the_last_row(make_ticket, browser_of, alex, time, small_pages):
    first = due_in(make_ticket(level=2, phone_answer="cannot"), time.at, hours=9)
    rest = [due_in(make_ticket(), time.at, hours=1) for _number in range(4)]
    brand, client = Brand.objects.get(key="perfectserve"), browser_of(alex)

    page = client.get(QUEUE, {"brand": brand.pk})
    second = client.get(QUEUE + page.context["queue"].next_url)
    third = client.get(QUEUE + second.context["queue"].next_url)

    assert [numbers(page), numbers(second), numbers(third)] == [
        [first, rest[0]],
        rest[1:3],
        rest[3:],
    ]
    assert third.context["queue"].next_url is None
    assert second.context["queue"].first_url == f"?brand={brand.pk}"


def test_all_tickets_are_paged_newest_first(make_ticket, browser_of, alex, small_pages):
    made = [make_ticket().number for _number in range(3)]
    client = browser_of(alex)

    page = client.get(QUEUE, {"tab": "all"})
    second = client.get(QUEUE + page.context["queue"].next_url)

    assert numbers(page) + numbers(second) == made[::-1]


def test_tabs_and_filters_choose_and_the_counts_equal_the_lists(
    make_ticket, browser_of, alex, time, dana
):
    mine, nobodys, waiting, snoozed, solved = (make_ticket() for _number in range(5))
    make_ticket(level=2, phone_answer="called")
    for ticket in (mine, nobodys, waiting, snoozed):
        due_in(ticket, time.at, hours=9)
    services.assign(mine, by=alex, to=alex)
    services.set_status(waiting, by=alex, to="pending")
    services.set_status(solved, by=alex, to="solved")
    Ticket.objects.filter(pk=snoozed.pk).update(snoozed_until=time.at + timedelta(days=9))
    time.advance(hours=10)
    client = browser_of(alex)

    seen = {tab: numbers(client.get(QUEUE, {"tab": tab, "level": "3"})) for tab in desk_queue.TABS}
    shown = counts(client.get(QUEUE, {"level": "3"}))

    assert {tab: set(found) for tab, found in seen.items()} == {
        "due": {mine.number, nobodys.number, waiting.number},
        "mine": {mine.number},
        "unassigned": {nobodys.number, waiting.number},
        "breached": {mine.number, nobodys.number, waiting.number, snoozed.number},
        "waiting": {waiting.number},
        "snoozed": {snoozed.number},
        "all": {ticket.number for ticket in (mine, nobodys, waiting, snoozed, solved)},
    }
    labels = {name: str(tab.label) for name, tab in desk_queue.TABS.items()}
    assert {name: shown[labels[name]] for name in labels} == {
        **{name: str(len(found)) for name, found in seen.items()},
        "all": None,  # of all there ever were, what matches a filter is not counted
    }
    assert numbers(client.get(QUEUE, {"tab": "all", "status": "solved"})) == [solved.number]


def test_counting_a_tab_ends_at_a_hundred(make_ticket, browser_of, alex, monkeypatch):
    monkeypatch.setattr(counting, "MOST", 2)
    make_ticket(), make_ticket()

    shown = counts(browser_of(alex).get(QUEUE))

    assert shown == {
        "Due next": "1+",
        "Mine": "0",
        "Unassigned": "1+",
        "Breached": "0",
        "Callbacks": "0",
        "Unconfirmed": "0",
        "Waiting for customer": "0",
        "Snoozed": "0",
        "All": "1+",
    }


def test_an_empty_tab_says_where_else_there_is_something(make_ticket, browser_of, alex):
    services.set_status(make_ticket(), by=alex, to="pending")
    page = browser_of(alex).get(QUEUE, {"tab": "snoozed"})

    assert [
        (str(tab["label"]), tab["count"], tab["url"]) for tab in page.context["queue"].elsewhere()
    ] == [
        ("Due next", "1", "?tab=due"),
        ("Unassigned", "1", "?tab=unassigned"),
        ("Waiting for customer", "1", "?tab=waiting"),
        ("All", "1", "?tab=all"),
    ]
    assert "No ticket is snoozed." in page.content.decode()


def test_the_page_before_is_where_one_came_from(make_ticket, browser_of, alex, time, small_pages):
    made = [due_in(make_ticket(), time.at, hours=hour) for hour in range(1, 6)]
    client = browser_of(alex)
    second = client.get(QUEUE + client.get(QUEUE).context["queue"].next_url)
    third = client.get(QUEUE + second.context["queue"].next_url)

    back = client.get(QUEUE + third.context["queue"].previous_url)
    first = client.get(QUEUE + back.context["queue"].previous_url)

    assert [numbers(page) for page in (third, back, first)] == [made[4:], made[2:4], made[:2]]
    assert first.context["queue"].previous_url is None
    assert numbers(client.get(QUEUE + first.context["queue"].next_url)) == made[2:4]


def test_a_row_says_what_was_said_last_and_how_many_files_there_are(
    make_ticket, browser_of, alex, make_user
):
    ticket = make_ticket()
    services.note(ticket, by=alex, body="They called.\n\n" + "Again. " * 50)
    own = make_ticket(requester=alex)
    services.note(own, by=make_user("Blair", role="agent"), body="canary")

    page = browser_of(alex).get(QUEUE)

    last = {line.number: line.last for line in page.context["queue"].lines}
    assert last[ticket.number].startswith("They called. Again. Again.")
    assert len(last[ticket.number]) <= 101
    assert "canary" not in page.content.decode()


def test_tickets_of_a_brand_that_others_serve_and_restricted_ones_are_not_there(
    make_ticket, make_team, make_user, browser_of, alex
):
    make_team(
        "Others", members=[make_user("Blair", role="agent")], brands=["clinical-collaboration"]
    )
    make_ticket(brand="clinical-collaboration", subject="canary")
    make_ticket(about="legal", subject="canary")

    page = browser_of(alex).get(QUEUE, {"tab": "all"})

    assert "canary" not in page.content.decode()
    assert set(counts(page).values()) == {"0"}


@pytest.mark.parametrize(
    "nonsense",
    [
        {"tab": "no"},
        {"after": "x"},
        {"after": "1,2026-01-05T10:00:00,3"},
        {"tab": "all", "after": "x"},
        {"nothing": "1"},
    ],
)
def test_nonsense_in_the_address_leads_back_to_the_queue(browser_of, alex, nonsense):
    page = browser_of(alex).get(QUEUE, nonsense)

    assert (page.status_code, page.url) == (302, f"{QUEUE}?e=1")
    assert "That address led to no page of the queue" in browser_of(alex).get(page.url).text


def test_customers_and_staff_without_the_right_find_no_queue(browser_of, dana, make_user):
    assert browser_of(dana).get(QUEUE).status_code == 404
    assert browser_of(make_user("Pat", is_staff=True)).get(QUEUE).status_code == 404
    assert browser_of().get(QUEUE)["Location"] == f"/accounts/sign-in/?next={QUEUE}"


def test_acting_on_everything_a_tab_lists_is_refused(make_ticket, browser_of, alex):
    ticket = make_ticket()

    page = browser_of(alex).post(
        QUEUE,
        {
            "action": "assign_to_me",
            "index": "0",
            "select_across": "1",
            "_selected_action": [ticket.pk],
        },
    )

    assert page.status_code == 404
    assert not ticket.events.filter(type="assigned").exists()


def test_who_only_reads_has_no_action(make_ticket, make_user, browser_of):
    ticket = make_ticket()
    client = browser_of(make_user("Robin", role="read_only"))

    shown = client.get(QUEUE).content.decode()
    client.post(QUEUE, {"action": "assign_to_me", "index": "0", "_selected_action": [ticket.pk]})

    assert "_selected_action" not in shown
    assert not ticket.events.filter(type="assigned").exists()


@pytest.mark.parametrize("key", ["9" * 5000, "x", "-1"])
def test_a_ticked_row_that_cannot_be_is_not_found(browser_of, alex, key):
    sent = {"action": "assign_to_me", "_selected_action": key, "index": "0"}

    assert browser_of(alex).post(QUEUE, sent).status_code == 404


def test_a_row_links_to_its_ticket_and_keeps_the_filters(make_ticket, browser_of, alex):
    ticket = make_ticket()

    page = browser_of(alex).get(QUEUE, {"tab": "unassigned"})

    url = f"/admin/tickets/ticket/{ticket.pk}/change/?_changelist_filters=tab%3Dunassigned"
    assert [line.url for line in page.context["queue"].lines] == [url]
    assert browser_of(alex).get(url).context["queue_url"] == f"{QUEUE}?tab=unassigned"


def test_tickets_are_not_added_deleted_or_edited_elsewhere(make_ticket, browser_of, make_user):
    ticket = make_ticket()
    client = browser_of(make_user("Root", is_staff=True, is_superuser=True))

    assert {
        client.get(f"{QUEUE}{rest}").status_code
        for rest in ("add/", f"{ticket.pk}/history/", f"{ticket.pk}/")
    } == {404}


def test_the_queue_takes_ten_queries_whatever_it_shows(make_ticket, browser_of, alex):
    client = browser_of(alex)
    make_ticket()
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        client.get(QUEUE)
    make_ticket(), make_ticket()
    services.set_status(make_ticket(), by=alex, to="pending")

    with CaptureQueriesContext(connection) as four:
        client.get(QUEUE)

    assert len(one) == len(four) <= 10, [query["sql"][:90] for query in four]


@pytest.mark.parametrize("tab", ["due", "mine", "unassigned", "breached", "waiting", "snoozed"])
@pytest.mark.parametrize("way", ["after", "until"])
def test_a_page_in_the_middle_starts_in_the_index(make_ticket, alex, time, tab, way):
    tab = desk_queue.TABS[tab]
    ticket = make_ticket()
    ticket.snoozed_until = time.at
    found = Ticket.objects.on_desk_of(alex, brands=[ticket.brand_id])
    found = found.filter(tab.rule(alex, time.at))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # what is left of it cannot be left out

    parts = tab.order.parts(found, tab.order.cursor(ticket), back=way == "until", most=51)
    plan = parts[-1 if way == "until" else 0].explain()

    assert "Index Cond: " in plan, plan
    assert "ROW(" in plan, plan
    assert "Sort" not in plan, plan
