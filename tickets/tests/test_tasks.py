"""What happens to tickets without anybody."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from tickets import drafts, services, tasks, uploads
from tickets.models import Attachment, Draft
from tickets.tests.drafts import expired_drafts


def test_a_ticket_solved_for_a_week_closes_and_a_younger_one_does_not(make_ticket, alex, time):
    old, young = make_ticket(), make_ticket()
    services.set_status(old, by=alex, to="solved")
    time.advance(days=3)
    services.set_status(young, by=alex, to="solved")
    time.advance(days=4, seconds=1)

    assert tasks.close_solved() == ("1 closed", False)

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, young.status) == ("closed", "solved")
    assert [event.actor for event in old.events.filter(type="status_changed")] == [
        "agent",
        "system",
    ]


def test_files_that_belong_to_nothing_go_after_a_day_with_their_bytes(make_ticket, dana, time):
    kept = uploads.store(SimpleUploadedFile("kept.txt", b"kept"))
    services.reply(make_ticket(), by=dana, body="See file", files=[kept])
    lost = uploads.store(SimpleUploadedFile("lost.txt", b"lost"))
    storage, name = lost.file.storage, lost.file.name
    time.advance(hours=24, seconds=1)

    assert tasks.clean_up() == ("0 drafts and 1 files deleted", False)

    assert [attachment.name for attachment in Attachment.objects.all()] == ["kept.txt"]
    assert not storage.exists(name)


def test_a_full_batch_says_that_there_is_more(make_ticket, alex, time, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    for _ in range(3):
        services.set_status(make_ticket(), by=alex, to="solved")
    time.advance(days=8)

    assert [tasks.close_solved() for _ in range(3)] == [
        ("2 closed", True),
        ("1 closed", False),
        ("0 closed", False),
    ]


def test_an_expired_draft_goes_and_its_files_with_it_a_younger_one_stays(dana, time):
    [old] = expired_drafts(1, time)
    uploads.store(SimpleUploadedFile("old.txt", b"old"), draft=old)
    time.advance(days=2)
    young = drafts.begin(
        key=None,
        brand_id=old.brand_id,
        request_type_id=old.request_type_id,
        owner=dana,
        cookie_hash="",
    )

    assert tasks.clean_up() == ("1 drafts and 1 files deleted", False)

    assert (list(Draft.objects.all()), Attachment.objects.count()) == ([young], 0)


def test_an_installation_can_shorten_how_long_a_file_may_belong_to_nothing(db, time, settings):
    settings.LOST_FILE_HOURS = 1
    uploads.store(SimpleUploadedFile("lost.txt", b"lost"))
    time.advance(hours=1, seconds=1)

    assert tasks.clean_up() == ("0 drafts and 1 files deleted", False)


def test_a_file_that_cannot_be_removed_stays_and_stops_no_other(db, time):
    stuck, gone = (uploads.store(SimpleUploadedFile(f"{n}.txt", b"x")) for n in "12")
    stored = Path(stuck.file.path)
    stored.unlink()
    (stored / "in the way").mkdir(parents=True)
    time.advance(days=2)

    assert tasks.clean_up() == ("0 drafts and 1 files deleted", False)

    assert list(Attachment.objects.all()) == [stuck]
