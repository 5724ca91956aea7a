"""The editor of policies: typed, checked, read back in words, looked at, saved, applied."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from sla import editing
from sla.models import Clock, PolicyVersion
from sla.proposals import StepTerms, TargetTerms, terms_of
from sla.readback import Line
from sla.tests.editors import form_of, newest, page_of, previewed, standard, work
from sla.tests.standings import START, after, breaches_of, clock_of
from tickets import services
from tickets.models import Event, Job
from tickets.timeline import entries


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


@pytest.fixture
def browser(robin, browser_of):
    return browser_of(robin)


def edit_page():
    return f"/admin/sla/policy/{standard().pk}/edit/"


def save(browser, job, scope):
    """Press one of the two buttons; returns what came, once long work is done."""
    response = browser.post(page_of(job), {"scope": scope})
    work()
    return response


def test_the_form_shows_the_version_in_force(browser, time):
    html = browser.get(edit_page()).content.decode()

    assert 'name="time_1_first_response" value="1 h"' in html
    assert 'name="time_4_resolution" value="10 d"' in html
    assert "Version 1 is in force." in html


def test_only_who_may_change_policies_finds_it(browser_of, make_user):
    people = [make_user(role, role=role) for role in ("agent", "manager", "read_only")]

    assert [browser_of(user).get(edit_page()).status_code for user in people] == [404] * 3


def test_what_was_sent_unchanged_is_the_version_in_force(browser, time):
    job = previewed(browser)

    assert terms_of(job.params["said"]) == editing.terms_in_force(newest())
    assert "It says the same as the version in force." in browser.get(page_of(job)).content.decode()


def test_errors_stand_at_their_cells_and_nothing_typed_is_lost(browser, time):
    response = browser.post(
        edit_page(),
        form_of(
            time_1_first_response="soon",
            time_2_resolution="3 d",
            warn_percent="120",
            comment="Because.",
        )
        | {"steps-0-after": "30 min", "steps-0-audience": "person", "steps-1-person": ""},
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_time_1_first_response">“soon” is no length of time' in html
    assert '<a href="#id_warn_percent">Ensure this value is less than or equal to 99.</a>' in html
    assert '<a href="#id_steps-0-person">Choose the person, or who else is told.</a>' in html
    assert [typed for typed in ("soon", "3 d", "Because.") if f'value="{typed}"' not in html] == []
    assert (Job.objects.count(), PolicyVersion.objects.count()) == (0, 1)


def changed_lines(browser, job):
    """Return what a proposal says anew, by what it is about: before, and now."""
    shown = browser.get(page_of(job)).context["lines"]
    return {line.about: (line.was, line.text) for line in shown if line.is_changed}


def test_a_step_that_is_told_to_nobody_is_refused_at_its_row(browser, time):
    sent = form_of() | {"steps-0-after": "30 min", "steps-0-audience": ""}

    response = browser.post(edit_page(), sent)

    assert response.status_code == 422
    assert response.context["editor"].errors == [("id_steps-0-audience", "Choose who is told.")]


def test_a_proposal_reads_back_in_plain_words_what_is_promised_anew(browser, time):
    job = previewed(
        browser, time_1_first_response="30 min", time_4_resolution="", warn_percent="80"
    )

    assert changed_lines(browser, job) == {
        "Level 1, first response": (
            "within 1 hour, around the clock",
            "within 30 minutes, around the clock",
        ),
        "Level 4, resolution": (
            "within 10 days, around the clock; pauses while pending (waiting for the customer)",
            "nothing is promised",
        ),
        "Warning": (
            "Warned when 75 % of the time is used up.",
            "Warned when 80 % of the time is used up.",
        ),
    }
    shown = browser.get(page_of(job)).context["lines"]
    assert Line("Level 2, first response", "within 2 hours, around the clock") in shown


def test_pauses_and_steps_read_back_in_plain_words(browser, robin, time):
    job = previewed(
        browser,
        pausable=["next_response"],
        pause_statuses=["pending", "on_hold"],
        **{"steps-0-after": "30 min", "steps-0-level": "1", "steps-0-audience": "leads"},
        **{"steps-1-after": "2 h", "steps-1-audience": "person", "steps-1-person": robin.pk},
    )

    said = changed_lines(browser, job)
    assert [about for about in said if about.startswith("Level")] == [
        f"Level {level}, resolution" for level in (1, 2, 3, 4)
    ]
    assert said["Pauses"][1] == (
        "While a ticket is on hold or pending (waiting for the customer), these stand still: "
        "next response."
    )
    assert said["When a promise was missed"] == (
        "Nobody further is told.",
        "30 minutes later: the team's leads (level 1); 2 hours later: Robin",
    )


def test_saved_for_new_tickets_it_leaves_open_ones_as_they_were(browser, robin, make_ticket, time):
    ticket = make_ticket(level=1)
    job = previewed(browser, time_1_first_response="30 min", comment="A new contract.")

    response = save(browser, job, "new")
    later = make_ticket(level=1)

    version = newest()
    assert response["Location"] == f"/admin/sla/policy/{standard().pk}/change/"
    assert (version.number, version.created_by, version.comment, version.created_at) == (
        2,
        robin,
        "A new contract.",
        START,
    )
    assert clock_of(ticket, "first_response").due_at == after(hours=1)
    assert clock_of(later, "first_response").due_at == after(minutes=30)
    assert Event.objects.filter(type="policy_changed").count() == 0
    assert [entry.change_message for entry in LogEntry.objects.all()] == [
        "Version 2 saved. A new contract."
    ]


def test_applied_to_open_tickets_it_moves_them_and_says_so_to_each_reader(
    browser, robin, make_ticket, alex, dana, time
):
    ticket, other = make_ticket(level=1), make_ticket(level=2)
    time.advance(minutes=10)
    job = previewed(browser, time_1_first_response="30 min")

    response = save(browser, job, "open")

    applied = Job.objects.latest("pk")
    assert response["Location"] == f"/admin/jobs/{applied.pk}/"
    assert clock_of(ticket, "first_response").due_at == after(minutes=30)
    assert clock_of(other, "first_response").due_at == after(hours=2)
    assert set(Clock.objects.values_list("policy_version__number", flat=True)) == {2}
    events = Event.objects.filter(type="policy_changed").order_by("ticket")
    old, new = PolicyVersion.objects.order_by("number")
    assert [event.data for event in events] == [
        {"from": old.pk, "to": new.pk, "name": "Standard, version 2", "moved": True},
        {"from": old.pk, "to": new.pk, "name": "Standard, version 2", "moved": False},
    ]
    told = "The promises changed: Standard, version 2, by Robin"
    assert told in [entry.sentence for entry in entries(ticket, alex)]
    moved = "By when we answer and solve this has changed; the new times are shown"
    assert moved in [entry.sentence for entry in entries(ticket, dana)]
    assert moved not in [entry.sentence for entry in entries(other, dana)]
    words = (
        "“Standard, version 2” applied to open tickets: 2 tickets got it, promises moved on "
        "1 ticket, and were broken by it on 0 tickets."
    )
    assert LogEntry.objects.first().change_message == words
    assert words in browser.get(response["Location"]).content.decode()


def test_a_promise_that_would_be_broken_is_named_in_red_and_then_is(
    browser, make_ticket, make_team, alex, time
):
    ticket = make_ticket(level=1)
    time.advance(minutes=40)
    job = previewed(browser, time_1_first_response="30 min", retarget="from_start")

    html = browser.get(page_of(job)).content.decode()
    assert "On 1 of them a promise would be broken there and then." in html
    assert f'<a href="/admin/tickets/ticket/{ticket.pk}/change/">{ticket.number}</a>' in html
    assert breaches_of(ticket) == []
    save(browser, job, "open")

    assert breaches_of(ticket) == [("first_response", after(minutes=40))]


def test_who_was_overtaken_is_told_and_keeps_what_they_typed(browser, make_user, browser_of, time):
    sam = browser_of(make_user("Sam", role="administrator"))
    begun = form_of(time_1_first_response="20 min")
    mine = previewed(browser, time_1_first_response="30 min")
    theirs = previewed(sam, time_1_first_response="45 min")
    save(sam, theirs, "new")

    late = browser.post(page_of(mine), {"scope": "open"}, follow=True)
    checked = browser.post(edit_page(), begun)

    assert "Sam saved “Standard, version 2” meanwhile. Nothing was saved." in late.content.decode()
    assert 'name="time_1_first_response" value="30 min"' in late.content.decode()
    assert checked.status_code == 422
    assert "Sam saved “Standard, version 2” meanwhile." in checked.content.decode()
    assert 'value="20 min"' in checked.content.decode()
    assert f'name="base" value="{newest().pk}"' in checked.content.decode()
    assert newest().number == 2


def test_saving_twice_saves_once(browser, make_ticket, time):
    make_ticket()
    time.advance(minutes=1)
    job = previewed(browser, time_1_first_response="30 min")

    first, second = save(browser, job, "open"), save(browser, job, "open")

    assert first["Location"] == second["Location"]
    assert PolicyVersion.objects.count() == 2
    assert Event.objects.filter(type="policy_changed").count() == 1


def test_nothing_is_saved_before_it_was_looked_at(browser, time):
    browser.post(edit_page(), form_of(time_1_first_response="30 min"))
    job = Job.objects.get()

    response = browser.post(page_of(job), {"scope": "open"}, follow=True)

    assert "It is not known yet what this would change." in response.content.decode()
    assert response["Refresh"] == "3"
    assert PolicyVersion.objects.count() == 1


def test_a_new_policy_begins_by_its_name(browser, time):
    response = browser.post("/admin/sla/policy/add/", {"name": "Gold", "key": "gold"})

    page = browser.get(response["Location"])
    assert "It promises nothing yet." in page.content.decode()


def test_a_next_response_and_a_lost_promise_are_counted(browser, make_ticket, alex, dana, time):
    ticket = make_ticket(level=3)
    services.reply(ticket, by=alex, body="Which one?")
    services.reply(ticket, by=dana, body="This one.")
    make_ticket(level=4)
    time.advance(minutes=1)
    job = previewed(browser, time_3_next_response="2 h", time_4_first_response="")

    assert job.result["levels"] == {
        "3": {"earlier": 0, "later": 0, "breached": 0, "gained": 1, "lost": 0},
        "4": {"earlier": 0, "later": 0, "breached": 0, "gained": 0, "lost": 1},
    }
    save(browser, job, "open")
    assert clock_of(ticket, "next_response").due_at == START + timedelta(hours=2)


def test_terms_are_the_same_after_json(db, robin):
    terms = editing.terms_in_force(newest())
    richer = type(terms)(
        **{
            **vars(terms),
            "targets": (TargetTerms(1, "resolution", 60, 7),),
            "steps": (StepTerms(5, "person", 1, "resolution", robin.pk),),
        }
    )

    assert terms_of(richer.as_json()) == richer
