"""Who hears of a promise that is near its end, broken or still late: somebody always does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from sla.models import Breach, Clock, Escalation
from sla.notices import breached, endangered, escalated
from sla.sweep import sweep
from sla.tests.escalating import add_step
from sla.tests.standings import after
from tickets import services
from tickets.conversation import Turn, take_turn
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail
from tickets.models import Ticket


@pytest.fixture
def broken(make_ticket, time):
    """File a level 1 ticket and let its first response pass; return the breach."""

    def make(*, team=None, **given):
        ticket = make_ticket(level=1, **given)
        if team:
            Ticket.objects.filter(pk=ticket.pk).update(team=team)
        time.advance(hours=2)
        sweep(time.at)
        return Breach.objects.get(clock__ticket=ticket)

    return make


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


def recipients(breach):
    return [user.email for user in breached([breach.pk])[breach.pk].recipients]


def test_the_leads_of_the_tickets_team_hear_of_it(broken, make_team, make_user, morgan):
    lead, member = make_user("Lee", role="agent"), make_user("Max", role="agent")
    breach = broken(team=make_team("Clinical", members=[member], leads=[lead]))

    assert recipients(breach) == ["lee@example.com"]


def test_without_a_team_the_managers_who_serve_the_brand_hear_of_it(
    broken, make_team, make_user, alex, morgan
):
    elsewhere = make_user("Mika", role="manager")
    make_team("Theirs", members=[morgan], brands=["perfectserve"])
    make_team("Others", members=[elsewhere], brands=["clinical-collaboration"])

    assert recipients(broken()) == ["morgan@example.com"]


def test_of_a_brand_that_no_team_serves_every_manager_hears(broken, make_user, morgan, alex):
    make_user("Mika", role="manager")

    assert recipients(broken()) == ["mika@example.com", "morgan@example.com"]


def test_a_team_whose_leads_have_left_is_no_reason_for_silence(
    broken, make_team, make_user, morgan
):
    lead = make_user("Lee", role="agent")
    team = make_team("Clinical", leads=[lead])
    User.objects.filter(pk=lead.pk).update(is_active=False)

    assert recipients(broken(team=team)) == ["morgan@example.com"]


def test_without_leads_and_managers_the_administrators_hear_of_it(broken, make_user, robin):
    User.objects.create_superuser("root@example.com")
    make_user("Rita", role="read_only")

    assert recipients(broken()) == ["robin@example.com", "root@example.com"]


def test_who_was_once_a_manager_and_is_now_a_customer_hears_nothing(
    broken, make_user, morgan, robin
):
    User.objects.filter(pk=morgan.pk).update(is_staff=False)

    assert recipients(broken()) == ["robin@example.com"]


def test_a_retracted_breach_is_not_told(broken, morgan, time):
    breach = broken()
    Breach.objects.update(retracted_at=time.at, retraction_reason="A reply came late.")

    assert breached([breach.pk, 0]) == {breach.pk: None, 0: None}


def test_the_announcement_says_what_is_late_and_by_how_much(broken, morgan):
    breach = broken()

    announcement = breached([breach.pk])[breach.pk]

    assert announcement.template == "breached"
    assert announcement.path == f"/admin/tickets/ticket/{breach.clock.ticket_id}/change/"
    assert announcement.context == {
        "what": "First response",
        "level": 1,
        "due": after(hours=1),
        "late": "1:00",
        "open": True,
    }


def test_many_breaches_cost_no_more_queries_than_one(broken, make_team, make_user, morgan, time):
    team = make_team("Clinical", leads=[make_user("Lee", role="agent")])
    pks = [broken(team=team).pk, broken().pk, broken(brand="clinical-collaboration").pk]

    counts = []
    for some in (pks[:1], pks):
        with CaptureQueriesContext(connection) as queries:
            breached(some)
        counts.append(len(queries))

    assert counts == [5, 5]


def test_the_mail_has_number_level_time_and_link_and_no_words_of_the_ticket(broken, morgan, time):
    ticket = broken(subject="canary subject", description="canary text").clock.ticket

    expand(time.at, limit=100)

    mail = OutboundEmail.objects.get(kind="breached")
    assert (mail.recipient, mail.subject) == (
        "morgan@example.com",
        f"[{ticket.number}] Level 1: First response is late",
    )
    assert f"First response is late on {ticket.number}." in mail.text
    assert "Level: 1\nDue: Mon 5 Jan, 6:00 am EST\n" in mail.text
    assert "Late by 1:00 when this was written, and still open." in mail.text
    assert f"/admin/tickets/ticket/{ticket.pk}/change/" in mail.text
    assert "canary" not in mail.subject + mail.text + mail.html


def test_the_mail_says_when_the_answer_has_come_meanwhile(broken, alex, morgan, time):
    ticket = broken().clock.ticket
    take_turn(ticket, by=alex, turn=Turn(body="Sorry for the wait."))

    expand(time.at, limit=100)

    assert "It came 1:00 late." in OutboundEmail.objects.get(kind="breached").text


def test_the_mail_of_a_restricted_ticket_has_number_and_link_only(broken, morgan, time):
    breach = broken()
    Ticket.objects.update(restricted=True)

    expand(time.at, limit=100)

    mail = OutboundEmail.objects.get(kind="breached")
    assert breach.clock.ticket.number in mail.text
    assert "late" not in (mail.subject + mail.text).lower()


# --- Near its deadline ------------------------------------------------------------------


def hear_of(provider, pk):
    return [user.email for user in provider([pk])[pk].recipients]


def test_who_is_assigned_hears_of_a_promise_near_its_end(near, make_team, make_user, alex, morgan):
    team = make_team("Clinical", leads=[make_user("Lee", role="agent")])

    assert hear_of(endangered, near(team=team, assignee=alex).pk) == ["alex@example.com"]


def test_of_what_nobody_has_taken_hears_who_would_hear_of_the_breach(
    near, make_team, make_user, morgan
):
    team = make_team("Clinical", leads=[make_user("Lee", role="agent")])

    assert hear_of(endangered, near(team=team).pk) == ["lee@example.com"]
    assert hear_of(endangered, near().pk) == ["morgan@example.com"]


def test_an_assignee_who_has_left_is_no_reason_for_silence(near, alex, morgan):
    clock = near(assignee=alex)
    User.objects.filter(pk=alex.pk).update(is_active=False)

    assert hear_of(endangered, clock.pk) == ["morgan@example.com"]


def test_what_was_answered_meanwhile_is_late_or_paused_is_not_warned_of(near, alex, morgan, time):
    answered = near()
    services.reply(answered.ticket, by=alex, body="Here we are.")
    late, paused = near(), near()
    Clock.objects.filter(pk=paused.pk).update(due_at=None, paused_since=time.at)

    assert endangered([answered.pk, paused.pk, late.pk, 0]) == {
        answered.pk: None,
        paused.pk: None,
        late.pk: None,
        0: None,
    }


def test_the_warning_says_what_is_due_and_how_much_is_left(near, alex, morgan):
    clock = near(assignee=alex)

    announcement = endangered([clock.pk])[clock.pk]

    assert announcement.template == "endangered"
    assert announcement.path == f"/admin/tickets/ticket/{clock.ticket_id}/change/"
    assert announcement.context == {
        "what": "First response",
        "level": 1,
        "due": after(hours=1),
        "left": "0:10",
    }
    assert announcement.reasons == {alex.pk: "assigned"}
    assert (announcement.choice, announcement.urgent) == ("due_soon", True)


def test_the_mail_of_a_warning_has_no_words_of_the_ticket(near, alex, time):
    ticket = near(assignee=alex, subject="canary subject", description="canary text").ticket

    expand(time.at, limit=100)

    mail = OutboundEmail.objects.get(kind="endangered")
    assert (mail.recipient, mail.subject) == (
        "alex@example.com",
        f"[{ticket.number}] Level 1: First response is due in 0:10",
    )
    assert f"First response is due soon on {ticket.number}." in mail.text
    assert "Level: 1\nDue: Mon 5 Jan, 6:00 am EST\n" in mail.text
    assert "There was 0:10 left when this was written." in mail.text
    assert "You get this because the ticket is assigned to you." in mail.text
    assert "canary" not in mail.subject + mail.text + mail.html


# --- Still late -------------------------------------------------------------------------


@pytest.fixture
def taken(make_ticket, time):
    """File a level 1 ticket and let its first response be half an hour late; return the step."""

    def make(audience, *, person=None, team=None, assignee=None, **given):
        add_step(minutes=30, audience=audience, person=person)
        ticket = make_ticket(level=1, **given)
        Ticket.objects.filter(pk=ticket.pk).update(team=team, assignee=assignee)
        time.advance(minutes=95)
        sweep(time.at)
        return Escalation.objects.get(step__audience=audience, breach__clock__ticket=ticket)

    return make


@pytest.fixture
def everybody(make_team, make_user, alex, morgan, robin):
    """One person in each part that a step may name."""
    lead, rita = make_user("Lee", role="agent"), make_user("Rita", role="read_only")
    return {"team": make_team("Clinical", leads=[lead]), "alex": alex, "rita": rita}


@pytest.mark.parametrize(
    ("audience", "hears"),
    [
        ("assignee", "alex@example.com"),
        ("leads", "lee@example.com"),
        ("managers", "morgan@example.com"),
        ("administrators", "robin@example.com"),
        ("person", "rita@example.com"),
    ],
)
def test_a_step_is_told_to_whom_it_names(taken, everybody, audience, hears):
    person = everybody["rita"] if audience == "person" else None

    step = taken(audience, person=person, team=everybody["team"], assignee=everybody["alex"])

    assert hear_of(escalated, step.pk) == [hears]


@pytest.mark.parametrize("audience", ["assignee", "leads", "managers", "person"])
def test_a_step_that_names_nobody_is_told_to_who_heard_of_the_breach(
    taken, make_user, robin, audience
):
    gone = make_user("Rita", role="agent")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    step = taken(audience, person=gone if audience == "person" else None)

    assert hear_of(escalated, step.pk) == ["robin@example.com"]


def test_a_step_is_not_told_once_it_was_answered_or_the_breach_retracted(taken, alex, morgan, time):
    answered, retracted = taken("managers"), taken("administrators")
    services.reply(answered.breach.clock.ticket, by=alex, body="Sorry.")
    Breach.objects.filter(pk=retracted.breach_id).update(
        retracted_at=time.at, retraction_reason="A reply came late."
    )

    assert escalated([answered.pk, retracted.pk, 0]) == {
        answered.pk: None,
        retracted.pk: None,
        0: None,
    }


def test_the_mail_of_a_step_says_how_late_it_is(taken, morgan, time):
    ticket = taken("managers", subject="canary subject").breach.clock.ticket

    expand(time.at, limit=100)

    mail = OutboundEmail.objects.get(kind="escalated")
    assert (mail.recipient, mail.subject) == (
        "morgan@example.com",
        f"[{ticket.number}] Level 1: First response is still late",
    )
    assert "Due: Mon 5 Jan, 6:00 am EST\n" in mail.text
    assert "Late by 0:35 when this was written, and still open." in mail.text
    assert "You get this because what is 0:30 late is reported to you." in mail.text
    assert f"/admin/tickets/ticket/{ticket.pk}/change/" in mail.text
    assert "canary" not in mail.subject + mail.text + mail.html


def test_warnings_and_steps_of_a_restricted_ticket_have_number_and_link_only(
    near, taken, alex, morgan, time
):
    taken("managers")
    near(assignee=alex)
    Ticket.objects.update(restricted=True)

    expand(time.at, limit=100)

    mails = OutboundEmail.objects.filter(kind__in=["endangered", "escalated"])
    assert sorted(mail.kind for mail in mails) == ["endangered", "escalated"]
    words = " ".join(mail.subject + mail.text for mail in mails).lower()
    assert not [word for word in ("late", "level", "first reply") if word in words]


def test_many_warnings_and_steps_cost_no_more_queries_than_one(
    near, taken, make_team, make_user, alex, morgan
):
    team = make_team("Clinical", leads=[make_user("Lee", role="agent")])
    steps = [taken("leads", team=team).pk, taken("managers").pk, taken("assignee").pk]
    clocks = [near(team=team, assignee=alex).pk for _ in range(3)]

    counts = []
    asked = [
        (endangered, clocks[-1:]),  # the others are late
        (endangered, clocks),
        (escalated, steps[:1]),
        (escalated, steps),
    ]
    for provider, pks in asked:
        with CaptureQueriesContext(connection) as queries:
            provider(pks)
        counts.append(len(queries))

    assert counts == [8, 8, 5, 5]
