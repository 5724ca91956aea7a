"""What is about to break: the numbers by level and time left, and the list behind each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import matrix
from sla.models import Clock
from sla.tests.crowds import crowd
from sla.tests.managers import DUE, SOON, lines, pages, promises, read, signed_in
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket

FIRST = "First response"


def numbers(response):
    """The matrix as it is read: a row of words for each level."""
    return {
        level: [cell.shown for cell in cells]
        for level, cells in response.context["matrix"].rows.items()
    }


@pytest.fixture
def busy_desk(make_ticket, make_team, alex, time):
    """Promises in every column, some restricted, some of another brand."""
    make_ticket(level=4)
    time.advance(hours=44)
    for level in (1, 2, 3, 4):
        for brand in ("perfectserve", "clinical-collaboration"):
            make_ticket(level=level, brand=brand, phone_answer="cannot")
    paused = make_ticket(level=2)
    take_turn(paused, by=alex, turn=Turn(body="Which week?", status="pending"))
    restricted = make_ticket(level=1)
    Ticket.objects.filter(pk=restricted.pk).update(restricted=True, assignee=alex)
    time.advance(minutes=75)


def test_each_promise_is_counted_by_how_much_time_is_left(make_ticket, alex, morgan, time):
    paused, _late = make_ticket(level=2), make_ticket(level=1)
    take_turn(paused, by=alex, turn=Turn(body="Which week?", status="pending"))
    time.advance(minutes=61)
    make_ticket(level=3)
    soon = make_ticket(level=1)

    page = read(SOON, morgan)

    assert page.context["matrix"].columns == [
        *("Late", "Under 30 min", "30 min to 1 h", "1 to 4 h", "4 to 24 h", "Later", "Paused")
    ]
    assert numbers(page) == {
        1: ["1", "0", "0", "1", "1", "1", "0"],
        2: ["0", "0", "0", "0", "0", "0", "1"],
        3: ["0", "0", "0", "0", "1", "1", "0"],
        4: ["0"] * 7,
    }
    html = page.content.decode()
    assert f'<a href="{DUE}?level=1&amp;left=late">1<span class="visually-hidden">' in html
    assert html.count('<span aria-hidden="true">–</span>') == 21
    assert promises(page) == [(soon.number, FIRST)]


def test_the_borders_belong_to_the_longer_time_and_due_right_now_is_not_late(
    make_ticket, morgan, time
):
    make_ticket(level=3)
    Clock.objects.filter(metric="resolution").delete()
    due_at = Clock.objects.get().due_at

    found = {}
    for left in (
        timedelta(days=-1),
        -timedelta(microseconds=1),
        timedelta(0),
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(hours=24),
    ):
        time.at = due_at - left
        found[left] = numbers(read(SOON, morgan))[3].index("1")

    assert list(found.values()) == [0, 0, 1, 2, 3, 4, 5]


def test_every_number_is_as_long_as_its_list(busy_desk, make_user, make_team, morgan):
    olive = make_user("Olive", role="manager")
    rita = make_user("Rita", role="read_only")
    make_team("One brand", members=[olive, rita], brands=["perfectserve"])
    make_team("The other", members=[morgan], brands=["clinical-collaboration"])
    rita.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))

    seen = set()
    for reader, params in (
        (olive, {}),
        (olive, {"agent": "0"}),
        (rita, {"level": "1"}),
        (morgan, {}),
        (morgan, {"metric": "first_response"}),
    ):
        drawn = read(SOON, reader, **params).context["matrix"]
        cells = [cell for row in drawn.rows.values() for cell in row]
        for cell in [*cells, drawn.not_called]:
            length = sum(len(lines(page)) for page in pages(DUE, reader, **cell.params))
            assert (cell.params, cell.count) == (cell.params, length)
        seen.add(sum(cell.count for cell in cells))

    assert len(seen) > 3
    assert min(seen) > 0


def test_all_columns_together_are_all_that_has_not_ended(busy_desk, morgan):
    drawn = read(SOON, morgan).context["matrix"]

    assert sum(cell.count for row in drawn.rows.values() for cell in row) == (
        Clock.objects.still_open().count()
    )


def test_what_narrows_the_page_narrows_its_numbers_and_their_lists(busy_desk, morgan):
    page = read(SOON, morgan, level=2, organization="river")

    assert list(page.context["matrix"].rows) == [2]
    assert f'href="{DUE}?level=2&amp;organization=river&amp;left=paused"' in page.content.decode()
    assert [chip["label"] for chip in page.context["chips"]] == [
        "Level: 2",
        "Organization: river",
    ]


def test_who_should_have_called_and_did_not_is_counted_apart(busy_desk, morgan):
    page = read(SOON, morgan, metric="resolution")

    counted = page.context["matrix"].not_called
    assert (counted.shown, counted.params) == (
        "4",
        {"metric": "resolution", "left": "not-called"},
    )
    assert "4 promises to people who were asked to call and did not" in page.content.decode()


def test_more_than_anybody_would_count_is_said_so(make_ticket, morgan, monkeypatch):
    monkeypatch.setattr(matrix, "MOST", 3)
    crowd(make_ticket(level=4), 5)

    assert numbers(read(SOON, morgan))[4] == ["0", "0", "0", "0", "0", "2+", "0"]


def test_a_cell_is_filled_in_four_steps(make_ticket, morgan):
    ticket, steps = make_ticket(level=4), []
    for more in (0, 4, 15, 80):
        crowd(ticket, more)
        page = read(SOON, morgan, level=4, metric="resolution")
        steps.append((page.context["matrix"].rows[4][5].step, numbers(page)[4][5]))

    assert steps == [(1, "1"), (2, "5"), (3, "20"), (4, "100")]


def test_one_row_three_rows_and_two_hundred_cost_the_same_queries(make_ticket, morgan, time):
    ticket = make_ticket(level=3)
    client, asked = signed_in(morgan), []
    client.get(SOON)
    for more in (0, 2, 197):
        crowd(ticket, more)
        with CaptureQueriesContext(connection) as queries:
            client.get(SOON)
        asked.append(len(queries))

    assert asked == [asked[0]] * 3
    assert asked[0] <= 16


def test_a_desk_with_nothing_to_do_says_so(morgan):
    page = read(SOON, morgan)

    assert "Nothing is due within 4 hours." in page.content.decode()
    assert numbers(page) == dict.fromkeys((1, 2, 3, 4), ["0"] * 7)
