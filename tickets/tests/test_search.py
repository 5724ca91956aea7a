"""The search index: which words it holds, and that it follows whatever changes them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.postgres.search import SearchQuery
from django.core.management import call_command
from django.db import connection
from django.db.models import Func, TextField, Value
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tickets import about, clock, conversation, ending, search, searching, services, tasks
from tickets.about import About
from tickets.catalog.conditions import AnswerSpec
from tickets.catalog.models import Brand, RequestType
from tickets.conversation import Turn
from tickets.models import Message, SearchedName, SearchEntry, StaleEntry, Ticket
from tickets.search_words import read
from tickets.searching import Wanted


@pytest.fixture
def found(alex):
    """Return the tickets that somebody, Alex unless it is said, finds by what they type."""

    def found(typed, *, by=None, **lookups):
        return list(searching.page(Wanted(by or alex, read(typed), lookups)).tickets)

    return found


def holds(ticket, word):
    query = SearchQuery(word, config="tickets_search", search_type="phrase")
    return SearchEntry.objects.filter(ticket=ticket, words=query).exists()


def answer(display):
    return AnswerSpec(
        key="which", label="Which", kind="text", value=display, display=display, question_id=None
    )


@pytest.mark.parametrize(
    "typed",
    [
        "nocturnal",  # its subject
        "wednesday",  # its description
        "ward",  # an answer
        "which week",  # a reply
        "escalated",  # a note
        "dana",
        "dana@example.com",
        "example.com",
        "555 0102",
        "Riverside",
        "nocturn",  # the beginning of a word
        "dana nocturnal week",
    ],
)
def test_a_ticket_is_found_by_all_that_was_said_on_it_and_by_who_asks(
    make_ticket, dana, alex, found, typed
):
    dana.phone = "555-0102"
    dana.save(update_fields=["phone"])
    ticket = make_ticket(
        subject="Nocturnal pages", description="Since Wednesday.", answers=[answer("Ward 7")]
    )
    make_ticket(requester=alex, subject="Something else", description="Nothing.")
    conversation.take_turn(ticket, by=alex, turn=Turn(body="Which week?"))
    conversation.take_turn(ticket, by=alex, turn=Turn(body="Escalated it.", public=False))

    assert found(typed) == [ticket]


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("The schedules are wrong", "schedule"),
        ("The schedule is wrong", "Schedules"),
        ("Ask Jürgen Groß", "jurgen"),
        ("Ask Jurgen", "Jürgen"),
        ("Call (877) 844-7727", "877.844.7727"),
        ("Call +1 877 844 7727", "1.877.844.7727"),
        ("Error ERR_1042-b in log", "err-1042"),
        ("Will IT call?", '"will it"'),
        ("It is what it is", "it is what"),
        ("Write to ops@harbor.example today", "harbor.example"),
        ("<b>Bold</b> claims", "bold claims"),
        ("Ошибка входа", "ошибка"),
        ("C:\\temp\\pager.log", "pager.log"),
    ],
)
def test_forms_accents_case_and_punctuation_hide_nothing(make_ticket, found, said, typed):
    ticket = make_ticket(description=said)

    assert found(typed) == [ticket]


@pytest.mark.parametrize(
    "typed", ['"shift night"', "night -shift", "nights watch", "absent", "night x"]
)
def test_words_that_are_not_there_find_nothing(make_ticket, found, typed):
    make_ticket(description="On the night shift.")

    assert found(typed) == []


def test_the_newest_come_first_and_pages_follow_on_each_other(
    make_ticket, alex, found, monkeypatch
):
    monkeypatch.setattr(searching, "PAGE", 2)
    monkeypatch.setattr(searching, "NEWEST", 3)
    made = [make_ticket(subject="Pager") for _number in range(7)]
    for ticket in made[4:6]:
        services.set_level(ticket, by=alex, to=2, reason="More of it")

    wanted, shown, before = Wanted(alex, read("pager")), [], None
    while True:
        page = searching.page(wanted, before=before)
        shown.append(list(page.tickets))
        before = page.older
        if before is None:
            break

    assert shown == [made[6:4:-1], made[4:2:-1], made[2:0:-1], made[:1]]
    assert found("pager", level=2) == made[5:3:-1]


@pytest.mark.parametrize("filters", [{}, {"level": 1}, {"assignee": "alex"}], ids=str)
def test_of_words_that_many_hold_pages_lead_to_all_that_fits_and_say_where_they_are_cut(
    make_ticket, alex, filters, monkeypatch
):
    for name, value in {"NEWEST": 3, "LOOKED_AT": 2, "FURTHEST": 6, "MANY": 0}.items():
        monkeypatch.setattr(searching, name, value)
    made = [make_ticket(subject="Pager", level=1 + number % 2) for number in range(20)]
    for ticket in made[::5]:
        services.assign(ticket, by=alex, to=alex)
    lookups = {name: alex if value == "alex" else value for name, value in filters.items()}
    step = {(): 1, ("level",): 2, ("assignee",): 5}[tuple(filters)]

    shown, is_cut, before = [], set(), None
    while True:
        page = searching.page(Wanted(alex, read("pager"), lookups), before=before)
        shown += page.tickets
        before = page.older
        if before is None:
            break
        is_cut.add(page.is_cut)

    assert (shown, is_cut, page.is_cut) == (made[::step][::-1], {True}, False)


def test_a_reply_adds_its_words_and_reads_nothing_else(
    make_ticket, alex, django_assert_num_queries
):
    ticket = make_ticket()
    services.reply(ticket, by=alex, body="First")
    SearchEntry.objects.update(words="")

    message = services.reply(ticket, by=alex, body="Second")

    assert [holds(ticket, word) for word in ("first", "second", "schedule")] == [False, True, False]
    event = ticket.events.select_related("message").get(message=message)
    with django_assert_num_queries(1):
        search.on_event(event)


def test_a_ticket_without_an_entry_gets_a_whole_one(make_ticket, alex):
    ticket = make_ticket()
    SearchEntry.objects.all().delete()

    services.note(ticket, by=alex, body="Seen")

    assert [holds(ticket, word) for word in ("schedule", "seen")] == [True, True]


def test_what_is_taken_away_is_found_no_more(make_ticket, alex, found):
    ticket = make_ticket(description="My secret")
    assert found("secret") == [ticket]

    Message.objects.filter(ticket=ticket).update(body="")
    of_now = About.of(ticket)
    about.set_attributes(ticket, by=alex, about=replace(of_now, organization=None))

    assert (found("secret"), found("riverside")) == ([], [])


def test_text_beyond_all_bounds_is_indexed_in_part_and_refused_by_nothing(make_ticket, alex):
    words = " ".join(f"w{number:x}é" for number in range(60_000))
    ticket = make_ticket(description=words)
    for _number in range(3):
        services.reply(ticket, by=alex, body=words[::-1])
    services.reply(ticket, by=alex, body=" ".join("\ufdfa" * 150_000))
    services.reply(ticket, by=alex, body="x" * 300_000)

    assert holds(ticket, "w1e")
    search.index([ticket.pk])
    assert holds(ticket, "schedule")


def test_another_name_address_or_organization_is_found_by_the_next_round(
    make_ticket, dana, found, time
):
    ticket = make_ticket()
    search.catch_up()
    assert (found("dana"), StaleEntry.objects.count()) == ([ticket], 0)

    dana.name, dana.email, dana.phone = "Dee", "dee@example.com", "555 0103"
    dana.save(update_fields=["name", "email", "phone"])
    dana.organization.name = "Lakeside"
    dana.organization.save(update_fields=["name"])
    assert search.catch_up() == (1, False)

    for typed in ("dee", "dee@example.com", "555 0103", "lakeside"):
        assert found(typed) == [ticket]
    assert (found("dana"), found("riverside")) == ([], [])
    assert search.catch_up() == (0, False)
    assert not SearchedName.objects.exists()


def test_whoever_is_called_as_before_is_not_looked_at(make_ticket, dana, alex, time):
    make_ticket()
    dana.sees_organization = True
    dana.save()
    dana.organization.time_zone = "UTC"
    dana.organization.save()
    alex.name = "Lex"
    alex.save()

    assert list(SearchedName.objects.values_list("user", "organization")) == [(alex.pk, None)]
    with CaptureQueriesContext(connection) as asked:
        assert search.catch_up() == (0, False)
    assert not [query for query in asked if '"accounts_' in query["sql"]]


def test_a_round_ends_in_time_and_says_that_there_is_more(make_ticket, dana, time, monkeypatch):
    monkeypatch.setattr(search, "AT_ONCE", 1)
    for _number in range(3):
        make_ticket()
    User.objects.filter(pk=dana.pk).update(name="Dee")

    assert search.catch_up(until=time.at) == (1, True)
    assert search.catch_up() == (2, False)


def test_the_command_indexes_what_has_no_entry_or_all_anew_and_says_how_far_it_is(
    make_ticket, capsys, found, time
):
    first, second = make_ticket(), make_ticket()
    search.catch_up()
    SearchEntry.objects.filter(ticket=first).delete()
    SearchEntry.objects.filter(ticket=second).update(words="")

    call_command("search_index")
    assert (found("schedule"), capsys.readouterr().out.splitlines()) == (
        [first],
        ["0 tickets indexed, 1 to go", "1 tickets indexed"],
    )

    call_command("search_index", "--all")
    assert found("schedule") == [second, first]


def test_the_task_says_how_many_it_indexed(make_ticket, dana, time):
    make_ticket()
    User.objects.filter(pk=dana.pk).update(phone="555 0104")

    assert tasks.follow_names() == ("1 tickets indexed", False)
    assert tasks.follow_names() == ("0 tickets indexed", False)


def test_who_sees_no_ticket_finds_none(make_ticket, make_user, make_team, alex, found):
    make_team("Here", members=[alex], brands=["perfectserve"])
    there = make_user("Blair", role="agent")
    make_team("There", members=[there], brands=["clinical-collaboration"])
    legal = RequestType.objects.filter(restricted=True).first()
    make_ticket(type=legal.key, about="", subject="Subpoena of Dana")
    ticket = make_ticket(subject="Plain")
    own = make_ticket(requester=alex, subject="Plain, mine")
    services.note(own, by=there, body="Between us")
    elsewhere = make_ticket(subject="Plain", brand="clinical-collaboration")

    assert found("subpoena") == []
    assert found("plain") == [ticket]
    assert found("plain", by=there) == [elsewhere]
    assert found("between") == []


def test_spam_and_what_was_deleted_is_found_only_by_who_asks_for_it(make_ticket, alex, found):
    ticket = make_ticket(subject="Win a prize")
    ending.mark_spam(ticket, by=alex)

    assert found("prize") == []
    assert found("prize", outcome="spam") == [ticket]


def test_one_search_after_another_finds_its_own_words_filters_and_pages(
    make_ticket, make_user, alex, monkeypatch
):
    """They are asked by one statement, in which nothing of the one before may be left."""
    pagers = [make_ticket(subject=f"Pager {number}") for number in range(3)]
    phone = make_ticket(subject="Phone", requester=make_user("Casey"))
    services.assign(phone, by=alex, to=alex)
    monkeypatch.setattr(searching, "PAGE", 2)

    def search(typed, before=None, **lookups):
        return searching.page(Wanted(alex, read(typed), lookups), before=before)

    first = search("pager")
    assert [*first.tickets] == [pagers[2], pagers[1]]
    assert [*search("pager", before=first.older).tickets] == [pagers[0]]
    assert [*search("phone").tickets] == [phone]
    assert [*search("phone", assignee=alex.pk).tickets] == [phone]
    assert [*search("pager", assignee=alex.pk).tickets] == []
    assert [*search("", requester=phone.requester).tickets] == [phone]
    later = clock.now() + timedelta(days=1)
    assert [*search("phone", created_at__gte=later).tickets] == []
    assert [*search("phone", created_at__gte=later - timedelta(days=2)).tickets] == [phone]


def test_who_may_see_no_tickets_of_others_finds_none(make_ticket, make_user, dana):
    ticket = make_ticket(subject="Pager", requester=make_user("Casey"))

    assert list(searching.page(Wanted(dana, read("pager"))).tickets) == []
    lookups = {"requester": ticket.requester}
    assert list(searching.page(Wanted(dana, read(""), lookups)).tickets) == []


def test_a_search_that_takes_too_long_is_given_up(make_ticket, alex, found, monkeypatch):
    make_ticket()
    monkeypatch.setattr(searching, "_asked", lambda wanted, **how: list(_sleepers()))
    monkeypatch.setattr(searching, "MILLISECONDS", 50)

    with pytest.raises(searching.TooMany):
        found("schedule")
    assert Brand.objects.exists()


def _sleepers():
    slow = Func(Value(0.5), function="pg_sleep", output_field=TextField())
    return Ticket.objects.annotate(slow=slow).values_list("slow")
