"""What was decided about a mail is done, with everything that follows from it."""

import pytest

from accounts.models import User
from accounts.services import first_password
from tickets import conversation, services, watching
from tickets.conversation import Turn
from tickets.mail.inbound import tags
from tickets.mail.inbound.acting import act
from tickets.mail.inbound.mail import Mail
from tickets.mail.tests.came_in import (
    SUPPORT,
    TELMEDIQ,
    answer_of,
    came,
    mail_from,
    outgoing,
    row,
    story,
    written,
)
from tickets.models import Event, Message, Ticket

pytestmark = pytest.mark.django_db

STRANGER = Mail(
    message_id="<1@there.example>",
    fingerprint="1",
    sender="walter@clinic.example",
    sender_name="  Walter\n White ",
    subject="Cannot   sign in",
    text="Since this morning.",
    quoted="> On Monday you wrote",
    to=(SUPPORT,),
)


# --- New tickets --------------------------------------------------------------------------


def test_somebody_new_becomes_a_person_without_a_password_whose_request_is_filed(time):
    taken = came(STRANGER)

    ticket = Ticket.objects.get()
    walter = ticket.requester
    said = ticket.messages.get()
    assert (walter.email, walter.name) == ("walter@clinic.example", "Walter White")
    assert (walter.has_usable_password(), walter.organization) == (False, None)
    assert (ticket.channel, ticket.brand.key, ticket.request_type.key, ticket.level_id) == (
        *("email", "perfectserve", "perfectserve", 3),
    )
    assert (ticket.subject, said.body, said.quoted, said.channel) == (
        *("Cannot sign in", "Since this morning.", "> On Monday you wrote", "email"),
    )
    assert (taken.state, taken.outcome, taken.reason) == ("done", "opened", "new")
    assert (taken.ticket, taken.became, taken.attempts) == (ticket, said, 0)


def test_what_is_known_of_a_person_stays(time, dana):
    came(mail_from(dana, sender_name="Somebody Else"))

    assert User.objects.get(email=dana.email).name == "Dana"
    assert User.objects.count() == 1


def test_a_name_that_looks_like_an_address_is_no_name(time):
    came(Mail(sender="mallory@evil.example", sender_name="alex@example.com"))

    assert User.objects.get().name == ""


def test_promises_run_from_the_receipt(time, dana):
    came(mail_from(dana), received_at=time.now)
    time.pass_by(hours=3)
    late = row(received_at=time.now)
    time.pass_by(hours=2)
    act(late, mail_from(dana))

    ticket = Ticket.objects.order_by("-pk").first()
    opened = ticket.events.get(type="opened")
    assert (ticket.created_at, opened.at) == (late.received_at, late.received_at)
    assert opened.recorded_at == time.now


def test_the_brand_is_the_one_that_was_written_to(time, dana):
    came(mail_from(dana, to=(TELMEDIQ,)), TELMEDIQ)

    ticket = Ticket.objects.get()
    assert (ticket.brand.key, ticket.request_type.key) == ("clinical-collaboration",) * 2


def test_the_sender_is_told_and_how_to_get_a_password(time):
    came(STRANGER)

    ticket = Ticket.objects.get()
    sent = written(ticket, ticket.requester)
    assert "You have no password yet. Get one for walter@clinic.example" in sent.text
    assert "Since this morning" not in sent.text
    assert sent.headers["In-Reply-To"] == "<1@there.example>"
    assert sent.headers["References"].split()[-1] == "<1@there.example>"


def test_who_mailed_before_finds_it_all_with_a_password(time, browser_of):
    for number in "12":
        came(Mail(sender="walter@clinic.example", subject=f"Matter {number}", fingerprint=number))
    walter = User.objects.get()
    first_password(walter, "a long password of his")

    page = browser_of(walter).get("/tickets/").content.decode()
    assert [f"Matter {number}" in page for number in "12"] == [True, True]


def test_a_header_of_ours_holds_no_message_id_that_is_none(time):
    came(Mail(sender="walter@clinic.example", message_id="<a b>, <c@d>"))

    ticket = Ticket.objects.get()
    assert "<a b>" not in written(ticket, ticket.requester).headers["References"]


def test_a_machine_is_not_told(time):
    came(Mail(sender="monitor@clinic.example", automatic="auto-generated"))

    assert Ticket.objects.count() == 1
    assert outgoing() == []


def test_nobody_is_told_more_often_than_three_times_an_hour(time, dana, settings):
    settings.LIMITS = settings.LIMITS | {"mail_answer": (2, 3600)}
    for _each in range(3):
        came(mail_from(dana))

    assert Ticket.objects.count() == 3
    assert outgoing() == [(dana.email, "received")] * 2


def test_an_empty_mail_says_so(time, dana):
    came(mail_from(dana, subject="", text=""))

    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.messages.get().body) == ("(no subject)", "(no text)")


# --- Answers ------------------------------------------------------------------------------


def test_an_answer_on_a_mail_of_ours_resumes_the_ticket(answered, dana):
    taken = came(answer_of(dana, answered, quoted="> Which one?"))

    answered.refresh_from_db()
    said = answered.messages.last()
    assert (answered.status, said.author, said.body, said.quoted, said.channel) == (
        *("open", dana, "Still broken.", "> Which one?", "email"),
    )
    assert (taken.outcome, taken.reason, taken.ticket, taken.became) == (
        *("added", "answers_our_mail", answered, said),
    )


def test_an_answer_reopens_what_is_solved_as_of_its_receipt(answered, dana, alex, time):
    services.set_status(answered, by=alex, to="solved")
    came_at = time.now
    time.pass_by(hours=1)
    came(answer_of(dana, answered), received_at=came_at)

    answered.refresh_from_db()
    said = answered.messages.last()
    assert (answered.status, said.created_at) == ("open", came_at)


def test_the_agent_who_has_it_is_told(answered, dana, alex):
    came(answer_of(dana, answered))

    assert (alex.email, "customer_replied") in outgoing()


def test_an_answer_to_the_signed_address_is_added(answered, dana, time, settings):
    settings.MAIL_REPLY_TAGS = True
    address = written(answered, dana).headers["Reply-To"]
    taken = came(mail_from(dana, to=(address.upper(),)), address)

    assert tags.without_tag(address) == SUPPORT
    assert (taken.outcome, taken.reason, taken.ticket) == ("added", "reply_tag", answered)


def test_somebody_elses_signed_address_grants_nothing(answered, dana, make_user):
    eve = make_user("Eve")
    address = tags.with_tag(SUPPORT, tags.make(answered.pk, dana.email))
    before = story(answered)
    taken = came(mail_from(eve, to=(address,)), address)

    assert (taken.outcome, taken.reason) == ("opened", "outsider")
    assert taken.ticket != answered
    assert taken.told["mentions"] == answered.pk
    assert story(answered) == before


def test_a_closed_ticket_goes_on_in_a_new_one(answered, dana, alex):
    sent = written(answered, dana)
    services.set_status(answered, by=alex, to="solved")
    services.set_status(answered, by=None, to="closed")
    taken = came(mail_from(dana, references=(sent.message_id,)))

    assert (taken.outcome, taken.reason) == ("opened", "closed")
    assert taken.ticket.follows == answered


def test_who_does_not_read_along_any_more_is_an_outsider(ticket, dana, make_user):
    eve = make_user("Eve")
    watching.watch(ticket, by=eve, added_by=dana)
    sent = answer_of(eve, ticket)
    watching.unwatch(ticket, user=eve, by=dana)
    taken = came(sent)

    assert (taken.outcome, taken.reason, taken.ticket == ticket) == ("opened", "outsider", False)


def test_who_reads_along_answers_by_mail(ticket, dana, make_user):
    eve = make_user("Eve")
    watching.watch(ticket, by=eve, added_by=dana)
    taken = came(answer_of(eve, ticket))

    assert (taken.outcome, taken.became.author) == ("added", eve)


@pytest.mark.parametrize("subject", ["Re: [#{}] hello", "AW: {} x", "re: {lower}"])
def test_a_number_in_the_subject_makes_a_new_ticket_that_tells_staff(ticket, dana, subject):
    number = ticket.number
    taken = came(mail_from(dana, subject=subject.format(number, lower=number.lower())))

    assert (taken.outcome, taken.reason, taken.told["mentions"]) == (
        "opened",
        "tag_only",
        ticket.pk,
    )
    assert taken.ticket != ticket


def test_an_absence_changes_nothing_on_its_ticket(answered, dana):
    sent = answer_of(dana, answered, automatic="auto-replied")
    before = story(answered), Message.objects.count(), outgoing()
    taken = came(sent)

    answered.refresh_from_db()
    assert (taken.outcome, taken.ticket, taken.became) == ("kept", answered, None)
    assert (story(answered), Message.objects.count(), outgoing()) == before
    assert answered.status == "pending"


# --- The log ------------------------------------------------------------------------------


def test_a_mail_leaves_the_events_that_the_portal_leaves(make_ticket, dana, alex, time):
    by_portal, by_mail = make_ticket(), came(mail_from(dana)).ticket
    for ticket in (by_portal, by_mail):
        conversation.take_turn(ticket, by=alex, turn=Turn(body="Which?", status="pending"))
    conversation.answer(by_portal, by=dana, body="This one.")
    came(answer_of(dana, by_mail, text="This one."))

    assert story(by_portal) == story(by_mail)
    replied = Event.objects.filter(type="replied").order_by("ticket", "id")
    assert [event.data for event in replied.filter(ticket=by_portal)] == [
        event.data for event in replied.filter(ticket=by_mail)
    ]
