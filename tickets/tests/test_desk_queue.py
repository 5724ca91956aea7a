"""The agents' queue: its order, pages, tabs, filters and what can be done to several tickets."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tickets import counting, queue, services
from tickets.catalog.models import Brand
from tickets.desk import queue as desk_queue
from tickets.models import Event, Ticket

QUEUE = "/admin/tickets/ticket/"


@pytest.fixture
def sign_in():
    def sign(user):
        client = Client()
        client.force_login(user)
        return client

    return sign


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(desk_queue, "PAGE", 2)


def numbers(page):
    return [ticket.number for ticket in page.context["cl"].result_list]


def due_in(ticket, at, **duration):
    queue.place([ticket], next_due={ticket.pk: at + timedelta(**duration)})
    return ticket.number


def test_the_queue_is_sorted_by_rank_and_next_deadline(make_ticket, sign_in, alex, time):
    late = due_in(make_ticket(), time.at, hours=9)
    soon = due_in(make_ticket(), time.at, hours=1)
    not_called = due_in(make_ticket(level=1, phone_answer="cannot"), time.at, hours=10)

    page = sign_in(alex).get(QUEUE)

    assert numbers(page) == [not_called, soon, late]
    assert page.content.decode().count("not called") == 1
    assert numbers(sign_in(alex).get(QUEUE, {"tab": "all"})) == [not_called, soon, late]


def test_the_next_page_begins_behind_the_last_row(make_ticket, sign_in, alex, time, small_pages):
    first = due_in(make_ticket(level=2, phone_answer="cannot"), time.at, hours=9)
    rest = [due_in(make_ticket(), time.at, hours=1) for _number in range(4)]
    brand, client = Brand.objects.get(key="perfectserve"), sign_in(alex)

    page = client.get(QUEUE, {"brand": brand.pk})
    second = client.get(QUEUE + page.context["cl"].next_url)
    third = client.get(QUEUE + second.context["cl"].next_url)

    assert [numbers(page), numbers(second), numbers(third)] == [
        [first, rest[0]],
        rest[1:3],
        rest[3:],
    ]
    assert third.context["cl"].next_url is None
    assert second.context["cl"].first_url == f"?brand={brand.pk}"


def test_all_tickets_are_paged_newest_first(make_ticket, sign_in, alex, small_pages):
    made = [make_ticket().number for _number in range(3)]
    client = sign_in(alex)

    page = client.get(QUEUE, {"tab": "all"})
    second = client.get(QUEUE + page.context["cl"].next_url)

    assert numbers(page) + numbers(second) == made[::-1]


def test_tabs_and_filters_choose_and_the_counts_equal_the_lists(make_ticket, sign_in, alex, dana):
    mine, nobodys, waiting, solved = (make_ticket() for _number in range(4))
    make_ticket(level=2, phone_answer="called")
    services.assign(mine, by=alex, to=alex)
    services.set_status(waiting, by=alex, to="pending")
    services.set_status(solved, by=alex, to="solved")
    client = sign_in(alex)

    seen = {tab: numbers(client.get(QUEUE, {"tab": tab, "level": "3"})) for tab in desk_queue.TABS}
    tabs = client.get(QUEUE, {"level": "3"}).context["cl"].tabs()

    assert {tab: set(found) for tab, found in seen.items()} == {
        "due": {mine.number, nobodys.number, waiting.number},
        "mine": {mine.number},
        "unassigned": {nobodys.number, waiting.number},
        "waiting": {waiting.number},
        "all": {mine.number, nobodys.number, waiting.number, solved.number},
    }
    assert [tab["count"] for tab in tabs] == [str(len(found)) for found in (*seen.values(), ())]
    assert numbers(client.get(QUEUE, {"tab": "all", "status": "solved"})) == [solved.number]
    assert numbers(client.get(QUEUE, {"tab": "", "brand": "x", "level": "9"})) == (
        numbers(client.get(QUEUE))
    )


def test_counting_a_tab_ends_at_a_hundred(make_ticket, sign_in, alex, monkeypatch):
    monkeypatch.setattr(counting, "MOST", 2)
    make_ticket(), make_ticket()

    tabs = sign_in(alex).get(QUEUE).context["cl"].tabs()

    assert [tab["count"] for tab in tabs] == ["1+", "0", "1+", "0", "1+", "0"]


def test_tickets_of_a_brand_that_others_serve_and_restricted_ones_are_not_there(
    make_ticket, make_team, make_user, sign_in, alex
):
    make_team(
        "Others", members=[make_user("Blair", role="agent")], brands=["clinical-collaboration"]
    )
    make_ticket(brand="clinical-collaboration", subject="canary")
    make_ticket(about="legal", subject="canary")

    page = sign_in(alex).get(QUEUE, {"tab": "all"})

    assert "canary" not in page.content.decode()
    assert [tab["count"] for tab in page.context["cl"].tabs()] == ["0"] * 6


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
def test_nonsense_in_the_address_leads_back_to_the_queue(sign_in, alex, nonsense):
    page = sign_in(alex).get(QUEUE, nonsense)

    assert (page.status_code, page.url) == (302, f"{QUEUE}?e=1")


def test_customers_and_staff_without_the_right_find_no_queue(sign_in, dana, make_user):
    assert sign_in(dana).get(QUEUE).status_code == 404
    assert sign_in(make_user("Pat", is_staff=True)).get(QUEUE).status_code == 404
    assert Client().get(QUEUE)["Location"] == f"/accounts/sign-in/?next={QUEUE}"


def test_several_tickets_are_taken_at_once_and_what_was_skipped_is_said(
    make_ticket, make_user, sign_in, alex
):
    one, two, untouched = make_ticket(), make_ticket(), make_ticket()
    own = make_ticket(requester=alex)
    services.assign(two, by=alex, to=alex)

    page = sign_in(alex).post(
        f"{QUEUE}?tab=due",
        {"action": "assign_to_me", "index": "0", "_selected_action": [one.pk, two.pk, own.pk]},
        follow=True,
    )

    assert page.redirect_chain == [(f"{QUEUE}?tab=due", 302)]
    assert [str(message) for message in page.context["messages"]] == [
        f"1 assigned to you: {one.number}. 2 skipped: yours already, or not yours to work on."
    ]
    assert set(Ticket.objects.filter(assignee=alex)) == {one, two}
    assert Event.objects.filter(type="assigned").count() == 2
    assert not untouched.events.filter(type="assigned").exists()


def test_acting_on_everything_a_tab_lists_is_refused(make_ticket, sign_in, alex):
    ticket = make_ticket()

    page = sign_in(alex).post(
        QUEUE,
        {
            "action": "assign_to_me",
            "index": "0",
            "select_across": "1",
            "_selected_action": [ticket.pk],
        },
    )

    assert page.status_code == 403
    assert not ticket.events.filter(type="assigned").exists()


def test_who_only_reads_has_no_action(make_ticket, make_user, sign_in):
    ticket = make_ticket()
    client = sign_in(make_user("Robin", role="read_only"))

    shown = client.get(QUEUE).content.decode()
    client.post(QUEUE, {"action": "assign_to_me", "index": "0", "_selected_action": [ticket.pk]})

    assert "_selected_action" not in shown
    assert not ticket.events.filter(type="assigned").exists()


@pytest.mark.parametrize("key", ["9" * 5000, "x", "-1"])
def test_a_ticked_row_that_cannot_be_is_not_found(sign_in, alex, key):
    sent = {"action": "assign_to_me", "_selected_action": key, "index": "0"}

    assert sign_in(alex).post(QUEUE, sent).status_code == 404


def test_a_row_links_to_its_ticket_and_keeps_the_filters(make_ticket, sign_in, alex):
    ticket = make_ticket()

    page = sign_in(alex).get(QUEUE, {"tab": "unassigned"})

    url = f"/admin/tickets/ticket/{ticket.pk}/change/?_changelist_filters=tab%3Dunassigned"
    assert [line.url for line in page.context["cl"].lines()] == [url]
    assert sign_in(alex).get(url).context["queue_url"] == f"{QUEUE}?tab=unassigned"


def test_tickets_are_not_added_deleted_or_edited_elsewhere(make_ticket, sign_in, make_user):
    ticket = make_ticket()
    client = sign_in(make_user("Root", is_staff=True, is_superuser=True))

    assert {
        client.get(f"{QUEUE}{rest}").status_code
        for rest in ("add/", f"{ticket.pk}/delete/", f"{ticket.pk}/history/", f"{ticket.pk}/")
    } == {404}


def test_the_queue_takes_the_same_number_of_queries_for_one_row_and_for_three(
    make_ticket, sign_in, alex
):
    client = sign_in(alex)
    make_ticket()
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        client.get(QUEUE)
    make_ticket(), make_ticket()

    with CaptureQueriesContext(connection) as three:
        client.get(QUEUE)

    assert len(one) == len(three) <= 12, [query["sql"][:90] for query in three]


def test_a_page_in_the_middle_starts_in_the_index(make_ticket, alex, time):
    tab = desk_queue.TABS["due"]
    ticket = make_ticket()
    found = Ticket.objects.filter(tab.rule(alex)).order_by(*tab.order)
    last = desk_queue._cursor(ticket, tab=tab)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # what is left of it cannot be left out

    with CaptureQueriesContext(connection) as asked:
        desk_queue._after(found, last, tab=tab)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Index Cond: ((queue_rank = 1) AND (ROW(next_due_at, id) > ROW(" in plan
    assert "Sort" not in plan
