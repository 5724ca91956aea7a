"""What happens to tickets without anybody."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tickets import services, tasks, uploads
from tickets.models import Attachment


def test_a_ticket_solved_for_a_week_closes_and_a_younger_one_does_not(make_ticket, alex, time):
    old, young = make_ticket(), make_ticket()
    services.set_status(old, by=alex, to="solved")
    time.advance(days=3)
    services.set_status(young, by=alex, to="solved")
    time.advance(days=4, seconds=1)

    assert tasks.close_solved() == 1

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

    assert tasks.clean_up() == 1

    assert [attachment.name for attachment in Attachment.objects.all()] == ["kept.txt"]
    assert not storage.exists(name)
