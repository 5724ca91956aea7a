"""Files survive a form that was not taken: an old safety token, or an error in it."""

import hashlib
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, transaction
from django.test import Client

from tickets import conversation, staging, tasks, uploads
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.tests.filing import CREATE, SIMPLE, begin

OURS = {"origin": "http://testserver"}
DESK = "/admin/tickets/ticket/{}/change/"


@pytest.fixture
def strict(dana):
    """Dana's browser, with the check that every other test leaves out."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    return client


def some_file(name="week.csv", content=b"a,b"):
    return SimpleUploadedFile(name, content)


def page_of(response):
    """What a page offers to send again: its fields by name."""
    html = response.content.decode().partition("<main")[2].partition("</main>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)<', html)
    return dict([*fields, *areas])


def send_again(client, path, response):
    """Press the button of the page, as the browser does."""
    return client.post(path, page_of(response), headers=OURS)


def files_of(message):
    return [
        (file.name, file.draft, file.token_hash, sha256(Path(file.file.path).read_bytes()))
        for file in message.attachments.all()
    ]


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_an_old_token_costs_a_request_neither_its_text_nor_its_files(strict):
    with_old_token = SIMPLE | {"send": "", "files": [some_file(), some_file("b.txt", b"bb")]}

    refused = strict.post("/new/payment/", with_old_token, headers=OURS)

    assert (refused.status_code, refused.context["verb"]) == (403, "send")
    assert [file.name for file in refused.context["staged"].files] == ["week.csv", "b.txt"]
    assert b"week.csv" in refused.content
    assert not Ticket.objects.exists()

    send_again(strict, "/new/payment/", refused)

    ticket = Ticket.objects.get()
    assert ticket.subject == "Invoice"
    assert files_of(ticket.messages.get()) == [
        ("week.csv", None, "", sha256(b"a,b")),
        ("b.txt", None, "", sha256(b"bb")),
    ]


def test_an_old_token_costs_a_draft_nothing(strict):
    kept = Client()
    kept.cookies = strict.cookies
    draft = begin(kept)

    written = {name: value for name, value in CREATE.items() if name != "send"}
    refused = strict.post(draft, written | {"files": some_file(), "later": ""}, headers=OURS)
    send_again(strict, draft, refused)

    assert refused.context["verb"] == "save"
    assert [file.name for file in Draft.objects.get().attachments.all()] == ["week.csv"]


@pytest.mark.parametrize("who", ["dana", "alex"])
def test_an_old_token_costs_a_reply_nothing(who, request, make_ticket, make_team):
    ticket, person = make_ticket(), request.getfixturevalue(who)
    make_team("Support", members=[request.getfixturevalue("alex")], brands=["perfectserve"])
    path = f"/tickets/{ticket.pk}/replies/" if who == "dana" else DESK.format(ticket.pk)
    written = {"body": "See the file, please. " * 5, "version": 1, "kind": "public"}
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    refused = client.post(path, written | {"files": some_file()}, headers=OURS)
    answered = send_again(client, path, refused)

    assert answered.status_code == 302
    reply = ticket.messages.last()
    assert (reply.body, reply.author) == (written["body"].strip(), person)
    assert files_of(reply) == [("week.csv", None, "", sha256(b"a,b"))]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver", "sec-fetch-site": "same-site"},
        {"origin": "null"},
        {},
    ],
)
def test_what_another_site_sends_is_neither_kept_nor_offered(strict, headers):
    sent = SIMPLE | {"send": "", "files": some_file()}

    refused = strict.post("/new/payment/", sent, headers=headers)

    assert (refused.status_code, refused.context["verb"]) == (403, "open")
    assert (page_of(refused), Attachment.objects.count()) == ({}, 0)
    assert b"Invoice" not in refused.content


def test_a_page_that_takes_no_files_keeps_none(strict):
    strict.post("/profile/", {"name": "Dana", "files": some_file()}, headers=OURS)

    assert not Attachment.objects.exists()


def test_a_token_works_once(strict):
    refused = strict.post(
        "/new/payment/", SIMPLE | {"send": "", "files": some_file()}, headers=OURS
    )
    send_again(strict, "/new/payment/", refused)

    again = send_again(strict, "/new/payment/", refused)

    assert [(ticket.messages.get().attachments.count()) for ticket in Ticket.objects.all()] == [1]
    assert again["Location"] == Draft.objects.get().get_absolute_url()


def test_a_token_of_somebody_elses_grants_nothing(strict, make_user):
    refused = strict.post(
        "/new/payment/", SIMPLE | {"send": "", "files": some_file()}, headers=OURS
    )
    [token] = refused.context["staged"].tokens
    cho, stranger = Client(), Client()
    cho.force_login(make_user("Cho"))

    for browser in (cho, stranger):
        browser.post("/new/payment/", SIMPLE | {"later": "", "staged": token})

    assert [draft.attachments.count() for draft in Draft.objects.all()] == [0, 0]
    assert [file.name for file in Attachment.objects.staged()] == ["week.csv"]


def test_files_staged_signed_out_go_with_who_signs_in_there(dana):
    client = Client(enforce_csrf_checks=True)
    refused = client.post(
        "/new/payment/", SIMPLE | {"send": "", "files": some_file()}, headers=OURS
    )
    client.force_login(dana)

    again = client.post("/new/payment/", page_of(refused), headers=OURS)
    send_again(client, "/new/payment/", again)

    assert [file.name for file in Ticket.objects.get().messages.get().attachments.all()] == [
        "week.csv"
    ]


def test_files_that_waited_too_long_are_asked_for_again(strict, time):
    refused = strict.post(
        "/new/payment/", SIMPLE | {"send": "", "files": some_file()}, headers=OURS
    )
    time.advance(hours=1)

    again = send_again(strict, "/new/payment/", refused)

    draft = Draft.objects.get()
    assert again["Location"] == draft.get_absolute_url()
    assert (draft.data["subject"], draft.attachments.count()) == (["Invoice"], 0)
    shown = strict.get(again["Location"])
    assert [str(message) for message in shown.context["messages"]] == [str(staging.gone())]


def test_what_nobody_sent_again_is_removed_with_its_bytes(strict, time):
    strict.post("/new/payment/", SIMPLE | {"files": some_file()}, headers=OURS)
    stored = Attachment.objects.get().file
    time.advance(hours=1, minutes=4)
    early = tasks.clear_staged()
    time.advance(minutes=2)

    assert (early, tasks.clear_staged()) == (
        ("0 files deleted", False),
        ("1 files deleted", False),
    )
    assert not Attachment.objects.exists()
    assert not stored.storage.exists(stored.name)


@pytest.mark.parametrize(
    ("limit", "value", "kept", "problem"),
    [
        ("FILE_MAX_COUNT", 1, ["1.txt"], "“2.txt” was not added: at most 1 files are taken."),
        ("STAGED_MAX_BYTES", 5, ["1.txt"], "“2.txt” could not be kept: too many files wait."),
        ("LIMITS", {"stage": (1, 60)}, ["1.txt"], "“2.txt” could not be kept: too many files wait"),
        ("FILE_MAX_BYTES", 2, [], "“1.txt” was not added: it is larger than 2 bytes."),
    ],
)
def test_nobody_can_fill_the_disk_and_what_is_refused_is_named(
    strict, settings, limit, value, kept, problem
):
    value = settings.LIMITS | value if limit == "LIMITS" else value
    setattr(settings, limit, value)
    files = [some_file("1.txt", b"123"), some_file("2.txt", b"456")]

    refused = strict.post("/new/payment/", SIMPLE | {"files": files}, headers=OURS)

    assert [file.name for file in Attachment.objects.staged()] == kept
    assert refused.context["staged"].refused[0].startswith(problem)
    assert problem in refused.content.decode()


def test_a_reply_without_text_keeps_its_files_for_the_next_try(client, dana, make_ticket):
    ticket = make_ticket()
    client.force_login(dana)
    path = f"/tickets/{ticket.pk}/replies/"

    first = client.post(path, {"body": "", "files": some_file()})
    second = client.post(path, {"body": " ", "files": some_file("b.txt"), **page_of(first)})
    tokens = second.context["staged"].tokens
    client.post(path, {"body": "Here they are", "staged": tokens, "files": some_file("c.txt")})

    assert (first.status_code, second.status_code) == (422, 422)
    assert [file.name for file in second.context["staged"].files] == ["week.csv", "b.txt"]
    assert [file[:3] for file in files_of(ticket.messages.last())] == [
        ("week.csv", None, ""),
        ("b.txt", None, ""),
        ("c.txt", None, ""),
    ]


def test_one_refused_file_costs_a_reply_none_of_the_others(client, dana, make_ticket):
    ticket = make_ticket()
    client.force_login(dana)
    files = [some_file(), some_file("run.exe")]

    shown = client.post(f"/tickets/{ticket.pk}/replies/", {"body": "Look", "files": files})

    assert shown.status_code == 422
    assert shown.context["form"]["body"].value() == "Look"
    assert [file.name for file in shown.context["staged"].files] == ["week.csv"]
    assert Message.objects.count() == 1


def test_a_stale_turn_keeps_its_files(client, alex, dana, make_ticket, make_team):
    make_team("Support", members=[alex], brands=["perfectserve"])
    ticket = make_ticket()
    conversation.answer(ticket, by=dana, body="One more thing")
    client.force_login(alex)
    turn = {"version": 1, "kind": "public", "body": "We look into it."}

    stale = client.post(DESK.format(ticket.pk), turn | {"files": some_file()})
    version = stale.context["ticket"].version
    client.post(DESK.format(ticket.pk), turn | {**page_of(stale), "version": version})

    assert stale.status_code == 409
    assert b"week.csv" in stale.content
    assert [file.name for file in ticket.messages.last().attachments.all()] == ["week.csv"]


def test_a_file_of_one_place_is_the_databases_rule(strict):
    strict.post("/new/payment/", SIMPLE | {"files": some_file()}, headers=OURS)

    stray = Attachment.objects.get()

    assert (strict.get(stray.get_absolute_url()).status_code, stray.draft) == (404, None)


def test_a_reply_sent_after_the_session_ended_waits_with_its_files(client, dana, make_ticket):
    ticket = make_ticket()
    path = f"/tickets/{ticket.pk}/replies/"
    signed_in_long_ago(client, dana)
    client.post(path, {"body": "Here it is", "files": some_file()}, headers=OURS)

    client.force_login(dana)
    shown = client.get("/accounts/kept/")
    client.post(path, page_of(shown))

    assert b"week.csv" in shown.content
    assert ticket.messages.last().body == "Here it is"
    assert files_of(ticket.messages.last()) == [("week.csv", None, "", sha256(b"a,b"))]


def test_what_waits_after_the_session_ended_is_nobody_elses(client, dana, make_ticket, make_user):
    ticket, cho = make_ticket(), make_user("Cho")
    theirs = make_ticket(requester=cho)
    signed_in_long_ago(client, dana)
    client.post(f"/tickets/{ticket.pk}/replies/", {"body": "x", "files": some_file()}, headers=OURS)
    [token] = [value for name, value in client.session["kept_form"]["fields"] if name == "staged"]

    client.force_login(cho)
    client.post(f"/tickets/{theirs.pk}/replies/", {"body": "Mine now", "staged": token})

    assert client.get("/accounts/kept/")["Location"] == "/"
    assert theirs.messages.count() == 1
    assert [file.name for file in Attachment.objects.staged()] == ["week.csv"]


def test_another_site_plants_no_file_after_the_session_ended(client, dana, make_ticket):
    path = f"/tickets/{make_ticket().pk}/replies/"
    signed_in_long_ago(client, dana)

    client.post(
        path, {"body": "x", "files": some_file()}, headers={"origin": "https://evil.example"}
    )

    assert not Attachment.objects.exists()


def signed_in_long_ago(client, user):
    """Sign in, as if nothing had happened in that browser for an hour."""
    client.force_login(user)
    client.get("/profile/")
    session = client.session
    session["seen_at"] -= 3600
    session.save()


def test_a_file_whose_row_cannot_be_written_leaves_no_bytes_behind(db):
    before = stored_files()

    with pytest.raises(DataError), transaction.atomic():
        uploads.store(some_file(), token_hash="x" * 65)

    assert stored_files() == before


def stored_files():
    return {path for path in Path(default_storage.location).rglob("*") if path.is_file()}
