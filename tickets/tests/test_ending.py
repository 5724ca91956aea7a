"""Merged, deleted, spam, taken back: what each writes, and what it refuses."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organization
from tickets import ending, merges, services, snoozing, timeline
from tickets.ending import NotConfirmed
from tickets.models import Ticket
from tickets.services import Refused


@pytest.fixture
def twins(make_ticket):
    """Make two tickets about the same: the one that is too many, and the one that goes on."""
    original = make_ticket()
    return make_ticket(), original


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def stands(ticket):
    """The status, what became of it, and into which ticket it went."""
    found = fresh(ticket)
    return found.status, found.outcome, found.merged_into_id


def told(ticket):
    return list(ticket.events.exclude(type="opened").values_list("type", "actor", "data"))


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


# --- Merging ----------------------------------------------------------------------------


def test_a_merged_ticket_is_closed_and_says_where_it_goes_on(twins, alex):
    ticket, original = twins
    version = original.version

    ending.merge(ticket, into=original, by=alex)

    assert stands(ticket) == ("closed", "merged", original.pk)
    assert told(ticket) == [("merged", "agent", {"from": "new", "into": original.pk})]
    assert told(original) == []
    assert (stands(original), fresh(original).version) == (("new", "", None), version)


def test_a_ticket_is_not_merged_into_itself(twins, alex):
    ticket, _original = twins

    with pytest.raises(Refused, match="into itself"):
        ending.merge(ticket, into=ticket, by=alex)

    assert told(ticket) == []


@pytest.mark.parametrize(
    ("end", "why"),
    [
        (lambda ticket, other, by: ending.merge(ticket, into=other, by=by), "merged into another"),
        (lambda ticket, other, by: ending.mark_spam(ticket, by=by), "marked as spam"),
        (lambda ticket, other, by: ending.delete(ticket, by=by), "deleted"),
    ],
    ids=["merged", "spam", "deleted"],
)
def test_what_is_over_is_not_merged_and_takes_nothing_in(make_ticket, twins, alex, end, why):
    ticket, original = twins
    third = make_ticket()
    end(ticket, original, alex)

    with pytest.raises(Refused, match=f"{ticket.number} is {why}"):
        ending.merge(ticket, into=third, by=alex)
    with pytest.raises(Refused, match=f"{ticket.number} is {why}"):
        ending.merge(third, into=ticket, by=alex)

    assert stands(third) == ("new", "", None)


def test_a_closed_ticket_takes_nothing_in(twins, alex):
    ticket, original = twins
    services.set_status(original, by=alex, to="solved")
    services.set_status(original, by=None, to="closed")

    with pytest.raises(Refused, match=f"{original.number} is closed"):
        ending.merge(ticket, into=original, by=alex)

    assert told(ticket) == []


def test_tickets_of_different_customers_are_merged_only_when_that_is_confirmed(
    make_ticket, make_user, alex
):
    ticket = make_ticket()
    other = make_ticket(requester=make_user("Erin", organization="Harbor Health"))

    with pytest.raises(NotConfirmed, match="are of different customers"):
        ending.merge(ticket, into=other, by=alex)
    assert told(ticket) == []
    ending.merge(ticket, into=other, by=alex, confirmed=True)

    assert stands(ticket) == ("closed", "merged", other.pk)


def test_two_people_without_an_organization_are_different_customers(make_ticket, make_user, alex):
    ticket, again = (make_ticket(requester=user) for user in [make_user("Cho")] * 2)
    stranger = make_ticket(requester=make_user("Erin"))

    with pytest.raises(NotConfirmed):
        ending.merge(ticket, into=stranger, by=alex)
    ending.merge(ticket, into=again, by=alex)

    assert stands(ticket) == ("closed", "merged", again.pk)


def test_who_may_not_work_on_both_merges_neither(make_ticket, make_team, make_user, alex, dana):
    ticket, elsewhere = make_ticket(), make_ticket(brand="clinical-collaboration")
    make_team(
        "Others", members=[make_user("Olga", role="agent")], brands=["clinical-collaboration"]
    )
    own = make_ticket(requester=alex)

    for one, other in ((ticket, elsewhere), (elsewhere, ticket), (own, ticket), (ticket, own)):
        with pytest.raises(Refused, match="You cannot work on"):
            ending.merge(one, into=other, by=alex, confirmed=True)
    with pytest.raises(Refused, match="You cannot work on"):
        ending.merge(ticket, into=make_ticket(), by=dana)

    assert [told(each) for each in (ticket, elsewhere, own)] == [[], [], []]


def test_a_ticket_is_found_through_any_number_of_merges(make_ticket, alex):
    first, second, third, alone = (make_ticket() for _each in range(4))

    ending.merge(first, into=second, by=alex)
    ending.merge(second, into=third, by=alex)

    tickets = [fresh(each) for each in (first, second, third, alone)]
    assert merges.going_on(tickets) == {first.pk: third, second.pk: third}
    assert merges.way_of(tickets[0]) == [second, third]


# --- Taking a merge back ----------------------------------------------------------------


@pytest.mark.parametrize("status", ["new", "open", "pending", "on_hold", "solved"])
def test_taken_out_again_a_ticket_is_what_it_was(twins, alex, status, time):
    ticket, original = twins
    if status != "new":
        services.set_status(ticket, by=alex, to=status)
    before = fresh(ticket)
    time.advance(hours=1)
    ending.merge(ticket, into=original, by=alex)

    ending.unmerge(ticket, by=alex)

    assert stands(ticket) == (status, "", None)
    assert fresh(ticket).solved_at == before.solved_at
    assert told(ticket)[-1] == ("unmerged", "agent", {"to": status, "into": original.pk})


@pytest.mark.parametrize("who", ["alex", "dana"])
def test_after_a_public_reply_a_merge_stays(twins, alex, dana, who):
    ticket, original = twins
    ending.merge(ticket, into=original, by=alex)
    services.reply(original, by={"alex": alex, "dana": dana}[who], body="About both of them.")

    with pytest.raises(Refused, match=f"{original.number} was replied to since the merge"):
        ending.unmerge(ticket, by=alex)

    assert stands(ticket) == ("closed", "merged", original.pk)


def test_what_was_said_before_a_merge_or_is_no_reply_does_not_keep_it(twins, alex):
    ticket, original = twins
    services.reply(original, by=alex, body="We look into it.")
    ending.merge(ticket, into=original, by=alex)
    services.note(original, by=alex, body="There were two of these.")
    services.reply(original, by=None, body="We got your message.", automatic=True)

    ending.unmerge(ticket, by=alex)

    assert stands(ticket) == ("new", "", None)


def test_a_reply_where_it_went_later_keeps_a_merge_too(make_ticket, alex):
    first, second, third = (make_ticket() for _each in range(3))
    services.reply(third, by=alex, body="About the third alone.")
    ending.merge(first, into=second, by=alex)
    ending.merge(second, into=third, by=alex)
    services.reply(third, by=alex, body="About all of them.")

    with pytest.raises(Refused, match=f"{third.number} was replied to"):
        ending.unmerge(first, by=alex)

    assert stands(first) == ("closed", "merged", second.pk)


def test_what_is_not_merged_is_not_taken_out(twins, alex, dana):
    ticket, original = twins

    with pytest.raises(Refused, match="is not merged"):
        ending.unmerge(ticket, by=alex)
    ending.merge(ticket, into=original, by=alex)
    with pytest.raises(Refused, match="You cannot work on"):
        ending.unmerge(ticket, by=dana)

    assert stands(ticket) == ("closed", "merged", original.pk)


def test_a_merge_that_is_taken_back_may_go_the_other_way(twins, alex):
    ticket, original = twins
    ending.merge(ticket, into=original, by=alex)
    ending.unmerge(ticket, by=alex)

    ending.merge(original, into=ticket, by=alex)

    assert (stands(ticket), stands(original)) == (
        ("new", "", None),
        ("closed", "merged", ticket.pk),
    )


# --- Deleted, spam ----------------------------------------------------------------------


def test_a_deleted_ticket_stays_a_row_that_its_customers_do_not_see(make_ticket, alex, dana):
    ticket = make_ticket()

    ending.delete(ticket, by=alex)

    assert stands(ticket) == ("closed", "deleted", None)
    assert told(ticket) == [("deleted", "agent", {"from": "new"})]
    assert sentences(ticket, alex) == ["Deleted by Alex"]
    assert list(Ticket.objects.visible_to(dana)) == []
    assert list(Ticket.objects.visible_to(alex)) == [ticket]


def test_a_deletion_is_final(make_ticket, twins, alex):
    ticket, _original = twins
    ending.delete(ticket, by=alex)

    for verb in (ending.delete, ending.mark_spam):
        with pytest.raises(Refused, match="is deleted"):
            verb(ticket, by=alex)
    for verb in (ending.not_spam, ending.unmerge):
        with pytest.raises(Refused, match="This ticket is not m"):
            verb(ticket, by=alex)

    assert stands(ticket) == ("closed", "deleted", None)


def test_spam_can_be_deleted_and_then_stays_so(make_ticket, alex):
    ticket = make_ticket()
    ending.mark_spam(ticket, by=alex)

    ending.delete(ticket, by=alex)

    assert stands(ticket) == ("closed", "deleted", None)
    assert told(ticket)[-1] == ("deleted", "agent", {"from": "closed"})


@pytest.mark.parametrize("status", ["new", "open", "pending", "on_hold", "solved"])
def test_what_was_no_spam_is_what_it_was(make_ticket, alex, dana, status):
    ticket = make_ticket()
    if status != "new":
        services.set_status(ticket, by=alex, to=status)
    solved_at = fresh(ticket).solved_at
    ending.mark_spam(ticket, by=alex)
    assert (stands(ticket), list(Ticket.objects.visible_to(dana))) == (
        ("closed", "spam", None),
        [],
    )

    ending.not_spam(ticket, by=alex)

    assert (stands(ticket), fresh(ticket).solved_at) == ((status, "", None), solved_at)
    assert told(ticket)[-2:] == [
        ("spam", "agent", {"from": status}),
        ("not_spam", "agent", {"to": status}),
    ]
    assert sentences(ticket, alex)[-2:] == ["Marked as spam by Alex", "Marked as no spam by Alex"]
    assert "spam" not in " ".join(sentences(ticket, dana))


def test_what_was_put_off_is_put_off_again_unless_its_time_has_come(twins, alex, time):
    ticket, original = twins
    until = snoozing.later(time.at)
    snoozing.snooze(ticket, by=alex, until=until)

    ending.merge(ticket, into=original, by=alex)
    merged = fresh(ticket).snoozed_until
    ending.unmerge(ticket, by=alex)
    apart = fresh(ticket).snoozed_until
    ending.mark_spam(ticket, by=alex)
    time.advance(hours=3)
    ending.not_spam(ticket, by=alex)

    assert (merged, apart, fresh(ticket).snoozed_until) == (None, until, None)


@pytest.mark.parametrize("verb", [ending.delete, ending.mark_spam, ending.not_spam])
def test_customers_end_nothing_in_these_ways(make_ticket, dana, verb):
    ticket = make_ticket()

    with pytest.raises(Refused, match="You cannot work on"):
        verb(ticket, by=dana)

    assert stands(ticket) == ("new", "", None)


# --- What the database refuses ----------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        lambda ticket: {"outcome": "merged", "status": "closed"},
        lambda ticket: {"merged_into": ticket.pk + 1},
        lambda ticket: {"outcome": "merged", "status": "closed", "merged_into": ticket.pk},
        lambda ticket: {"outcome": "spam", "status": "open"},
    ],
    ids=["into nothing", "without an outcome", "into itself", "open"],
)
def test_a_ticket_that_contradicts_itself_is_refused(twins, wrong):
    original = twins[1]

    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=original.pk).update(**wrong(original))


def test_an_organization_that_is_changed_makes_them_one_customers(make_ticket, make_user, alex):
    """Erin wrote before anybody knew where she works."""
    erin = make_user("Erin")
    ticket, original = make_ticket(requester=erin), make_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(
        organization=Organization.objects.get(name="Riverside Clinic")
    )

    ending.merge(ticket, into=original, by=alex)

    assert stands(ticket) == ("closed", "merged", original.pk)
