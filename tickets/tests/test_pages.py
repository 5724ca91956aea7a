"""My tickets, the ticket page and its files: who sees what, and what can be done there."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tickets import services, uploads
from tickets.conversation import Turn, take_turn
from tickets.models import Message, Ticket


@pytest.fixture
def sign_in():
    def sign(user):
        client = Client()
        client.force_login(user)
        return client

    return sign


def test_a_customer_sees_own_tickets_and_nobody_elses(make_ticket, sign_in, dana, make_user):
    own, foreign = (
        make_ticket(subject="Mine"),
        make_ticket(requester=make_user("Cho"), subject="Not yours"),
    )

    page = sign_in(dana).get("/tickets/")

    assert [row["number"] for row in page.context["tickets"]] == [own.number]
    assert "Not yours" not in page.content.decode()
    assert sign_in(dana).get(foreign.get_absolute_url()).status_code == 404
    assert sign_in(dana).get("/tickets/999999/").status_code == 404


def test_the_right_to_see_the_organization_shows_its_tickets_but_not_restricted_ones(
    make_ticket, dana, make_user
):
    ours = make_ticket()
    make_ticket(about="legal")
    maria = make_user("Maria", organization="Riverside Clinic", sees_organization=True)
    ben = make_user("Ben", organization="Riverside Clinic")

    assert list(Ticket.objects.visible_to(maria)) == [ours]
    assert list(Ticket.objects.visible_to(ben)) == []


def test_agents_see_the_brands_their_teams_serve(make_ticket, make_user, make_team, alex):
    here, there = make_ticket(), make_ticket(brand="clinical-collaboration")
    ben = make_user("Ben", role="agent")
    make_team("Collaboration", members=[ben], brands=["clinical-collaboration"])

    assert list(Ticket.objects.visible_to(ben).order_by("pk")) == [here, there]
    assert list(Ticket.objects.visible_to(alex)) == [here]


def test_restricted_tickets_are_for_agents_with_that_right_and_their_requester(
    make_ticket, alex, dana, django_user_model
):
    legal = make_ticket(about="legal")

    assert legal.restricted
    assert [list(Ticket.objects.visible_to(user)) for user in (alex, dana)] == [[], [legal]]


def test_a_late_ticket_says_so_and_whom_to_call_until_the_answer_comes(
    make_ticket, sign_in, alex, dana, time
):
    ticket = make_ticket(level=1)
    time.advance(minutes=61)

    late = sign_in(dana).get(ticket.get_absolute_url())
    take_turn(ticket, by=alex, turn=Turn(body="We found it."))
    answered = sign_in(dana).get(ticket.get_absolute_url())

    assert late.context["late_since"] == ticket.created_at + timedelta(hours=1)
    assert "We are late" in late.content.decode()
    assert f"and quote {ticket.number}" in late.content.decode()
    assert answered.context["late_since"] is None
    assert "We are late" not in answered.content.decode()


def test_notes_and_who_is_assigned_never_reach_the_customer(make_ticket, sign_in, alex, dana):
    ticket = make_ticket()
    take_turn(ticket, by=alex, turn=Turn(body="CANARY note", public=False))
    services.assign(ticket, by=alex, to=alex)

    page = sign_in(dana).get(ticket.get_absolute_url()).content.decode()

    assert "CANARY" not in page
    assert "Assigned" not in page


def test_a_reply_is_shown_and_a_refused_one_keeps_its_text(make_ticket, sign_in, dana):
    ticket, client = make_ticket(), sign_in(dana)
    replies = f"{ticket.get_absolute_url()}replies/"

    client.post(replies, {"body": "More about it"})
    refused = client.post(
        replies, {"body": "With a file", "files": SimpleUploadedFile("x.exe", b"MZ")}
    )

    assert [message.body for message in ticket.messages.all()][1:] == ["More about it"]
    assert refused.status_code == 422
    assert refused.context["form"]["body"].value() == "With a file"


def test_an_address_in_a_message_is_a_link_and_all_else_is_text(make_ticket, sign_in, dana, alex):
    ticket = make_ticket(description="See https://h.example/?a=1&b=2 <b>now</b>")
    link = (
        'See <a href="https://h.example/?a=1&amp;b=2" rel="nofollow">'
        "https://h.example/?a=1&amp;b=2</a> &lt;b&gt;now&lt;/b&gt;"
    )

    for user, page in (
        (dana, ticket.get_absolute_url()),
        (alex, f"/admin/tickets/ticket/{ticket.pk}/change/"),
    ):
        assert link in sign_in(user).get(page).content.decode()


def test_solving_and_reopening_are_one_press_each(make_ticket, sign_in, dana):
    ticket, client = make_ticket(), sign_in(dana)

    client.post(f"{ticket.get_absolute_url()}closure/")
    ticket.refresh_from_db()
    solved = ticket.status
    client.post(f"{ticket.get_absolute_url()}reopening/")
    ticket.refresh_from_db()

    assert (solved, ticket.status) == ("solved", "open")


def test_a_file_is_as_private_as_its_ticket_and_is_never_run(make_ticket, sign_in, dana, make_user):
    ticket = make_ticket()
    stored = uploads.store(SimpleUploadedFile("../a\u202etxt.csv", b"=1+1"))
    services.reply(ticket, by=dana, body="Here", files=[stored])
    address = stored.get_absolute_url()

    handed = sign_in(dana).get(address)

    assert b"".join(handed.streaming_content) == b"=1+1"
    assert handed["Content-Disposition"].startswith("attachment;")
    assert (handed["X-Content-Type-Options"], handed["Cache-Control"]) == (
        "nosniff",
        "private, no-store",
    )
    assert "sandbox" in handed["Content-Security-Policy"]
    assert sign_in(make_user("Cho")).get(address).status_code == 404
    assert Client().get(address)["Location"] == f"/accounts/sign-in/?next={address}"
    assert "/" not in stored.name
    assert "\u202e" not in stored.name


@pytest.mark.parametrize("verb", ["replies", "closure", "reopening"])
def test_who_only_reads_the_desk_acts_on_own_tickets_alone(make_ticket, sign_in, make_user, verb):
    reader = make_user("Riley", role="read_only")
    others, own = make_ticket(), make_ticket(requester=reader)

    answers = [
        sign_in(reader).post(f"{ticket.get_absolute_url()}{verb}/", {"body": "Hello"})
        for ticket in (others, own)
    ]

    assert [answer.status_code for answer in answers] == [404, 302]
    others.refresh_from_db()
    assert (others.status, others.version, others.messages.count()) == ("new", 1, 1)


def test_a_file_that_is_gone_is_not_there_and_is_told_to_the_operator(
    make_ticket, sign_in, dana, caplog
):
    stored = uploads.store(SimpleUploadedFile("week.csv", b"a,b"))
    services.reply(make_ticket(), by=dana, body="See file", files=[stored])
    stored.file.storage.delete(stored.file.name)

    response = sign_in(dana).get(stored.get_absolute_url())

    assert response.status_code == 404
    assert f"The file of attachment {stored.pk} is not where it was stored." in caplog.messages


def test_a_file_of_a_note_is_for_agents_alone(make_ticket, sign_in, dana, alex):
    ticket = make_ticket()
    stored = uploads.store(SimpleUploadedFile("internal.txt", b"secret"))
    services.note(ticket, by=alex, body="See file", files=[stored])

    handed = sign_in(alex).get(stored.get_absolute_url())

    assert b"".join(handed.streaming_content) == b"secret"
    assert sign_in(dana).get(stored.get_absolute_url()).status_code == 404


def test_a_file_cannot_be_bound_to_a_second_message(make_ticket, dana, make_user):
    stored = uploads.store(SimpleUploadedFile("a.txt", b"a"))
    first, second = make_ticket(), make_ticket(requester=make_user("Cho"))
    services.reply(first, by=dana, body="Mine", files=[stored])

    services.reply(second, by=second.requester, body="Stolen", files=[stored])

    stored.refresh_from_db()
    assert stored.message == Message.objects.get(body="Mine")


@pytest.mark.parametrize("path", ["/tickets/", "/tickets/{pk}/"])
def test_pages_take_the_same_number_of_queries_for_one_row_and_for_three(
    path, make_ticket, sign_in, dana, alex
):
    ticket, client = make_ticket(), sign_in(dana)
    path = path.format(pk=ticket.pk)
    services.reply(ticket, by=alex, body="Hello")
    client.get(path)
    with CaptureQueriesContext(connection) as for_one:
        client.get(path)
    for _n in range(2):
        services.reply(make_ticket(), by=alex, body="Hello")
        services.reply(ticket, by=alex, body="Again")

    with CaptureQueriesContext(connection) as for_three:
        client.get(path)

    assert len(for_three) == len(for_one) <= 20


def test_the_page_says_what_was_promised(make_ticket, sign_in, dana, time):
    ticket = make_ticket(level=1)

    page = sign_in(dana).get(ticket.get_absolute_url()).content.decode()

    assert "Mon 5 Jan, 6:00 am EST" in page
    assert "Tue 6 Jan, 5:00 am EST" in page


@pytest.mark.parametrize("after", ["2020-01-01T00:00:00%2B23:59,5", "nonsense", ",", "1,2,3"])
def test_a_cursor_that_makes_no_sense_is_no_error_of_ours(after, sign_in, dana, alex):
    mine = sign_in(dana).get(f"/tickets/?after={after}")
    queue = sign_in(alex).get(f"/admin/tickets/ticket/?after=1,{after}&subject=%00")

    assert {mine.status_code, queue.status_code} <= {200, 302, 404}
