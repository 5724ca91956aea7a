"""The demo company: all that there is in it, and that it was lived and not written."""

import csv
import hashlib
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import product

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from accounts.models import Organization, User
from portal.celery import TIMETABLE
from portal.demo import living
from portal.dev.people import PASSWORD, PEOPLE
from portal.tests.tale import tale
from sla import clocks, history, policies
from sla.models import Breach, Clock, Escalation, Metric, Verification
from sla.standing import standing
from tickets import clock
from tickets.catalog.models import Brand, PriorityLevel, RequestType, Subcategory
from tickets.clock import NEVER
from tickets.mail.models import InboundEmail, Notice, OutboundEmail, PutOff
from tickets.models import Attachment, Confirmation, Event, Ticket
from tickets.states import WORKING, Outcome, Status

pytestmark = pytest.mark.django_db

# Clocks went forward ten days before in America, so the quarter has days of 23 hours in it.
NOW = datetime(2026, 3, 18, 15, 20, 7, tzinfo=UTC)
STATES = {"on_track", "soon", "now", "late", "paused", "met", "void"}


@contextmanager
def undone():
    """Take back whatever is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def live(**options):
    with clock.moving_clock(lambda: NOW):
        call_command("demo_people", verbosity=0)
        call_command("demo_company", **options)


@pytest.fixture(scope="module")
def first_tale(django_db_setup, django_db_blocker):
    """What a company was like that is gone again."""
    with django_db_blocker.unblock(), undone():
        live(verbosity=0)
        return tale()


@pytest.fixture(scope="module")
def said():
    return StringIO()


@pytest.fixture(scope="module", autouse=True)
def company(first_tale, said, django_db_blocker):
    """One company for all tests of this module, which only look at it."""
    with django_db_blocker.unblock(), undone():
        live(stdout=said)
        yield


def user(name):
    return User.objects.get(email__startswith=name)


def visible_to(name):
    return Ticket.objects.visible_to(user(name))


# --- That it was lived ------------------------------------------------------------------


def test_the_same_moment_gives_the_same_company(first_tale):
    second = tale()

    for what, told in first_tale.items():
        assert second[what] == told, what


def test_a_second_run_changes_nothing():
    before = tale()

    call_command("demo_company", verbosity=0)

    assert tale() == before


def test_it_says_how_far_it_is(said):
    lines = said.getvalue().splitlines()
    count = Ticket.objects.filter(split_from=None).count()  # an agent made the others of these

    assert lines[0].startswith(f"Company: 50 of {count} tickets, 20")
    assert lines[-1] == f"Company: {count} of {count} tickets, 2026-03-18"


def test_real_installation_gets_no_company(settings):
    settings.DEMO = settings.TESTING = False

    with pytest.raises(CommandError, match="set DEMO=1"):
        call_command("demo_company")


def test_every_tickets_log_folded_again_equals_its_stored_rows():
    logs, stored = defaultdict(list), defaultdict(dict)
    for event in Event.objects.all():
        logs[event.ticket_id].append(event)
    for row in Clock.objects.all():
        stored[row.ticket_id][row.metric, row.cycle] = [getattr(row, name) for name in clocks.KEPT]
    book = policies.book()

    for ticket in Ticket.objects.all():
        states = history.states(logs[ticket.pk], book=book, as_of=NOW)

        assert stored[ticket.pk] == {
            (state.metric, state.cycle): [
                *(state.policy, state.calendar, state.level, state.target_seconds),
                state.started_at,
                *(state.effective_from, state.due_at, state.warn_at, state.paused_since),
                *(state.stopped_at, state.stop_kind or "", state.breached_at),
            ]
            for state in states
        }
        assert ticket.next_due_at == min(
            (state.due_at for state in states if state.due_at and not state.stopped_at),
            default=NEVER,
        )


def test_its_promises_were_held_against_their_logs_and_nothing_differed():
    [check] = Verification.objects.all()

    assert (check.scope, check.checked, check.differing) == ("all", Ticket.objects.count(), 0)
    assert check.started_at == check.finished_at == NOW


def test_every_breach_is_dated_at_its_deadline_and_noticed_at_the_next_beat():
    breaches = Breach.objects.select_related("clock")

    assert [breach.breached_at for breach in breaches] == [
        breach.clock.due_at for breach in breaches
    ]
    noticed = [breach.detected_at - breach.breached_at for breach in breaches]
    assert timedelta(0) < min(noticed) <= max(noticed) <= living.SWEEP
    assert {breach.clock_id for breach in breaches} == set(
        Clock.objects.exclude(breached_at=None).values_list("pk", flat=True)
    )


def test_promises_near_their_end_were_warned_of_and_urgent_ones_that_stayed_late_went_to_managers():
    warned = Clock.objects.exclude(warned_at=None)
    taken = Escalation.objects.select_related("breach")

    assert warned.count() > 20
    early = warned.filter(warned_at__lte=F("warn_at"))  # a change gave it more time afterwards
    assert not early.exclude(ticket__events__type="level_changed").exists()
    late = [each.created_at - each.breach.breached_at - timedelta(minutes=30) for each in taken]
    assert timedelta(0) <= min(late) <= max(late) <= living.SWEEP
    assert {(each.step.level_id, each.step.audience) for each in taken} == {(1, "managers")}


def test_what_happens_by_itself_happens_as_often_as_the_timetable_says():
    every = {job.task: timedelta(seconds=job.every) for job in TIMETABLE}

    assert (
        every["sla.tasks.sweep"],
        every["tickets.tasks.close_solved"],
    ) == (living.SWEEP, living.CLOSE)


def test_nothing_happens_before_its_ticket_is_there_or_after_now():
    assert not Event.objects.filter(recorded_at__gt=NOW).exists()
    assert not Event.objects.filter(recorded_at__lt=F("ticket__created_at")).exists()
    recorded = Event.objects.filter(type="opened").order_by("ticket").values_list("recorded_at")
    assert list(recorded) == sorted(recorded)
    assert Event.objects.earliest("at").at > NOW - timedelta(days=100)


def test_solved_tickets_close_within_an_hour_after_seven_days():
    solved = Ticket.objects.filter(status=Status.SOLVED)
    closed = Event.objects.filter(type="status_changed", data__to="closed").select_related("ticket")
    waited = [event.at - event.ticket.solved_at for event in closed]

    assert min(solved.values_list("solved_at", flat=True)) >= NOW - timedelta(days=7, hours=1)
    assert timedelta(days=7) < min(waited) <= max(waited) <= timedelta(days=7, hours=1)


def test_mails_are_dated_when_what_they_tell_happened():
    assert not Notice.objects.filter(expanded_at=None).exists()
    at_once = OutboundEmail.objects.exclude(notice__in=PutOff.objects.values("notice"))
    assert not at_once.exclude(created_at=F("notice__created_at")).exists()
    assert set(OutboundEmail.objects.values_list("kind", flat=True)) == {
        *("received", "replied", "solved", "level_changed"),
        *("endangered", "breached", "escalated", "report", "assigned", "customer_replied"),
    }


# --- What there is ----------------------------------------------------------------------


def test_every_type_and_subcategory_was_asked_for():
    tickets = Ticket.objects

    assert set(tickets.values_list("request_type", flat=True)) == set(
        RequestType.objects.values_list("pk", flat=True)
    )
    assert set(tickets.exclude(subcategory=None).values_list("subcategory", flat=True)) == set(
        Subcategory.objects.values_list("pk", flat=True)
    )


def test_both_brands_have_tickets_of_every_level():
    brands, levels = (
        Brand.objects.values_list("pk", flat=True),
        PriorityLevel.objects.values_list("pk", flat=True),
    )

    assert set(Ticket.objects.values_list("brand", "level")) == set(product(brands, levels))


def test_tickets_came_in_every_way_and_are_in_every_status():
    assert set(Ticket.objects.values_list("status", flat=True)) == set(Status)
    assert set(Ticket.objects.values_list("outcome", flat=True)) == set(Outcome)
    assert set(Ticket.objects.values_list("channel", flat=True)) == {"portal", "phone", "email"}
    urgent = Ticket.objects.filter(channel="portal", level__lte=2)
    assert set(urgent.values_list("phone_answer", flat=True)) >= {"called", "cannot"}
    assert set(Event.objects.values_list("type", flat=True)) == set(Event.Type)
    outcomes = set(InboundEmail.objects.values_list("state", "outcome"))
    assert outcomes == {*product(["done"], ["opened", "added", "held"]), ("quarantined", "")}


@pytest.mark.parametrize("brand", ["perfectserve", "clinical-collaboration"])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=2)], ids=str)
def test_what_is_not_closed_stands_in_every_way(brand, later):
    """Solving without an answer is what leaves a promise void, so those are solved."""
    promises = Clock.objects.filter(ticket__brand__key=brand)

    working = promises.filter(ticket__status__in=WORKING)
    solved = promises.filter(ticket__status=Status.SOLVED)

    assert _states(working, at=NOW + later) == STATES - {"void"}
    assert "void" in _states(solved, at=NOW + later)


def _states(found, *, at):
    return {standing(each, now=at).state for each in found}


def test_both_promises_of_every_level_were_broken_and_most_were_kept():
    broken = Breach.objects.values_list("clock__level", "clock__metric")
    over = Clock.objects.exclude(stopped_at=None)

    assert set(broken) >= set(product((1, 2, 3, 4), (Metric.FIRST_RESPONSE, Metric.RESOLUTION)))
    answered = Breach.objects.values_list("clock__stopped_at", flat=True)
    assert {stopped_at is None for stopped_at in answered} == {True, False}
    assert 0.88 < over.filter(breached_at=None).count() / over.count() < 0.97
    # The manager goes through what was broken, and leaves some.
    assert 0.5 < Breach.objects.exclude(reason=None).count() / Breach.objects.count() < 0.97


def test_tickets_were_reopened_given_back_and_changed_their_level_with_a_reason():
    changed = Event.objects.filter(type="level_changed")

    assert Event.objects.filter(data__from="solved", data__to="open").exists()
    assert Event.objects.filter(type="assigned", data__to=None).exists()
    assert {event.data["to"] - event.data["from"] for event in changed} == {-1, 1}
    assert all(event.data["reason"] for event in changed)


def test_calls_are_logged_after_they_came_in():
    calls = Event.objects.filter(type="opened", ticket__channel="phone")

    assert calls.exists()
    assert not calls.filter(recorded_at__lte=F("at")).exists()
    assert not calls.exclude(actor="agent").exists()


def test_files_are_real():
    contents = defaultdict(list)
    for file in Attachment.objects.all():
        content = file.file.read()
        file.file.close()
        contents[file.content_type].append(content)
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())

    assert {kind: {content[:4] for content in found} for kind, found in contents.items()} == {
        "image/png": {b"\x89PNG"},
        "text/csv": {b"Day,"},
        "text/plain": {b"2026"},
    }
    table = csv.DictReader(StringIO(contents["text/csv"][0].decode()))
    assert len({row["Day"] for row in table}) == 14
    assert not Attachment.objects.filter(message=None).exists()


# --- Who there is -----------------------------------------------------------------------


def test_organizations_live_in_several_time_zones():
    assert Organization.objects.count() == 7
    assert Organization.objects.values("time_zone").distinct().count() >= 5


def test_the_printed_people_see_both_brands():
    brands = set(Brand.objects.values_list("pk", flat=True))

    seen = {
        name: set(visible_to(name).values_list("brand", flat=True))
        for name in ("alex", "morgan", "admin", "robin.vance", "jordan.ellis")
    }

    assert seen.pop("jordan.ellis") == {Brand.objects.get(key="perfectserve").pk}
    assert set(map(frozenset, seen.values())) == {frozenset(brands)}


def test_legal_requests_are_for_those_who_hold_the_right():
    restricted = Ticket.objects.filter(restricted=True)

    assert restricted.filter(status__in=WORKING).exists()
    assert {
        name: visible_to(name).filter(restricted=True).count() for name in ("alex", "admin")
    } == {
        "alex": 0,
        "admin": 0,
    }
    assert visible_to("morgan").filter(restricted=True).count() == restricted.count()


def test_dana_has_something_of_everything():
    hers = visible_to("dana").filter(requester=user("dana"))

    assert set(hers.values_list("status", flat=True)) == {
        *(Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.CLOSED)
    }
    assert set(hers.values_list("brand__key", flat=True)) == {
        "perfectserve",
        "clinical-collaboration",
    }


def test_alex_has_work():
    assert visible_to("alex").filter(assignee=user("alex")).working().count() >= 5
    assert visible_to("alex").filter(assignee=None).working().count() >= 5


def test_who_sees_the_organization_sees_what_its_others_filed():
    priya = user("priya.raman")
    of_all = Ticket.objects.shown_to_customers().filter(organization=priya.organization)

    assert set(visible_to("priya.raman")) == set(
        of_all.filter(restricted=False) | of_all.filter(requester=priya)
    )
    assert visible_to("priya.raman").exclude(requester=priya).count() > 5


def test_somebody_watches_a_ticket():
    watched = Ticket.objects.exclude(watchers=None).first()
    watcher = watched.watchers.get().user

    assert watcher != watched.requester
    assert Ticket.objects.visible_to(watcher).contains(watched)


def test_who_only_ever_wrote_mails_has_tickets_and_no_password():
    walt = user("walt.jensen")

    assert not walt.has_usable_password()
    assert set(visible_to("walt.jensen").values_list("channel", flat=True)) == {"email"}


def test_everybody_else_signs_in_with_the_printed_password():
    """Hashing is slow on purpose: the company's people share one hash, of which one is tried."""
    others = User.objects.exclude(email__startswith="walt.jensen")
    made_here = others.exclude(email__in=[person.email for person in PEOPLE])

    assert all(each.has_usable_password() for each in others)
    assert made_here.values("password").distinct().count() == 1
    assert made_here.first().check_password(PASSWORD)


def test_two_requests_wait_for_their_sender_the_urgent_one_first():
    alex = User.objects.get(email="alex@support.example")

    waiting = Confirmation.objects.visible_to(alex)

    assert [(each.level, each.phone_answer, each.email) for each in waiting] == [
        (1, "Cannot call", "walt.jensen@maplestreet.example"),
        (4, "", "walt.jensen@maplestreet.example"),
    ]
    assert all(each.sent_at == each.asked_at for each in waiting)
