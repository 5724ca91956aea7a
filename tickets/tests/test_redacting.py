"""What is removed for good: gone wherever it was copied; only who, when and why stay."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.postgres.search import SearchVector
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Value

from tickets import calling, ending, redacting, services, splitting, timeline, uploads
from tickets.forgetting import Removed
from tickets.models import (
    Answer,
    Attachment,
    Draft,
    Message,
    SearchEntry,
    Ticket,
    TurnDraft,
    Viewing,
)
from tickets.redacting import Removal
from tickets.services import Refused

CANARY = "canary7431"
SECRET = f"The patient is {CANARY}, born on 1 May 1970."
MARK = "[removed by Alex, 2026-01-05 10:00 UTC – patient data]"
QUEUE = "/admin/tickets/ticket/"


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def told(ticket):
    return list(ticket.events.filter(type="redacted").values_list("data", flat=True))


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


def of(row, *, what="message", why="patient data", part=""):
    return Removal(what, str(row.pk) if row else "", why, part)


def wait(ticket, *, by, at, reason):
    wish = calling.Wish("415 555 0100", at, at + timedelta(hours=4), "UTC", reason=reason)
    return calling.ask(ticket, by=by, wish=wish)


def where(word):
    """Name every column of the database that holds this word, and every file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'jsonb', 'tsvector', 'ARRAY')"
        )
        columns = cursor.fetchall()
        found = set()
        for table, column in columns:
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s)',
                [f"%{word}%"],
            )
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    files = Path(settings.STORAGES["default"]["OPTIONS"]["location"]).rglob("*")
    found |= {"files" for path in files if path.is_file() and word.encode() in path.read_bytes()}
    return found


# --- What stands in its place -----------------------------------------------------------


def test_a_message_is_replaced_by_who_removed_it_when_and_why(make_ticket, dana, alex, time):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)

    redacting.redact(ticket, by=alex, removal=of(message))

    message.refresh_from_db()
    assert (message.body, message.redacted_at, message.redacted_by) == (MARK, time.at, alex)
    assert (message.kind, message.author, message.created_at) == ("public", dana, time.at)
    assert told(ticket) == [
        {
            "what": "message",
            "key": str(message.pk),
            "part": False,
            "note": False,
            "why": "patient data",
        }
    ]
    assert sentences(ticket, alex) == ["Words removed for good by Alex: patient data"]
    assert sentences(ticket, dana) == ["Words removed for good: patient data"]


def test_a_part_goes_and_the_rest_stays(make_ticket, dana, alex, time):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=f"Call {CANARY}.\nThank you, {CANARY} it is.")

    redacting.redact(ticket, by=alex, removal=of(message, part=CANARY))

    message.refresh_from_db()
    assert message.body == f"Call {MARK}.\nThank you, {MARK} it is."


def test_a_subject_an_answer_and_a_file_go_too(make_ticket, dana, alex, time):
    ticket = make_ticket(subject=f"About {CANARY}")
    answer = Answer.objects.create(
        ticket=ticket, key="who", label="Who?", kind="text", value=SECRET, display=SECRET
    )
    file = uploads.store(SimpleUploadedFile(f"{CANARY}.txt", SECRET.encode()))
    services.reply(ticket, by=dana, body="See file", files=[file])

    redacting.redact(ticket, by=alex, removal=of(None, what="subject", part=CANARY))
    redacting.redact(ticket, by=alex, removal=of(answer, what="answer"))
    redacting.redact(ticket, by=alex, removal=of(file, what="file"))

    answer.refresh_from_db()
    file.refresh_from_db()
    assert fresh(ticket).subject == f"About {MARK}"
    assert (answer.value, answer.display) == ([], MARK)
    assert (file.file.name, file.name, file.size, file.sha256) == ("", MARK, 0, "")
    assert where(CANARY) == set()


def test_of_a_note_no_customer_hears(make_ticket, dana, alex, browser_of):
    ticket = make_ticket()
    note = services.note(ticket, by=alex, body=SECRET)

    redacting.redact(ticket, by=alex, removal=of(note, why="not ours to keep"))

    page = browser_of(dana).get(ticket.get_absolute_url()).content.decode()
    assert "not ours to keep" not in page
    assert sentences(ticket, dana) == []


def test_a_removed_file_has_no_address_any_more(make_ticket, dana, alex, browser_of):
    ticket = make_ticket()
    file = uploads.store(SimpleUploadedFile("a.txt", b"a"))
    services.reply(ticket, by=dana, body="See file", files=[file])
    redacting.redact(ticket, by=alex, removal=of(file, what="file"))

    page = browser_of(dana).get(ticket.get_absolute_url()).content.decode()

    assert "[removed by Alex" in page
    assert file.get_absolute_url() not in page
    for user in (dana, alex):
        assert browser_of(user).get(file.get_absolute_url()).status_code == 404


# --- Gone everywhere --------------------------------------------------------------------


def test_afterwards_it_is_nowhere_in_the_database_and_in_no_file(make_ticket, dana, alex, time):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=f"Hello,\n{SECRET}\nDana")
    TurnDraft.objects.create(
        ticket=ticket, user=alex, updated_at=time.at, data={"body": [f"> {SECRET}"]}
    )
    Draft.objects.create(
        owner=dana,
        follows=ticket,
        brand=ticket.brand,
        request_type=ticket.request_type,
        data={"description": [f"Hello,\n{SECRET}\nDana"]},
        created_at=time.at,
        updated_at=time.at,
        expires_at=time.at,
    )
    Viewing.objects.create(ticket=ticket, user=alex, what=SECRET, at=time.at)
    SearchEntry.objects.update_or_create(
        ticket=ticket, defaults={"words": SearchVector(Value(message.body), config="simple")}
    )
    assert where(CANARY) == {
        "tickets_message.body",
        "tickets_turndraft.data",
        "tickets_draft.data",
        "tickets_viewing.what",
        "tickets_searchentry.words",
    }

    redacting.redact(ticket, by=alex, removal=of(message))

    assert where(CANARY) == set()
    assert TurnDraft.objects.get().data == {"body": [f"> {MARK}"]}


def test_of_an_unsent_form_only_what_was_typed_is_rewritten(make_ticket, dana, alex, time):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body="Room 2040")
    typed = {"key": ["2040"], "level": ["2040"], "body": ["> Room 2040"], "reason": ["In 2040"]}
    TurnDraft.objects.create(ticket=ticket, user=alex, updated_at=time.at, data=typed)

    redacting.redact(ticket, by=alex, removal=of(message, part="2040"))

    assert TurnDraft.objects.get().data == {
        "key": ["2040"],
        "level": ["2040"],
        "body": [f"> Room {MARK}"],
        "reason": [f"In {MARK}"],
    }


def test_words_are_removed_once_and_never_out_of_what_stands_in_their_place():
    removed = Removed.of("Alex", mark="[removed by Alex & Co]")

    assert removed.out_of("Alex asks, Alexandra answers: /tickets/Alex/") == (
        "[removed by Alex & Co] asks, Alexandra answers: /tickets/Alex/"
    )
    assert removed.out_of_html('<p class="Alex">Alex</p>') == (
        '<p class="Alex">[removed by Alex &amp; Co]</p>'
    )


@pytest.mark.parametrize("words", ["2", "ok", "a1"])
def test_words_that_tell_nothing_are_left_alone_elsewhere(words):
    removed = Removed.of(words, mark=MARK)

    assert removed.out_of(f"All {words}, {words}") == f"All {words}, {words}"
    assert not removed.are_in(f"All {words}")


def test_what_moved_is_removed_from_what_was_made_of_it_where_it_was(make_ticket, dana, alex, time):
    ticket, original = make_ticket(), make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)
    for each in (ticket, original):
        TurnDraft.objects.create(
            ticket=each, user=alex, updated_at=time.at, data={"body": [f"> {SECRET}"]}
        )
    part = splitting.Part([message.pk], dana, "Another matter", 3, uuid.uuid4())
    new = splitting.split(ticket, by=alex, part=part)
    ending.merge(new, into=original, by=alex)

    redacting.redact(new, by=alex, removal=of(message))

    assert where(CANARY) == set()


def test_it_is_gone_from_what_was_typed_beside_the_conversation(make_ticket, dana, alex, time):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)
    Answer.objects.create(
        ticket=ticket, key="who", label="Who?", kind="text", value=SECRET, display=SECRET
    )
    services.set_level(ticket, by=alex, to=2, reason=f"{CANARY} is in danger")
    callback = wait(ticket, by=alex, at=time.at, reason=f"About {CANARY}")
    calling.log_attempt(callback, by=alex, result="no_answer", note=f"Asked for {CANARY}")

    redacting.redact(ticket, by=alex, removal=of(message, part=CANARY))

    assert where(CANARY) == set()
    assert ticket.events.get(type="level_changed").data["reason"] == f"{MARK} is in danger"
    answer = ticket.answers.get()
    assert (answer.value, answer.display) == ([], SECRET.replace(CANARY, MARK))


def test_a_word_that_is_a_key_of_an_event_stays_one(make_ticket, dana, alex, time):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body="Keep it open, pending or solved")
    for status in ("open", "pending", "solved"):
        services.set_status(ticket, by=alex, to=status)
    before = sentences(ticket, alex)

    for word in ("open", "pending", "solved"):
        redacting.redact(ticket, by=alex, removal=of(message, part=word))

    assert sentences(ticket, alex)[: len(before)] == before


@pytest.mark.parametrize("what", ["call", "callback", "level", "reference"])
def test_what_stands_beside_the_conversation_is_removed_by_itself(
    make_ticket, alex, time, browser_of, what
):
    ticket = make_ticket(phone_answer="called", phone_reference="Ma")
    services.set_level(ticket, by=alex, to=2, reason="Li")
    callback = wait(ticket, by=alex, at=time.at, reason="Bo")
    call = calling.log_attempt(callback, by=alex, result="no_answer", note="Al")
    event = ticket.events.get(type="level_changed")
    row = {"call": call, "callback": callback, "level": event, "reference": None}[what]
    key = f"{what}-{row.pk if row else ''}"
    given = {"what": key, "part": "", "why": "patient data", "number": ticket.number}

    response = browser_of(alex).post(f"{QUEUE}{ticket.pk}/redact/", given)

    assert response.status_code == 302
    callback.refresh_from_db()
    call.refresh_from_db()
    told_call = ticket.events.get(type="called_back").data["note"]
    left = {
        "call": [call.note, told_call],
        "callback": [callback.reason],
        "level": [ticket.events.get(type="level_changed").data["reason"]],
        "reference": [fresh(ticket).phone_reference],
    }
    assert {each for kind in left for each in left[kind] if kind != what} == (
        {"Al", "Bo", "Li", "Ma"} - {{"call": "Al", "callback": "Bo", "level": "Li"}.get(what, "Ma")}
    )
    assert {*left[what]} == {MARK}


# --- Refused ----------------------------------------------------------------------------


def test_what_cannot_be_removed_is_refused_and_nothing_is_changed(make_ticket, dana, alex):
    ticket, other = make_ticket(), make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)

    for by, removal, why in (
        (dana, of(message), "cannot work"),
        (alex, of(message, part="nowhere in it"), "not in it"),
        (alex, of(message, part=CANARY, why=f"It named {CANARY.upper()}"), "The reason says"),
        (alex, of(other.messages.get()), "not on this ticket"),
        (alex, of(message, what="file"), "not on this ticket"),
    ):
        with pytest.raises(Refused, match=why):
            redacting.redact(ticket, by=by, removal=removal)

    assert Message.objects.get(pk=message.pk).body == SECRET
    assert told(ticket) == []


def test_what_is_gone_is_not_removed_twice(make_ticket, dana, alex):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)
    redacting.redact(ticket, by=alex, removal=of(message))

    with pytest.raises(Refused, match="removed already"):
        redacting.redact(ticket, by=alex, removal=of(message))

    assert len(told(ticket)) == 1


def test_a_file_that_the_store_does_not_let_go_of_stays_whole(make_ticket, dana, alex, monkeypatch):
    ticket = make_ticket()
    file = uploads.store(SimpleUploadedFile("a.txt", b"a"))
    services.reply(ticket, by=dana, body="See file", files=[file])

    def fail(_storage, _name):
        raise OSError("no")

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "delete", fail)
        with pytest.raises(Refused, match="cannot be removed now"):
            redacting.redact(ticket, by=alex, removal=of(file, what="file"))

    kept = Attachment.objects.get(pk=file.pk)
    with kept.file.open() as content:
        assert (kept.name, kept.redacted_at, content.read()) == ("a.txt", None, b"a")


def test_what_has_ended_can_still_be_cleaned(make_ticket, dana, alex):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)
    ending.delete(ticket, by=alex)

    redacting.redact(ticket, by=alex, removal=of(message))

    assert where(CANARY) == set()


# --- The page ---------------------------------------------------------------------------


def test_the_number_confirms_it_and_what_was_typed_stays(make_ticket, dana, alex, browser_of):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body=SECRET)
    browser, page = browser_of(alex), f"{QUEUE}{ticket.pk}/redact/"
    assert SECRET in browser.get(page).content.decode()
    given = {"what": f"message-{message.pk}", "part": "", "why": "patient data", "number": "PS-1"}

    refused = browser.post(page, given)
    assert refused.status_code == 422
    assert f"That is not the number of this ticket, {ticket.number}." in refused.content.decode()
    assert 'value="patient data"' in refused.content.decode()
    assert where(CANARY) == {"tickets_message.body", "tickets_searchentry.words"}

    response = browser.post(page, given | {"number": ticket.number.lower()})

    assert response["Location"] == f"{QUEUE}{ticket.pk}/change/"
    assert where(CANARY) == set()
