"""What is somebody else's is as if it were not there: to read, to write, to guess."""

import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.links import PasswordLinks
from accounts.models import User
from tickets import services, tokens, uploads
from tickets.models import Attachment, Draft, Event, Message, Ticket

pytestmark = pytest.mark.django_db

CANARIES = {
    "subject": "canary-one",
    "body": "canary-two",
    "note": "canary-three",
    "name": "canary-four.txt",
    "file": "canary-five",
}


@pytest.fixture
def signed_in():
    def sign(user):
        client = Client()
        client.force_login(user)
        return client

    return sign


@pytest.fixture
def ticket(make_ticket, dana, alex):
    """Dana's ticket, with words that nobody else may read in every place."""
    ticket = make_ticket(subject=CANARIES["subject"], description=CANARIES["body"])
    file = SimpleUploadedFile(CANARIES["name"], CANARIES["file"].encode())
    services.reply(ticket, by=dana, body="Here", files=[uploads.store(file)])
    services.note(ticket, by=alex, body=CANARIES["note"])
    return ticket


@pytest.fixture
def cho(make_user):
    """A stranger whose address is of the same domain, and of no organization."""
    return make_user("Cho")


def bare(response, number):
    """Return a page without what differs by itself: token, nonce, and the number asked for."""
    html = response.content.decode()
    for varying in (r'name="csrfmiddlewaretoken" value="[^"]+"', r'nonce="[^"]+"', str(number)):
        html = re.sub(varying, "", html)
    return html


def canaries_in(client, *paths):
    pages = [client.get(path, follow=True).content.decode() for path in paths]
    return [canary for canary in CANARIES.values() for page in pages if canary in page]


def row_of(ticket):
    """Return all of a ticket that anybody could have changed."""
    return (
        Ticket.objects.filter(pk=ticket.pk).values().get(),
        list(Message.objects.filter(ticket=ticket).values()),
        list(Event.objects.filter(ticket=ticket).values()),
        list(Attachment.objects.values()),
    )


def test_a_ticket_of_somebody_else_is_byte_for_byte_one_that_never_was(ticket, signed_in, cho):
    client = signed_in(cho)
    never = ticket.pk + 1000

    theirs, nobodys = (client.get(f"/tickets/{number}/") for number in (ticket.pk, never))

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert bare(theirs, ticket.pk) == bare(nobodys, never)
    assert sorted(theirs.headers) == sorted(nobodys.headers)


def test_no_word_of_it_stands_on_a_page_of_somebody_else(ticket, signed_in, cho):
    client = signed_in(cho)

    views = [f"/tickets/?view={view}" for view in ("all", "waiting", "working", "solved")]
    assert canaries_in(client, f"/tickets/{ticket.pk}/", *views, "/", "/profile/") == []
    assert client.get("/tickets/").context["tickets"] == []


def test_the_same_words_stand_where_they_belong(ticket, signed_in, dana, alex):
    """To prove the leak shut, the words must be there to leak."""
    path, desk = f"/tickets/{ticket.pk}/", f"/admin/tickets/ticket/{ticket.pk}/change/"

    told = [CANARIES[where] for where in ("subject", "body", "name")]
    assert canaries_in(signed_in(dana), path) == told
    assert canaries_in(signed_in(alex), desk) == [*told[:2], CANARIES["note"], told[2]]


@pytest.mark.parametrize("verb", ["replies", "closure", "reopening"])
def test_nobody_else_changes_it(ticket, signed_in, cho, verb):
    before = row_of(ticket)
    file = SimpleUploadedFile("x.txt", b"x")

    theirs = signed_in(cho).post(
        f"/tickets/{ticket.pk}/{verb}/", {"body": "Mine now", "solve": "on", "files": file}
    )
    strangers = Client().post(f"/tickets/{ticket.pk}/{verb}/", {"body": "Mine now"})

    assert (theirs.status_code, strangers.status_code) == (404, 302)
    assert strangers["Location"].startswith("/accounts/sign-in/")
    assert row_of(ticket) == before


def test_a_customer_does_not_come_in_by_the_desk(ticket, signed_in, cho, dana):
    before = row_of(ticket)

    for user in (cho, dana):
        response = signed_in(user).post(
            f"/admin/tickets/ticket/{ticket.pk}/change/",
            {"version": ticket.version, "kind": "public", "body": "Mine", "status": "closed"},
        )
        assert response.status_code in (302, 404)

    assert row_of(ticket) == before


def test_a_file_is_gone_with_the_session(ticket, signed_in, dana):
    address = Attachment.objects.get().get_absolute_url()
    client = signed_in(dana)
    handed = b"".join(client.get(address).streaming_content)

    client.post("/accounts/sign-out/")
    after = client.get(address)

    assert handed == CANARIES["file"].encode()
    assert after["Location"] == f"/accounts/sign-in/?next={address}"
    assert CANARIES["file"].encode() not in after.content


def test_no_file_of_somebody_else_is_bound_by_naming_it(ticket, signed_in, cho):
    """Ids of files are no parameter of any form; one that removes names files of its draft."""
    client, before = signed_in(cho), row_of(ticket)
    file = Attachment.objects.get()
    draft = (
        client.post("/new/payment/", {"subject": "Invoice", "later": ""}) and Draft.objects.get()
    )

    client.post(draft.get_absolute_url(), {"remove": str(file.pk), "files": str(file.pk)})

    assert row_of(ticket) == before


@pytest.mark.parametrize("kind", ["draft", "password", "file"])
def test_a_thousand_keys_are_a_thousand_that_nobody_can_guess(kind):
    make = {
        "draft": lambda number: tokens.new(),
        "password": lambda number: PasswordLinks().make_token(
            User(pk=number, email=f"{number}@clinic.example")
        ),
        "file": lambda number: str(Attachment().pk),
    }[kind]

    keys = [make(number) for number in range(1000)]

    assert len(set(keys)) == 1000
    assert {len(key) for key in keys} == {len(keys[0])}
    # No place of a key says anything of the next one: at each, what is random varies.
    random = [place for place in zip(*keys, strict=True) if len(set(place)) > 8]
    assert len(random) * 4 >= 120


@pytest.mark.parametrize("name", ["../../outside.txt", "/etc/outside.txt", "..\\..\\outside.txt"])
def test_a_name_from_outside_chooses_no_path(signed_in, dana, settings, tmp_path, name):
    root = tmp_path / "site" / "files"
    root.mkdir(parents=True)
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(root), "base_url": None},
        }
    }
    upload = SimpleUploadedFile("a.txt", b"a")
    upload._name = name  # as a client that is no browser would send it

    signed_in(dana).post("/new/payment/", {"subject": "x", "files": upload, "later": ""})

    stored = Attachment.objects.get()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [root / stored.file.name]
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", stored.file.name)
    assert "outside" in stored.name
    assert not set("/\\") & set(stored.name)
    assert default_storage.exists(stored.file.name)
