"""The agents' page of a ticket: one form, one turn, and whom it is not for."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import RIGHTS
from tickets import conversation, permissions, services, watching
from tickets.about import About, set_attributes
from tickets.catalog.models import RequestType
from tickets.conversation import Turn
from tickets.models import Ticket, Viewing
from tickets.tests.filled import fields


@pytest.fixture
def sign_in():
    def sign(user):
        client = Client()
        client.force_login(user)
        return client

    return sign


def url(ticket):
    return f"/admin/tickets/ticket/{ticket.pk}/change/"


def typed(page, **changes):
    """What a browser without JavaScript sends back: every field of the form as it was shown."""
    return fields(page.content.decode()) | changes


def done(ticket):
    return list(ticket.events.exclude(type="opened").values_list("type", flat=True))


def columns(ticket):
    return Ticket.objects.filter(pk=ticket.pk).values().get()


def test_a_reply_that_sets_pending_and_takes_the_ticket_is_one_post(
    make_ticket, sign_in, alex, time
):
    ticket, client = make_ticket(), sign_in(alex)
    time.advance(minutes=20)

    page = client.post(
        url(ticket),
        typed(client.get(url(ticket)), body="Which week?", status="pending"),
        follow=True,
    )

    events = ticket.events.exclude(type="opened")
    assert [(event.type, event.at) for event in events] == [
        ("replied", time.at),
        ("status_changed", time.at),
        ("assigned", time.at),
    ]
    assert len({event.batch for event in events}) == 1
    assert page.redirect_chain == [(url(ticket), 302)]
    assert [str(message) for message in page.context["messages"]] == [
        f'Sent on <a href="{url(ticket)}">{ticket.number}</a>.'
    ]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("pending", alex)


def test_a_note_is_for_agents_only_and_changes_nothing_else(make_ticket, sign_in, alex, dana):
    ticket, client = make_ticket(), sign_in(alex)

    client.post(url(ticket), typed(client.get(url(ticket)), body="canary", kind="note"))

    assert done(ticket) == ["noted"]
    assert "message-note" in client.get(url(ticket)).content.decode()
    assert "canary" not in sign_in(dana).get(ticket.get_absolute_url()).content.decode()


def test_level_and_assignee_change_without_a_word_to_anybody(make_ticket, make_user, sign_in, alex):
    ticket, client = make_ticket(), sign_in(alex)
    blair = make_user("Blair", role="agent")

    page = client.post(
        url(ticket),
        typed(client.get(url(ticket)), level="2", reason="Two wards.", assignee=blair.pk),
        follow=True,
    )

    assert done(ticket) == ["level_changed", "assigned"]
    assert [str(message) for message in page.context["messages"]] == [
        f'Saved on <a href="{url(ticket)}">{ticket.number}</a>.'
    ]


def test_a_file_goes_along_and_a_refused_one_keeps_the_text(make_ticket, sign_in, alex):
    ticket, client = make_ticket(), sign_in(alex)
    given = typed(client.get(url(ticket)), body="See this.")

    refused = client.post(url(ticket), given | {"files": SimpleUploadedFile("run.exe", b"MZ")})
    client.post(url(ticket), given | {"files": SimpleUploadedFile("log.txt", b"one line")})

    assert refused.status_code == 422
    assert "See this." in refused.content.decode()
    assert list(
        ticket.messages.exclude(attachments=None).values_list("body", "attachments__name")
    ) == [("See this.", "log.txt")]


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"body": ""}, "body"),
        ({"level": "1"}, "reason"),
        ({"body": "Hi", "kind": ""}, "kind"),
        ({"body": "Hi", "version": ""}, "version"),
        ({"body": "Hi", "status": "closed"}, "status"),
        ({"body": "Hi", "assignee": "0"}, "assignee"),
    ],
)
def test_what_is_missing_or_made_up_is_said_and_changes_nothing(
    make_ticket, sign_in, alex, changes, field
):
    ticket, client = make_ticket(), sign_in(alex)

    page = client.post(url(ticket), typed(client.get(url(ticket)), **changes))

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert "There is a problem" in page.content.decode()
    assert done(ticket) == []


def test_no_level_at_all_is_no_change(make_ticket, sign_in, alex):
    ticket, client = make_ticket(), sign_in(alex)

    response = client.post(url(ticket), typed(client.get(url(ticket)), level=""))

    assert response.context["form"].errors == {
        "body": ["Write something, or change something, before you send it"]
    }
    assert done(ticket) == []


def test_forged_fields_change_nothing(make_ticket, make_user, sign_in, alex):
    ticket, client = make_ticket(), sign_in(alex)
    before = columns(ticket)

    client.post(
        url(ticket),
        typed(
            client.get(url(ticket)),
            body="Hello.",
            kind="note",
            restricted="on",
            requester=make_user("Cho").pk,
            created_at="2020-01-01",
            subject="Other",
            next_due_at="2020-01-01",
            outcome="spam",
        ),
    )

    after = columns(ticket)
    assert {name for name, value in after.items() if value != before[name]} == {
        "version",
        "updated_at",
    }


def test_a_stale_page_keeps_the_text_says_what_is_new_and_can_be_sent_again(
    make_ticket, make_user, sign_in, alex, time
):
    ticket, client = make_ticket(), sign_in(alex)
    blair = make_user("Blair", role="agent")
    given = typed(client.get(url(ticket)), body="Which week?", status="pending")
    conversation.take_turn(ticket, by=blair, turn=Turn(body="Is it week 3?"))

    page = client.post(url(ticket), given)

    html = page.content.decode()
    assert page.status_code == 409
    assert "This ticket changed while you wrote" in html
    assert "Blair replied" in html
    assert html.count("Assigned to Blair by Blair") == 3, "news, conversation, history"
    assert page.context["form"].written.body == "Which week?"
    assert [entry.sentence for entry in page.context["news"]] == [
        "",
        "Status “New” became “Open”, by Blair",
        "Assigned to Blair by Blair",
    ]
    ticket.refresh_from_db()
    assert (ticket.messages.count(), ticket.assignee) == (2, blair)

    again = client.post(url(ticket), typed(page, status="pending"))

    assert again.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.messages.count(), ticket.status, ticket.assignee) == (3, "pending", blair)


def test_what_came_in_late_is_new_to_who_wrote_meanwhile(make_ticket, sign_in, alex, dana, time):
    ticket, client = make_ticket(), sign_in(alex)
    time.advance(hours=1)
    services.note(ticket, by=alex, body="Seen.")
    given = typed(client.get(url(ticket)), body="Which week?")
    conversation.answer(ticket, by=dana, body="Week 3.", happened_at=ticket.created_at)

    page = client.post(url(ticket), given)

    assert [entry.message.body for entry in page.context["news"]] == ["Week 3."]


def test_who_only_reads_is_told_why_and_cannot_post(make_ticket, make_user, sign_in):
    ticket, client = make_ticket(), sign_in(make_user("Robin", role="read_only"))
    before = columns(ticket)

    shown = client.get(url(ticket)).content.decode()
    posted = client.post(
        url(ticket),
        {"version": ticket.version, "kind": "public", "body": "Hello", "status": "solved"},
    )

    assert "needs the role of an agent" in shown
    assert "<textarea" not in shown
    assert posted.status_code == 404
    assert columns(ticket) == before


def test_an_agent_does_not_work_on_a_request_of_their_own(make_ticket, sign_in, alex):
    ticket, client = make_ticket(requester=alex), sign_in(alex)

    assert "You asked for this yourself" in client.get(url(ticket)).content.decode()
    assert client.post(url(ticket), {"body": "Hi"}).status_code == 404


def test_a_ticket_out_of_sight_is_not_found(make_ticket, make_team, make_user, sign_in, alex, dana):
    make_team(
        "Others", members=[make_user("Blair", role="agent")], brands=["clinical-collaboration"]
    )
    hidden = [make_ticket(brand="clinical-collaboration"), make_ticket(about="legal")]
    client = sign_in(alex)

    assert [client.get(url(ticket)).status_code for ticket in hidden] == [404, 404]
    assert [client.post(url(ticket), {"body": "Hi"}).status_code for ticket in hidden] == [404, 404]
    assert client.get("/admin/tickets/ticket/99999999999999999999/change/").status_code == 404
    assert sign_in(make_user("Pat", is_staff=True)).get(url(hidden[0])).status_code == 404
    assert sign_in(dana).get(url(make_ticket()), follow=True).status_code == 404


def test_a_closed_ticket_takes_notes_only(make_ticket, sign_in, alex):
    ticket, client = make_ticket(), sign_in(alex)
    services.set_status(ticket, by=alex, to="solved")
    services.set_status(ticket, by=None, to="closed")

    page = client.get(url(ticket))
    ticket.refresh_from_db()
    posted = [
        client.post(url(ticket), {"version": ticket.version, "kind": kind, "body": "Hi"})
        for kind in ("public", "note")
    ]

    assert [button.label for button in page.context["note_buttons"]] == ["Add note"]
    assert "as-reply" not in page.content.decode()
    assert [page.status_code for page in posted] == [422, 302]
    assert done(ticket)[-1] == "noted"


def test_buttons_say_what_becomes_of_the_ticket_and_of_the_text(make_ticket, sign_in, alex):
    ticket, client = make_ticket(), sign_in(alex)
    new = client.get(url(ticket)).context["reply_buttons"]
    services.set_status(ticket, by=alex, to="open")

    opened = client.get(url(ticket))

    assert [(button.value, button.label) for button in new] == [
        ("public:pending", "Send reply and set Pending"),
        ("public:solved", "Send reply and solve"),
        ("public:", "Send reply and set Open"),
        ("public:on_hold", "Send reply and set On hold"),
    ]
    assert [(button.value, button.label) for button in opened.context["reply_buttons"]] == [
        ("public:pending", "Send reply and set Pending"),
        ("public:solved", "Send reply and solve"),
        ("public:", "Send reply and keep Open"),
        ("public:on_hold", "Send reply and set On hold"),
    ]
    assert [(button.value, button.label) for button in opened.context["note_buttons"]] == [
        ("note:", "Add note"),
        ("note:pending", "Add note and set Pending"),
        ("note:on_hold", "Add note and set On hold"),
        ("note:solved", "Add note and solve"),
    ]


def test_the_page_has_no_code_or_style_of_its_own(make_ticket, sign_in, alex):
    html = sign_in(alex).get(url(make_ticket())).content.decode()

    assert re.findall(r"<style|<script(?![^>]*src=)|\son\w+=|\sstyle=", html) == []


def test_the_page_takes_the_same_number_of_queries_however_long_the_story_is(
    make_ticket, make_user, sign_in, alex
):
    ticket, client = make_ticket(), sign_in(alex)

    def turn():
        conversation.take_turn(
            ticket,
            by=alex,
            turn=Turn(
                body="Hello.",
                status="pending",
                reassign=True,
                assignee=make_user(f"Agent{ticket.events.count()}", role="agent"),
            ),
        )

    turn()
    client.get(url(ticket))
    with CaptureQueriesContext(connection) as one:
        client.get(url(ticket))
    turn(), turn()

    with CaptureQueriesContext(connection) as three:
        client.get(url(ticket))

    assert len(one) == len(three) <= 14, [query["sql"][:90] for query in three]


# Who only reads along


def what_opens(client, ticket):
    """How the pages of a ticket answer: what is done to it, and where customers read it."""
    verbs = ("change", "watch", "merge", "split", "redact", "about", "answers", "callback")
    desk = [client.get(f"/admin/tickets/ticket/{ticket.pk}/{verb}/") for verb in verbs]
    return {page.status_code for page in desk}, client.get(ticket.get_absolute_url())


def test_who_is_copied_on_a_ticket_of_a_brand_that_others_serve_reads_it_as_customers_do(
    make_ticket, make_team, make_user, sign_in, alex
):
    helga = make_user("Helga", role="agent")
    make_team("Ours", members=[helga], brands=["perfectserve"])
    make_team("Theirs", members=[alex], brands=["clinical-collaboration"])
    ticket = make_ticket()
    services.note(ticket, by=helga, body="CANARY")
    watching.watch(ticket, by=alex, added_by=ticket.requester)

    desk, page = what_opens(sign_in(alex), ticket)

    assert (desk, page.status_code, "CANARY" in page.content.decode()) == ({404}, 200, False)
    assert not permissions.can_work(alex, ticket)
    assert not permissions.can_see_notes(alex, ticket)
    with pytest.raises(services.Refused):
        services.check_works(alex, ticket)


def test_who_is_copied_answers_as_a_customer_does(
    make_ticket, make_team, make_user, sign_in, alex, time
):
    make_team("Ours", members=[make_user("Helga", role="agent")], brands=["perfectserve"])
    ticket = make_ticket()
    watching.watch(ticket, by=alex, added_by=ticket.requester)

    sign_in(alex).post(f"{ticket.get_absolute_url()}replies/", {"body": "It is on our ward, too."})

    ticket.refresh_from_db()
    assert ticket.messages.last().actor == "requester"
    assert (ticket.status, ticket.answered_at) == ("new", None)


def test_who_read_along_before_a_ticket_was_restricted_reads_no_notes_of_it(
    make_ticket, make_user, sign_in, alex
):
    ticket, lee = make_ticket(), make_user("Lee", role="agent")
    lee.groups.add(Group.objects.get(name=RIGHTS["legal_requests"].group))
    services.note(ticket, by=lee, body="CANARY")
    watching.watch(ticket, by=alex, added_by=ticket.requester)
    of_it = RequestType.objects.get(key="perfectserve")
    legal = About(of_it, of_it.subcategories.get(key="legal"), ticket.product, ticket.organization)
    set_attributes(ticket, by=lee, about=legal)

    desk, page = what_opens(sign_in(alex), ticket)

    assert (desk, page.status_code, "CANARY" in page.content.decode()) == ({404}, 200, False)
    assert list(Viewing.objects.values_list("user", "what")) == [(alex.pk, ticket.number)]
