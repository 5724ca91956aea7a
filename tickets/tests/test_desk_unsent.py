"""What an agent types on a ticket is there until it is sent, or thrown away."""

import pytest

from tickets import services, tasks
from tickets.models import Presence, TurnDraft
from tickets.tests.desks import Desk


@pytest.fixture
def desk(make_ticket, alex):
    return Desk(make_ticket(), alex)


def test_a_refused_text_is_there_again_on_the_next_visit_and_gone_once_sent(desk, alex, time):
    desk.open().press("public:", body="Half", level="1")
    assert desk.status == 422
    desk.client.logout()
    desk.client.force_login(alex)
    time.advance(minutes=5)

    desk.open()
    assert "Unsent text of" in desk.text
    assert (desk.typed["body"], desk.typed["level"]) == ("Half", "1")
    desk.press("public:", reason="Nobody gets pages.")

    assert (desk.status, desk.done) == (
        302,
        ["replied", "level_changed", "status_changed", "assigned"],
    )
    assert "Unsent text of" not in desk.open().text


def test_what_is_typed_is_kept_meanwhile_and_can_be_thrown_away(desk):
    keep = f"/admin/tickets/ticket/{desk.ticket.pk}/draft/"
    desk.open()

    kept = desk.client.post(keep, desk.typed | {"body": "Half"})
    assert "nothing of it is sent yet" in kept.json()["said"]
    assert desk.open().typed["body"] == "Half"
    gone = desk.client.post(keep, {"discard": "1"})

    assert gone.url == desk.url
    assert desk.open().typed["body"] == ""
    assert desk.done == []


def test_a_late_keeping_does_not_bring_back_what_was_sent(desk):
    desk.open()
    form = desk.typed | {"body": "Hello."}
    desk.press("public:", body="Hello.")

    desk.client.post(f"/admin/tickets/ticket/{desk.ticket.pk}/draft/", form)

    assert not TurnDraft.objects.exists()


def test_a_keeping_that_overtook_the_sending_does_not_bring_back_what_was_sent(desk, alex, time):
    desk.open()
    form = desk.typed | {"body": "Hello.", "status": "public:"}
    desk.press("public:", body="Hello.")
    overtaken = {name: [value] for name, value in form.items()}
    row = {"ticket": desk.ticket, "user": alex, "updated_at": time.at}
    TurnDraft.objects.create(**row, data=overtaken)

    desk.open()

    assert (desk.typed["body"], "Unsent text of" in desk.text) == ("", False)
    assert not TurnDraft.objects.exists()
    TurnDraft.objects.create(**row, data=overtaken)
    desk.client.post(desk.url, form, follow=True)
    assert not TurnDraft.objects.exists()


def test_what_is_typed_after_going_back_to_what_was_sent_is_kept(desk):
    desk.open()
    form = desk.typed | {"body": "Hello.\r\nBye."}
    desk.press("public:", body=form["body"])
    keep = f"/admin/tickets/ticket/{desk.ticket.pk}/draft/"

    late = desk.client.post(keep, form)
    kept = desk.client.post(keep, form | {"body": "One more thing.", "level": "1"})

    assert late.json()["said"] == ""
    assert "nothing of it is sent yet" in kept.json()["said"]
    assert (desk.open().typed["body"], desk.typed["level"]) == ("One more thing.", "1")
    desk.press("public:", reason="Nobody gets pages.")
    assert (desk.status, desk.said) == (
        302,
        [("public", "Hello.\nBye."), ("public", "One more thing.")],
    )


@pytest.mark.parametrize("body", ["Hello.", "One more thing.", ""])
def test_properties_that_are_saved_after_going_back_are_not_lost(desk, body):
    desk.open()
    form = desk.typed | {"body": body, "level": "1", "reason": "Nobody gets pages."}
    desk.press("public:", body="Hello.")

    desk.page = desk.client.post(desk.url, form | {"status": "save"})
    shown = (desk.status, desk.typed["body"], desk.typed["level"])
    desk.press("save")

    assert shown == (409, "" if body == "Hello." else body, "1")
    assert (desk.status, desk.said) == (302, [("public", "Hello.")])
    desk.ticket.refresh_from_db()
    assert desk.ticket.level_id == 1
    assert desk.open().typed["body"] == shown[1]


def test_saved_twice_properties_are_saved_once_and_the_text_stays_unsent(desk):
    desk.open()
    form = desk.typed | {"body": "Half", "level": "1", "reason": "Why.", "status": "save"}

    answers = [desk.client.post(desk.url, form).status_code for _press in range(2)]
    text = desk.open().typed["body"]
    desk.press("public:")

    assert (answers, text) == ([302, 302], "Half")
    assert (desk.status, desk.said) == (302, [("public", "Half")])
    assert desk.done[:1] == ["level_changed"]
    assert desk.done.count("level_changed") == 1


def test_an_unsent_text_says_what_changed_since(desk, make_user):
    desk.open().press("look", body="Half")
    services.note(desk.ticket, by=make_user("Blair", role="agent"), body="They called.")

    desk.open()

    assert "This ticket changed since you wrote what stands below" in desk.text
    assert desk.typed["body"] == "Half"


def test_nobody_reads_what_another_has_not_sent(desk, make_user):
    desk.open().press("look", body="canary")

    assert "canary" not in Desk(desk.ticket, make_user("Blair", role="agent")).open().text


def test_the_clean_up_forgets_who_left_and_what_nobody_came_back_to(desk, time, settings):
    desk.open().press("look", body="Half")
    assert (Presence.objects.count(), TurnDraft.objects.count()) == (1, 1)
    time.advance(days=settings.DRAFT_DAYS + 1)

    tasks.clean_up()

    assert (Presence.objects.count(), TurnDraft.objects.count()) == (0, 0)
