"""What agents do to several tickets at once, from the bar below the queue."""

import csv
import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.utils.html import strip_tags

from tickets import macros, services, several
from tickets.desk import several as bar
from tickets.desk.names import Names
from tickets.desk.snoozing import offered
from tickets.events import hold
from tickets.models import Event, Macro, Message, Tag, Ticket
from tickets.tests.locks import wait_for_who_waits

QUEUE = "/admin/tickets/ticket/"
SUNDAY = datetime(2026, 1, 11, 12, tzinfo=UTC)


@pytest.fixture
def send(alex):
    """Press a button of the bar with these tickets ticked, on the tab “Due next” of level 3."""
    client = Client()
    client.force_login(alex)

    def send(action, *tickets, **more):
        ticked = [ticket.pk for ticket in tickets]
        sent = {"action": action, "_selected_action": ticked, **more}
        return client.post(f"{QUEUE}?tab=due&level=3", sent, follow=True)

    return send


def said(page):
    return [unescape(strip_tags(str(message))) for message in page.context["messages"]]


def test_tickets_are_taken_and_each_that_is_left_alone_is_said_with_the_reason(
    make_ticket, send, alex
):
    one, two, closed, untouched = (make_ticket() for _number in range(4))
    own = make_ticket(requester=alex)
    services.assign(two, by=alex, to=alex)
    services.set_status(closed, by=alex, to="solved")
    services.set_status(closed, by=None, to="closed")

    page = send("assign_to_me", one, two, closed, own)

    assert page.redirect_chain == [(f"{QUEUE}?tab=due&level=3", 302)]
    assert said(page) == [
        f"1 assigned to you: {one.number}. 3 skipped: {two.number} (it is Alex's already), "
        f"{closed.number} (closed already), {own.number} (not yours to work on)."
    ]
    assert set(Ticket.objects.filter(assignee=alex)) == {one, two}
    assert Event.objects.filter(type="assigned").count() == 2
    assert not untouched.events.filter(type="assigned").exists()


def test_the_numbers_of_what_was_done_and_of_what_was_not_are_links(
    make_ticket, make_user, send, alex
):
    one, two = make_ticket(), make_ticket()
    odd = make_user("<b>Odd</b>", role="agent")
    services.assign(two, by=alex, to=odd)

    (told,) = send("assign", one, two, agent=odd.pk).context["messages"]

    link = '<a href="{0}{1.pk}/change/">{1.number}</a>'
    name = "&lt;b&gt;Odd&lt;/b&gt;"
    assert str(told) == (
        f"1 assigned to {name}: {link.format(QUEUE, one)}. "
        f"1 skipped: {link.format(QUEUE, two)} (it is {name}&#x27;s already)."
    )


def test_what_somebody_does_not_see_is_only_counted(make_ticket, send):
    page = send("assign_to_me", make_ticket(about="legal"))

    assert said(page) == ["1 is not there any more."]
    assert not Event.objects.filter(type="assigned").exists()


def test_team_status_and_level_are_set_with_their_reasons(make_ticket, make_team, send, alex):
    ticket, team = make_ticket(), make_team("Support", members=[alex], brands=["perfectserve"])

    told = [
        said(send("give", ticket, to_team=team.pk)),
        said(send("status", ticket, to_status="pending")),
        said(send("level", ticket, to_level="2", reason="Two wards wait.")),
        said(send("assign", ticket, agent=alex.pk)),
        said(send("assign", ticket, agent="0")),
    ]

    assert told == [
        [f"1 {did}: {ticket.number}."]
        for did in (
            "given to Support",
            "set to “Pending”",
            "set to level 2",
            "assigned to Alex",
            "assigned to nobody",
        )
    ]
    ticket.refresh_from_db()
    assert (ticket.team, ticket.status, ticket.level_id, ticket.assignee) == (
        team,
        "pending",
        2,
        None,
    )


def test_tickets_are_put_off_and_come_back_together(make_ticket, send, time):
    one, two = make_ticket(), make_ticket()

    page = send("snooze", one, two, until="later")

    until = "Mon 5 Jan 2026, 8:00 am EST"
    assert said(page) == [f"2 snoozed until {until}: {one.number}, {two.number}."]
    later = time.at + timedelta(hours=3)
    assert list(Ticket.objects.values_list("snoozed_until")) == [(later,), (later,)]


def test_a_macro_is_shown_first_and_then_used_once_on_each_ticket(make_ticket, send, alex):
    one, two = make_ticket(), make_ticket()
    macro = Macro.objects.create(
        name="Which week", text="Which week, {{ first_name }}?", status="pending", takes=True
    )
    staged = send("macro", one, two, macro=macro.pk)
    assert "Nothing is sent yet" in staged.content.decode()
    assert not Message.objects.filter(actor="agent").exists()
    shown = staged.context["bar"]
    sent = {"macro": macro.pk, "key": shown.new_key, "seal": shown.new_seal}

    first, again = send("macro_sure", one, two, **sent), send("macro_sure", one, two, **sent)

    assert said(first) == [f"2 done as “Which week” says: {one.number}, {two.number}."]
    assert said(again)[0].startswith(f"2 skipped: {one.number} (")
    name = str(one.requester).partition(" ")[0]
    assert [each.body for each in Message.objects.filter(actor="agent")] == [
        f"Which week, {name}?"
    ] * 2
    assert {*Ticket.objects.values_list("status", "assignee")} == {("pending", alex.pk)}


def test_a_macro_that_was_edited_since_it_was_shown_is_shown_once_more(make_ticket, send):
    ticket, urgent = make_ticket(), Tag.objects.create(name="urgent")
    macro = Macro.objects.create(name="Which week", text="Which week?")
    shown = send("macro", ticket, macro=macro.pk).context["bar"]
    sent = {"macro": macro.pk, "key": shown.new_key, "seal": shown.new_seal}
    macro.tags.add(urgent)

    page = send("macro_sure", ticket, **sent)

    assert (page.status_code, page.context["bar"].staged) == (200, macro)
    assert "It was edited since you looked" in page.content.decode()
    assert not Message.objects.filter(actor="agent").exists()

    again = page.context["bar"]
    send("macro_sure", ticket, **sent | {"key": again.new_key, "seal": again.new_seal})

    assert [each.body for each in Message.objects.filter(actor="agent")] == ["Which week?"]
    assert [*ticket.tags.all()] == [urgent]


def test_tags_that_are_set_while_a_macro_waits_for_its_ticket_stay(
    transactional_db, furnished, make_ticket, alex, morgan
):
    ticket = make_ticket()
    mine, theirs = (Tag.objects.create(name=name) for name in ("mine", "theirs"))
    macro = Macro.objects.create(name="Mark it")
    macro.tags.add(mine)

    def use():
        try:
            return several.use_macro([ticket.pk], by=alex, macro=macro, key=uuid.uuid4())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with hold(ticket) as moment:
            used = pool.submit(use)
            wait_for_who_waits()
            services.set_tags(moment.ticket, by=morgan, to=[theirs], moment=moment)
        assert used.result().done == [ticket.number]

    assert {*ticket.tags.all()} == {mine, theirs}


def test_an_agent_who_is_gone_meanwhile_is_not_nobody(make_ticket, make_user, alex):
    ticket, leaving = make_ticket(), make_user("Robin", role="agent")
    services.assign(ticket, by=alex, to=alex)
    sent = {"action": "assign", "agent": leaving.pk}
    form = bar.SeveralForm(sent, names=Names.of(alex), ticked=[ticket.pk])
    assert form.is_valid()
    leaving.delete()

    with pytest.raises(Http404):
        bar._act(form, by=alex)

    ticket.refresh_from_db()
    assert ticket.assignee == alex


def test_on_a_sunday_the_morning_of_monday_is_offered_once():
    saturday = datetime(2026, 1, 10, 12, tzinfo=UTC)

    names = [[name for name, _label, _at in offered(at)] for at in (saturday, SUNDAY)]

    assert names == [["later", "tomorrow", "monday"], ["later", "tomorrow"]]


def test_a_macro_whose_words_are_left_open_goes_to_nobody(make_ticket, send):
    ticket = make_ticket()
    macro = Macro.objects.create(name="Unfinished", text="Dear {{ nobody_knows }}")

    sealed = {"macro": macro.pk, "key": uuid.uuid4(), "seal": macros.seal(macro)}
    page = send("macro_sure", ticket, **sealed)

    assert said(page) == [f"1 skipped: {ticket.number} (the macro's text would go out unfinished)."]


def test_tickets_are_merged_into_one_of_them_and_other_customers_are_left_alone(
    make_ticket, make_user, send
):
    one, into = make_ticket(), make_ticket()
    strangers = make_ticket(requester=make_user("Cho", organization="Uptown ENT"))

    page = send("merge", one, into, strangers, into=into.number)

    assert said(page) == [
        f"1 merged into {into.number}: {one.number}. 1 skipped: {strangers.number} "
        "(of another customer: merge it on its own page)."
    ]
    one.refresh_from_db()
    assert one.merged_into == into


@pytest.mark.parametrize(
    "action, sent, wrong",
    [
        ("assign", {}, "Choose the agent"),
        (
            "level",
            {"to_level": "2"},
            "Say why the level changes: the customers are told",
        ),
        (
            "merge",
            {"into": "PS-999999"},
            "Name one of the ticked tickets, like PS-1024.",
        ),
    ],
)
def test_what_is_missing_is_said_and_ticks_stay(make_ticket, send, action, sent, wrong):
    ticket = make_ticket()

    page = send(action, ticket, **sent)

    assert (page.status_code, [*page.context["bar"].errors.values()]) == (422, [[wrong]])
    assert f'value="{ticket.pk}" aria-label="Select {ticket.number}" checked' in (
        page.content.decode()
    )


def test_the_enter_key_does_nothing_and_keeps_what_was_ticked_and_chosen(make_ticket, send):
    ticket = make_ticket()

    page = send("look", ticket, to_level="2", reason="Two wards")

    bar = page.context["bar"]
    assert (page.status_code, page.redirect_chain, said(page)) == (200, [], [])
    assert (bar["to_level"].value(), bar["reason"].value()) == ("2", "Two wards")
    assert bar.ticked == [ticket.pk]
    assert not Event.objects.filter(ticket=ticket).exclude(type="opened").exists()


def test_nothing_ticked_is_said(send):
    page = send("assign_to_me")

    assert page.context["bar"].non_field_errors() == ["Tick the tickets first"]


def test_the_ticked_tickets_are_a_file_in_which_nothing_is_a_formula(make_ticket, send):
    ticket, other = make_ticket(subject="=1+1"), make_ticket()

    file = send("export", ticket)

    assert file["Content-Type"] == "text/csv; charset=utf-8"
    head, *lines = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert [dict(zip(head, line, strict=True))["Subject"] for line in lines] == ["'=1+1"]
    assert other.number not in file.content.decode()


def test_an_action_that_there_is_not_is_not_found(make_ticket, send):
    assert send("delete_selected", make_ticket()).status_code == 404
