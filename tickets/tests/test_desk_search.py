"""The agents' search page: what it shows of what it found, to whom, and in how many queries."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets import searching, services
from tickets.catalog.models import Brand, RequestType
from tickets.models import Ticket

SEARCH = "/admin/tickets/ticket/search/"


def found(page):
    return [Ticket.objects.get(pk=line.row.pk) for line in page.context["lines"]]


def shown(line):
    """Return a line's subject and snippet, with what is marked in brackets."""
    return [
        "".join(f"[{each.text}]" if each.is_hit else each.text for each in pieces)
        for pieces in (line.subject, line.snippet.pieces if line.snippet else ())
    ]


def test_words_are_marked_where_they_stand(make_ticket, browser_of, alex):
    ticket = make_ticket(subject="Schedules of the night shift", description="None came.")
    services.reply(ticket, by=alex, body="Is the SCHEDULE wrong?\n\nWhich one?")

    page = browser_of(alex).get(SEARCH, {"q": "schedule"})

    [line] = page.context["lines"]
    assert shown(line) == [
        "[Schedules] of the night shift",
        "Is the [SCHEDULE] wrong? Which one?",
    ]
    assert b"Is the <mark>SCHEDULE</mark> wrong?" in page.content


def test_any_status_is_asked_for_by_one_choice_that_says_so(browser_of, alex):
    choices = browser_of(alex).get(SEARCH).context["form"].fields["status"].choices

    assert [str(label) for value, label in choices if not value] == ["Any"]


def test_a_long_text_is_cut_around_the_word(make_ticket, browser_of, alex):
    make_ticket(description="before " * 100 + "pager " + "behind " * 100)

    [line] = browser_of(alex).get(SEARCH, {"q": "pager"}).context["lines"]

    _subject, text = shown(line)
    assert text.startswith("… before before ")
    assert " before [pager] behind " in text
    assert text.endswith(" behind …")
    assert len(text) < 230


def test_a_note_is_told_apart_and_an_answer_is_shown(make_ticket, browser_of, alex):
    ticket = make_ticket()
    services.note(ticket, by=alex, body="Ask the vendor.")

    page = browser_of(alex).get(SEARCH, {"q": "vendor"})

    [line] = page.context["lines"]
    assert (line.snippet.is_note, shown(line)[1]) == (True, "Ask the [vendor].")


def test_text_of_a_ticket_stays_text(make_ticket, browser_of, alex):
    make_ticket(subject="<script>alert(1)</script>", description="<img src=x onerror=alert(2)>")

    page = browser_of(alex).get(SEARCH, {"q": "alert"}).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=<mark>alert</mark>(2)&gt;" in page


@pytest.mark.parametrize("form", ["{number}", "{pk}", "#{pk}", " {small} "])
def test_a_number_leads_to_the_ticket(make_ticket, browser_of, alex, form):
    ticket = make_ticket()
    typed = form.format(number=ticket.number, pk=ticket.pk, small=ticket.number.lower())

    page = browser_of(alex).get(SEARCH, {"q": typed})

    assert (page.status_code, page.headers.get("Location")) == (
        302,
        f"/admin/tickets/ticket/{ticket.pk}/change/",
    )


def test_a_number_that_is_not_to_be_seen_leads_nowhere(
    make_ticket, make_team, make_user, browser_of, alex
):
    make_team("There", members=[make_user("Blair", role="agent")], brands=["perfectserve"])
    ticket = make_ticket()

    for typed in (ticket.number, "XX-1", "9" * 18, "99999999999999999999"):
        page = browser_of(alex).get(SEARCH, {"q": typed})
        assert (page.status_code, found(page)) == (200, [])


def test_filters_narrow_what_is_found_and_are_told(
    make_ticket, make_user, make_team, browser_of, alex, time
):
    old = make_ticket(level=1)
    time.advance(days=10)
    team = make_team("Schedulers", brands=["perfectserve"], members=[alex])
    ticket = make_ticket(requester=make_user("Erin", organization="Harbor Health"), level=2)
    services.assign(ticket, by=alex, to=alex)
    services.set_team(ticket, by=alex, to=team)
    services.set_status(ticket, by=alex, to="pending")
    client = browser_of(alex)

    for name, value in {
        "level": 2,
        "status": "pending",
        "agent": alex.pk,
        "team": team.pk,
        "organization": "harbor",
        "received": 7,
    }.items():
        page = client.get(SEARCH, {"q": "schedule", name: value})
        assert (name, found(page), len(page.context["chips"])) == (name, [ticket], 1)
    both = {
        "brand": Brand.objects.get(key="perfectserve").pk,
        "request_type": RequestType.objects.get(key="perfectserve").pk,
    }
    assert found(client.get(SEARCH, {"q": "schedule", **both})) == [ticket, old]
    assert found(client.get(SEARCH, {"q": "schedule", "status": "spam"})) == []
    nonsense = client.get(SEARCH, {"q": "schedule", "level": "nonsense"})
    assert (nonsense.status_code, found(nonsense)) == (422, [])
    chip = client.get(SEARCH, {"q": "schedule", "level": 2}).context["chips"][0]
    assert chip == {"label": "Level: Level 2", "url": "?q=schedule"}


def test_filters_alone_list_what_they_leave_a_page_at_a_time(
    make_ticket, browser_of, alex, monkeypatch
):
    monkeypatch.setattr(searching, "PAGE", 2)
    made = [make_ticket(level=2) for _number in range(3)]
    make_ticket(level=1)
    client = browser_of(alex)

    first = client.get(SEARCH, {"level": 2})
    second = client.get(SEARCH, {"level": 2, "after": first.context["older"]})
    none = client.get(SEARCH, {"level": 4})

    assert (found(first), found(second)) == (made[:0:-1], made[:1])
    assert b"No ticket that you can see is like that." in none.content
    assert found(client.get(SEARCH)) == []


def test_what_was_asked_by_somebody_is_one_press_away_from_any_ticket_of_theirs(
    make_ticket, make_user, browser_of, alex
):
    one, other = make_ticket(), make_ticket()
    services.set_status(other, by=alex, to="solved")
    make_ticket(requester=make_user("Erin"))
    client, address = browser_of(alex), f"{SEARCH}?requester={one.requester_id}"

    page = client.get(f"/admin/tickets/ticket/{one.pk}/change/").content.decode()
    listed = client.get(address)

    assert f'<a href="{address}">tickets in all: 2, open: 1</a>' in page
    assert found(listed) == [other, one]
    assert [str(chip["label"]) for chip in listed.context["chips"]] == ["Requester: Dana"]
    assert f'name="requester" value="{one.requester_id}"' in listed.content.decode()


@pytest.mark.parametrize("key", ["0", "x", "9" * 30, "{erin}"])
def test_nobody_is_named_of_whom_an_agent_sees_no_ticket(make_user, browser_of, alex, key):
    erin = make_user("Erin")

    page = browser_of(alex).get(SEARCH, {"requester": key.format(erin=erin.pk)})

    assert (page.status_code, page.context["lines"]) == (422, [])
    assert b"Erin" not in page.content


def test_what_is_too_long_to_search_for_is_said_in_our_words(browser_of, alex):
    page = browser_of(alex).get(SEARCH, {"q": "x" * 300})

    assert page.context["form"].errors == {"q": ["Shorten it to 200 characters: it has 300."]}


def test_pages_follow_on_each_other(make_ticket, browser_of, alex, monkeypatch):
    monkeypatch.setattr(searching, "PAGE", 2)
    made = [make_ticket() for _number in range(3)]
    client = browser_of(alex)

    first = client.get(SEARCH, {"q": "schedule"})
    second = client.get(SEARCH, {"q": "schedule", "after": first.context["older"]})

    assert (found(first), found(second)) == (made[:0:-1], made[:1])
    assert second.context["older"] is None
    for nonsense in ("x", "-1", "9" * 30):
        assert client.get(SEARCH, {"q": "schedule", "after": nonsense}).status_code == 404


def test_what_finds_too_much_asks_for_more_words(make_ticket, browser_of, alex, monkeypatch):
    def too_much(*args, **kwargs):
        raise searching.TooMany

    monkeypatch.setattr(searching, "page", too_much)

    page = browser_of(alex).get(SEARCH, {"q": "schedule"})

    assert b"Too many results: add words, or choose a filter." in page.content


def test_where_not_all_was_looked_at_it_is_said_and_older_looks_further(
    make_ticket, browser_of, alex, monkeypatch
):
    for name, value in {"NEWEST": 1, "FURTHEST": 2, "MANY": 0}.items():
        monkeypatch.setattr(searching, name, value)
    ticket, *newer = (make_ticket(level=1 if number == 0 else 2) for number in range(4))
    client, asked = browser_of(alex), {"q": "schedule", "level": 1}

    first = client.get(SEARCH, asked)
    second = client.get(SEARCH, asked | {"after": first.context["older"]})

    said = "“Older” looks further back."
    assert (found(first), said in first.text, first.context["older"]) == ([], True, newer[1].pk)
    assert "No ticket that you can see" not in first.text
    assert (found(second), said in second.text) == ([ticket], False)


def test_of_a_restricted_ticket_no_text_is_shown(make_ticket, make_user, browser_of):
    legal = RequestType.objects.filter(restricted=True).first()
    ticket = make_ticket(type=legal.key, about="", subject="A subpoena", description="Of Dana.")
    reader = make_user("Lee", role="agent")
    assert found(browser_of(reader).get(SEARCH, {"q": "subpoena"})) == []

    reader.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))

    page = browser_of(reader).get(SEARCH, {"q": "dana"})
    [line] = page.context["lines"]
    assert (line.row.number, line.snippet) == (ticket.number, None)
    assert b"Of Dana." not in page.content


def test_who_is_no_agent_finds_no_page(make_ticket, browser_of, dana):
    make_ticket()

    assert browser_of(dana).get(SEARCH, {"q": "schedule"}).status_code == 404
    assert browser_of().get(SEARCH, {"q": "schedule"}).status_code == 302


@pytest.mark.parametrize("asked", [{"q": "schedule"}, {"level": 3}, {"requester": "{dana}"}])
def test_a_page_reads_rows_by_as_many_queries_for_three_tickets_as_for_one(
    make_ticket, browser_of, alex, make_user, dana, asked
):
    asked = {name: str(value).format(dana=dana.pk) for name, value in asked.items()}
    client, counted = browser_of(alex), []
    for number in range(3):
        asker = make_user(f"Asker{number}", organization=f"Clinic {number}")
        ticket = make_ticket(requester=dana if "requester" in asked else asker)
        services.reply(ticket, by=alex, body="Which schedule?")
        client.get(SEARCH, asked)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(SEARCH, asked)
        assert len(found(page)) == number + 1
        counted.append([each["sql"] for each in queries if " FROM " in each["sql"]])

    assert len(counted[0]) == len(counted[2]) <= 10, counted[2]
