"""One form and one turn: macros, teams and tags, what is kept unsent, what is asked first."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tickets import services
from tickets.models import DeskSettings, Macro, Presence, Tag, TurnDraft
from tickets.tests.desks import Desk


@pytest.fixture
def desk(make_ticket, alex):
    return Desk(make_ticket(), alex)


def test_all_of_a_turn_is_one_batch_named_by_the_form(desk, make_team, alex):
    team = make_team("Second line", members=[alex], brands=["perfectserve"])
    tag = Tag.objects.create(name="pager")

    form = desk.open().typed
    desk.press(
        "public:pending",
        body="Which week?",
        level="2",
        reason="Two wards.",
        team=team.pk,
        assignee=alex.pk,
        tags=[tag.pk],
    )

    assert desk.status == 302
    assert desk.done == [
        "replied",
        "level_changed",
        "team_changed",
        "tags_changed",
        "status_changed",
        "assigned",
    ]
    assert {str(event.batch) for event in desk.ticket.events.exclude(type="opened")} == {
        form["key"]
    }
    desk.ticket.refresh_from_db()
    assert (desk.ticket.team, list(desk.ticket.tags.all())) == (team, [tag])


def test_agents_who_serve_the_brand_are_offered_and_no_others(
    make_ticket, make_team, make_user, alex
):
    blair, cho = (make_user(name, role="agent") for name in ("Blair", "Cho"))
    make_user("Reader", role="read_only")
    make_team("Ours", members=[alex, blair], brands=["perfectserve"])
    make_team("Theirs", members=[cho], brands=["clinical-collaboration"])

    desk = Desk(make_ticket(), alex).open()

    assert list(desk.page.context["beside"].agents.values()) == [alex, blair]


def test_what_no_database_takes_is_left_out_of_what_is_kept(desk):
    desk.open().press("public:", body="Half\0")

    assert desk.status == 422
    assert desk.open().typed["body"] == "Half"


def test_a_button_that_says_other_than_what_is_chosen_sends_nothing(desk):
    desk.open().press("public:", body="canary", kind="note")

    assert (desk.status, list(desk.page.context["form"].errors)) == (422, ["kind"])
    assert (desk.said, desk.typed["body"]) == ([], "canary")


def test_the_enter_key_sends_nothing(desk):
    desk.open().press("look", body="Half a", level="2", reason="Two")

    assert (desk.status, desk.done) == (200, [])
    assert [desk.typed[name] for name in ("body", "level", "reason")] == ["Half a", "2", "Two"]


def test_saving_properties_sends_no_text_and_keeps_it(desk):
    desk.open().press("save", body="Not yet", level="2", reason="Two wards.")
    assert (desk.status, desk.done, desk.said) == (302, ["level_changed"], [])

    desk.open().press("public:", body=desk.typed["body"] + " done.")

    assert (desk.status, desk.said) == (302, [("public", "Not yet done.")])


@pytest.mark.parametrize("button", ["public:", "public:pending"])
def test_the_same_form_twice_sends_once_and_says_so(desk, button):
    desk.open()
    form = desk.typed | {"body": "Which week?", "status": button}

    desk.client.post(desk.url, form)
    again = desk.client.post(desk.url, form, follow=True)

    assert desk.said == [("public", "Which week?")]
    assert [str(message) for message in again.context["messages"]] == [
        f'Sent on <a href="{desk.url}">{desk.ticket.number}</a>.',
        "This was sent already. Nothing was sent twice.",
    ]
    assert not TurnDraft.objects.exists()


def test_another_text_in_a_form_that_was_sent_is_not_lost(desk):
    desk.open()
    form = desk.typed | {"body": "Which week?", "status": "public:"}
    desk.client.post(desk.url, form)

    desk.page = desk.client.post(desk.url, form | {"body": "And which ward?"})
    assert (desk.status, desk.typed["body"]) == (409, "And which ward?")
    desk.press("public:")

    assert desk.said == [("public", "Which week?"), ("public", "And which ward?")]


def test_another_text_in_a_form_that_was_sent_is_itself_sent_once(desk):
    desk.open()
    first = desk.typed | {"body": "Which week?", "status": "public:"}
    desk.client.post(desk.url, first)
    desk.page = desk.client.post(desk.url, first | {"body": "And which ward?"})
    again = desk.typed | {"status": "public:"}
    assert again["key"] not in ("", first["key"])

    answers = [desk.client.post(desk.url, again) for _press in range(2)]

    assert [(answer.status_code, answer.get("Location")) for answer in answers] == [
        (302, desk.url)
    ] * 2
    assert desk.said == [("public", "Which week?"), ("public", "And which ward?")]


def test_a_file_that_waited_goes_once_and_the_second_press_says_so(desk):
    desk.open().press("public:", files=SimpleUploadedFile("week.csv", b"a,b"))
    assert desk.status == 422
    form = desk.typed | {"body": "See this.", "status": "public:"}

    desk.client.post(desk.url, form)
    again = desk.client.post(desk.url, form, follow=True)

    assert [str(message) for message in again.context["messages"]][1:] == [
        "This was sent already. Nothing was sent twice."
    ]
    assert desk.said == [("public", "See this.")]
    assert desk.ticket.messages.last().attachments.count() == 1


@pytest.mark.parametrize("after", ["stay", "next"])
def test_a_question_that_was_put_into_a_reply_is_not_there_again_once_sent(
    make_ticket, alex, after
):
    DeskSettings.objects.create(user=alex, after_sending=after)
    phoned = {"by": alex, "channel": "phone", "live": True, "type": "statuspage-access"}
    tickets = [make_ticket(about=None, **phoned) for _each in range(2)]
    desk = Desk(tickets[0], alex)
    desk.url += "?ask=1&all=1&_changelist_filters=tab%3Dmine"
    desk.open()
    assert "we need to know" in desk.typed["body"]

    desk.press("public:")
    desk.url = desk.page["Location"]

    assert desk.url.endswith("/change/?all=1&_changelist_filters=tab%3Dmine")
    assert desk.open().typed["body"] == ""


def test_tags_of_others_stay_when_a_stale_page_is_sent_again(desk, alex):
    mine, theirs = (Tag.objects.create(name=name) for name in ("mine", "theirs"))
    desk.open()
    services.set_tags(desk.ticket, by=alex, to=[theirs])

    desk.press("save", tags=[mine.pk])
    assert desk.status == 409
    desk.press("save")

    assert desk.status == 302
    assert set(desk.ticket.tags.all()) == {mine, theirs}


# Macros


def test_a_macro_is_staged_in_sight_and_sends_nothing(desk, alex, dana):
    tag = Tag.objects.create(name="pager")
    macro = Macro.objects.create(
        name="Ask", text="Dear {{requester}},", status="pending", takes=True, level_id=2, reason="R"
    )
    macro.tags.add(tag)

    desk.open().press("macro", macro=macro.pk, body="Hello.")

    assert (desk.status, desk.done) == (200, [])
    assert desk.typed["body"] == f"Hello.\n\nDear {desk.ticket.requester},"
    assert [desk.typed[name] for name in ("level", "reason", "assignee", "tags", "wanted")] == [
        "2",
        "R",
        str(alex.pk),
        [str(tag.pk)],
        "pending",
    ]
    desk.press("public:pending")
    assert desk.done == [
        "replied",
        "level_changed",
        "tags_changed",
        "status_changed",
        "assigned",
    ]


def test_a_note_with_a_macro_of_a_reply_stays_a_note(desk):
    macro = Macro.objects.create(name="Bye", text="Good bye.")

    desk.open().press("macro", macro=macro.pk, body="canary", kind="note")

    assert (desk.typed["kind"], desk.typed["body"]) == ("note", "canary\n\nGood bye.")


def test_macros_of_other_teams_and_archived_ones_are_not_offered(desk, make_team, time):
    others = make_team("Others", members=[], brands=[])
    Macro.objects.create(name="Theirs", team=others, text="canary")
    gone = Macro.objects.create(name="Old", archived_at=time.at, text="canary")

    desk.open()
    assert "id_macro" not in desk.text
    desk.press("macro", macro=gone.pk, body="Hello.")

    assert (desk.status, desk.typed["body"]) == (200, "Hello.")


# Guards


def test_a_reply_with_words_to_fill_in_is_asked_about_once(desk):
    desk.open().press("public:solved", body="Dear [name],")

    assert (desk.status, desk.said) == (422, [])
    assert "“[name]” is not filled in" in desk.text
    assert desk.text.index("Don’t send") < desk.text.index("Send it as it is")
    assert desk.typed["body"] == "Dear [name],"
    desk.press("public:solved")
    assert (desk.status, desk.said) == (302, [("public", "Dear [name],")])


def test_a_changed_text_is_asked_about_anew_and_a_note_never(desk):
    desk.open().press("public:", body="Dear [name],")

    desk.press("public:", body="Dear [other name],")
    assert (desk.status, desk.said) == (422, [])
    desk.press("note:", kind="note")

    assert (desk.status, desk.said) == (302, [("note", "Dear [other name],")])


# Who else is there


def test_who_else_has_it_open_is_said_with_since_when(desk, make_user, time):
    blair = Desk(desk.ticket, make_user("Blair", role="agent"))
    blair.open()
    assert "has this ticket open" not in blair.text
    time.advance(minutes=4)
    desk.open()
    assert "Blair has this ticket open, since" in desk.text
    time.advance(minutes=11)

    assert "has this ticket open" not in desk.open().text
    assert Presence.objects.count() == 2


# Afterwards


@pytest.mark.parametrize("after, goes_to", [("stay", 0), ("next", 1), ("queue", None)])
def test_after_sending_an_agent_is_where_they_want_to_be(
    desk, make_ticket, alex, after, goes_to, time
):
    tickets = [desk.ticket, make_ticket()]
    DeskSettings.objects.create(user=alex, after_sending=after)

    desk.open().press("public:", body="Hello.")

    if goes_to is None:
        assert desk.page.url == "/admin/tickets/ticket/"
    else:
        assert desk.page.url == f"/admin/tickets/ticket/{tickets[goes_to].pk}/change/"


# Others


def test_open_tickets_that_say_the_same_are_shown_if_the_agent_sees_them(
    make_ticket, make_user, alex
):
    cho = make_user("Cho", organization="Uptown ENT")
    alike = make_ticket(requester=cho, subject="Schedule of the weekend is wrong")
    make_ticket(requester=cho, subject="Pager")
    colleague = make_ticket(subject="Pager")
    make_ticket(about="legal", subject="Wrong schedule")
    solved = make_ticket(subject="Wrong schedule")
    services.set_status(solved, by=alex, to="solved")

    desk = Desk(make_ticket(subject="Wrong schedule"), alex).open()

    beside = desk.page.context["beside"]
    assert [each.pk for each in beside.similar] == [alike.pk, colleague.pk]
    assert (len(beside.requested), beside.requested_open) == (3, 2)


def test_the_next_and_the_previous_are_those_of_the_list_it_was_opened_from(
    make_ticket, alex, browser_of, time
):
    first, mine, last = make_ticket(level=1), make_ticket(level=2), make_ticket(level=3)
    services.assign(mine, by=alex, to=alex)
    browser = browser_of(alex)

    def way(ticket, way, kept=""):
        where = browser.get(
            f"/admin/tickets/ticket/{ticket.pk}/neighbour/",
            {"way": way, "_changelist_filters": kept},
        ).url
        return where.removeprefix("/admin/tickets/ticket/").partition("/")[0]

    assert way(first, "next") == str(mine.pk)
    assert way(first, "next", kept="tab=unassigned") == str(last.pk)
    assert way(last, "previous", kept="tab=unassigned") == str(first.pk)
    assert way(last, "next", kept="tab=unassigned") == "?tab=unassigned"
    assert way(first, "next", kept="tab=snoozed") == "?tab=snoozed"
    assert way(first, "next", kept="nonsense=1") == "?nonsense=1"


# Restricted
