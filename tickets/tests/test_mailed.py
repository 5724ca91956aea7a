"""What came by mail is moved to the ticket where it belongs."""

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from tickets import ending, mailed, services, snoozing
from tickets.mailed import Words
from tickets.models import Event, Ticket
from tickets.services import NotTheirs, Refused
from tickets.timeline import entries


@pytest.fixture
def here(time, make_ticket):
    return make_ticket(subject="Here")


@pytest.fixture
def there(time, make_ticket):
    return make_ticket(subject="There")


@pytest.fixture
def reply(dana, time):
    def reply(ticket, *, by=dana, body="It works now."):
        time.advance(minutes=5)
        return mailed.reply_mailed(ticket, by=by, words=Words(body, at=time.at, quoted="> old"))

    return reply


def read_by(person, ticket):
    return [entry.message.body for entry in entries(ticket, person) if entry.message]


def test_a_moved_mail_is_read_there_and_not_here(here, there, reply, dana, alex, time):
    said = reply(here)
    time.advance(hours=1)
    mailed.move(said, by=alex, to=there)

    assert read_by(dana, here) == ["It shows last week."]
    assert read_by(dana, there) == ["It shows last week.", "It works now."]
    assert read_by(alex, there) == read_by(dana, there)


def test_whoever_reads_a_ticket_no_more_adds_nothing_to_it(here, reply, make_user):
    eve = make_user("Eve", organization="Elsewhere")

    with pytest.raises(Refused, match=f"Eve does not read {here.number}"):
        reply(here, by=eve)

    assert here.messages.count() == 1


def test_both_tickets_tell_of_it(here, there, reply, dana, alex):
    mailed.move(reply(here), by=alex, to=there)

    told = Event.objects.filter(type="moved").order_by("id")
    assert [(event.ticket, event.data["into"], event.by) for event in told] == [
        (here, there.pk, alex),
        (there, there.pk, alex),
    ]
    said = [entry.sentence for entry in entries(here, alex)]
    assert f"An e-mail was moved to {there.number}, by Alex" in said
    assert f"An e-mail came here from {here.number}, by Alex" in [
        entry.sentence for entry in entries(there, alex)
    ]
    assert f"An e-mail was moved to {there.number}" in [
        entry.sentence for entry in entries(here, dana)
    ]


def test_it_does_there_what_answers_do(here, there, reply, alex, time):
    services.set_status(there, by=alex, to="pending")
    snoozing.snooze(there, by=alex, until=time.at.replace(hour=23))
    mailed.move(reply(here), by=alex, to=there)

    there.refresh_from_db()
    assert (there.status, there.is_snoozed) == ("open", False)


def test_it_may_go_to_a_colleagues_ticket_that_its_writer_reads(here, reply, make_user, alex, dana):
    erin = make_user("Erin", organization="Riverside Clinic")
    dana.sees_organization = True
    dana.save()
    theirs = Ticket.objects.get(pk=here.pk)
    theirs.pk, theirs.requester, theirs.draft_key = None, erin, None
    theirs.save()

    mailed.move(reply(here), by=alex, to=theirs)

    assert theirs.messages.count() == 1


@pytest.fixture
def ticket_of(make_ticket, make_user):
    return lambda name, **columns: make_ticket(requester=make_user(name, **columns))


@pytest.fixture
def wrong(here, there, reply, alex, dana, ticket_of):
    """Name a message and a ticket that do not go together, each in another way."""

    def closed():
        services.set_status(there, by=alex, to="solved")
        services.set_status(there, by=None, to="closed")
        return there

    def spam():
        return ending.mark_spam(there, by=alex)

    def restricted():
        Ticket.objects.filter(pk=there.pk).update(restricted=True)
        alex.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
        return there

    def unread():
        return ticket_of("Erin", organization="Riverside Clinic")

    def first():
        here.messages.update(channel="email")
        return here.messages.first()

    return {
        "first": lambda: (first(), there),
        "note": lambda: (services.note(here, by=alex, body="Among us"), there),
        "portal": lambda: (services.reply(here, by=dana, body="By hand"), there),
        "same": lambda: (reply(here), here),
        "foreign": lambda: (reply(here), ticket_of("Mallory")),
        "closed": lambda: (reply(here), closed()),
        "spam": lambda: (reply(here), spam()),
        "restricted": lambda: (reply(here), restricted()),
        "unread": lambda: (reply(here), unread()),
    }


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("first", "The first message stays"),
        ("note", "Only what a customer sent by mail"),
        ("portal", "Only what a customer sent by mail"),
        ("same", "not on that ticket any more"),
        ("foreign", "of the same customer or organization"),
        ("closed", "ticket that is over"),
        ("spam", "ticket that is over"),
        ("restricted", "restricted"),
        ("unread", "does not read"),
    ],
)
def test_what_cannot_be_moved_stays(how, words, wrong, alex):
    message, to = wrong[how]()
    before = Event.objects.count()

    with pytest.raises(Refused, match=words):
        mailed.move(message, by=User.objects.get(pk=alex.pk), to=to)

    assert Event.objects.count() == before
    assert message.ticket.messages.filter(pk=message.pk).exists()


def test_who_does_not_work_on_both_moves_nothing(here, reply, alex, dana, make_ticket, make_team):
    said = reply(here)
    make_team("Clinical", brands=["clinical-collaboration"])
    elsewhere = make_ticket(brand="clinical-collaboration")

    for person in (alex, dana):
        with pytest.raises(NotTheirs):
            mailed.move(said, by=person, to=elsewhere)
