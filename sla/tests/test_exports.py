"""Long lists as files: made in slices, told by mail, had by who asked, and removed."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.services import give_role
from sla import exports
from sla.models import Verdict
from sla.sweep import sweep
from sla.tests.crowds import crowd
from sla.tests.managers import BREACHED, DUE, file, rows, signed_in
from tickets import jobs
from tickets.mail.models import Notice, OutboundEmail
from tickets.mail.relay import run_once
from tickets.models import Job, Ticket
from tickets.tasks import work_on_jobs


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    return tmp_path


@pytest.fixture
def long_list(settings, make_ticket, morgan, time, monkeypatch):
    """Seven promises that are due, of which a file to wait for may have three, in threes."""
    settings.EXPORT_LINES = 3
    monkeypatch.setattr(exports, "BATCH", 3)
    monkeypatch.setattr(jobs, "SLICE", timedelta(0))  # one batch, then somebody else's turn
    tickets = [make_ticket(level=level, subject=f"=Level {level}") for level in (1, 2, 3, 4)]
    time.advance(minutes=5)
    return tickets


def ask(user, name="due", **filters):
    return signed_in(user).post(reverse("export", args=[name], query=filters or None))


def work(most=50):
    slices = 0
    while slices < most and work_on_jobs()[1]:
        slices += 1
    return slices


def content(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_a_short_list_is_had_at_once(make_ticket, morgan):
    make_ticket(level=2)

    response = ask(morgan, level="2", team="0", brand="x")

    assert response.status_code == 302
    assert response["Location"] == "/admin/sla/due.csv?level=2&team=0"
    assert Job.objects.count() == 0


def test_a_long_list_is_made_in_slices_and_says_the_same_as_its_page(long_list, morgan, settings):
    response = ask(morgan)
    job = Job.objects.get()
    assert response["Location"] == job.get_absolute_url()

    slices = work()

    job.refresh_from_db()
    made = content(signed_in(morgan).get(job.leads_to))
    settings.EXPORT_LINES = 100
    assert made == rows(file(DUE, morgan))
    assert (len(made), job.done, job.total, job.result) == (8, 8, 8, {"words": "8 lines"})
    assert slices == 3
    assert {row["Subject"][0] for row in made} == {"'"}


def test_the_file_is_that_of_the_filters_and_of_the_moment_when_it_was_asked_for(
    long_list, morgan, time
):
    morgan.time_zone = "Asia/Tokyo"
    morgan.save(update_fields=["time_zone"])
    Ticket.objects.update(assignee=None)

    ask(morgan, metric="resolution", agent="0")
    time.advance(hours=3)
    work()

    response = signed_in(morgan).get(Job.objects.get().leads_to)
    assert response["Content-Disposition"] == 'attachment; filename="due-2026-01-05.csv"'
    made = content(response)
    assert {row["Promise"] for row in made} == {"Resolution"}
    assert {row["Due"][-6:] for row in made} == {"+09:00"}
    assert made[0]["Left (seconds)"] == str(24 * 3600 - 300)


def test_the_length_of_a_file_is_said_before_it_comes(long_list, morgan):
    ask(morgan)
    work()

    response = signed_in(morgan).get(Job.objects.get().leads_to)

    assert int(response["Content-Length"]) == len(b"".join(response.streaming_content))


def test_every_list_is_a_long_file_by_its_name(long_list, alex, morgan, settings, time):
    time.advance(days=9)
    sweep(time.at)
    ask(morgan, "breached")
    work()

    made = content(signed_in(morgan).get(Job.objects.get().leads_to))

    settings.EXPORT_LINES = 100
    assert made == rows(file(BREACHED, morgan))
    assert len(made) == 7  # of level 4 only the answer is late by now
    assert ask(morgan, "no-such-list").status_code == 404


def test_asked_twice_at_once_it_is_made_once(long_list, morgan):
    first, second = ask(morgan), ask(morgan)
    other = ask(morgan, metric="resolution")

    assert first["Location"] == second["Location"] != other["Location"]
    work()
    assert ask(morgan)["Location"] not in (first["Location"], other["Location"])


def test_who_opens_the_address_of_a_long_file_is_offered_to_have_it_made(long_list, morgan):
    response = file(DUE, morgan, metric="")

    html = response.content.decode()
    assert "This list has more than 3 lines." in html
    assert '<form method="post" action="/admin/sla/exports/due/">' in html


# --- Interrupted ------------------------------------------------------------------------


def test_a_worker_that_is_killed_over_a_piece_leaves_a_whole_file(long_list, morgan, time):
    ask(morgan)
    work_on_jobs()
    job = Job.objects.get()
    # Killed behind the writing of the second piece, before the job knows of it.
    exports._piece(job, exports._asked(job), after=job.state["after"], until=time.at)
    default_storage.save(f"exports/{job.pk}/00001.csv", exports.ContentFile(b"half a li"))
    time.advance(minutes=5)

    work()

    made = content(signed_in(morgan).get(job.leads_to))
    assert len(made) == 8
    assert len({(row["Ticket"], row["Promise"]) for row in made}) == 8


# --- The mail ---------------------------------------------------------------------------


def test_who_asked_is_told_once_by_mail_with_a_link_and_no_file(long_list, morgan, time):
    ask(morgan)
    work()
    run_once(time.at)
    run_once(time.at)

    mail = OutboundEmail.objects.get(kind="export")
    job = Job.objects.get()
    assert (mail.recipient, mail.ticket, mail.subject) == (morgan.email, None, "Your file is there")
    assert f"https://support.perfectserve.com{job.leads_to}" in mail.text
    assert "It has 8 lines, as of Mon 5 Jan, 5:05 am EST." in mail.text
    assert "References" not in mail.headers
    assert "attachment" not in str(mail.headers)


def test_who_may_no_longer_see_it_is_not_told(long_list, morgan, time):
    ask(morgan)
    work()
    morgan.is_active = False
    morgan.save(update_fields=["is_active"])

    run_once(time.at)

    assert OutboundEmail.objects.filter(kind="export").count() == 0
    assert Notice.objects.get(kind="export").expanded_at == time.at


# --- Whose it is ------------------------------------------------------------------------


def test_nobody_else_has_it(long_list, morgan, make_user):
    ask(morgan)
    work()
    path = Job.objects.get().leads_to

    others = [
        make_user("Olive", role="manager"),
        make_user("Ada", role="administrator"),
        make_user("Lara", role="read_only"),
    ]

    assert [signed_in(user).get(path).status_code for user in others] == [404] * 3
    assert signed_in(morgan).get(path).status_code == 200


def test_who_serves_a_brand_less_has_it_no_more(long_list, morgan, make_team, make_user):
    make_team("One", members=[morgan], brands=["perfectserve", "clinical-collaboration"])
    ask(morgan)
    work()
    path = Job.objects.get().leads_to
    assert signed_in(morgan).get(path).status_code == 200

    make_team("Other", members=[make_user("Olive")], brands=["clinical-collaboration"])
    morgan.teams.clear()

    response = signed_in(morgan).get(path)
    assert response.status_code == 403
    assert "You no longer see all that this file is of." in response.content.decode()


def test_a_right_that_is_taken_while_it_is_made_ends_it(long_list, morgan, files_root):
    ask(morgan)
    work_on_jobs()
    give_role(morgan, "agent")

    work()

    job = Job.objects.get()
    assert (job.is_finished, job.state) == (True, {})
    assert job.result == {"words": "You no longer see all that this list was of."}
    assert list((files_root / "exports").iterdir()) == []
    assert Notice.objects.filter(kind="export").count() == 0
    assert signed_in(morgan).get(job.leads_to).status_code == 404


def test_a_filter_that_is_gone_while_it_is_made_ends_it(long_list, morgan, make_team, files_root):
    billing = make_team("Billing")
    Ticket.objects.update(team=billing)
    ask(morgan, team=billing.pk)
    work_on_jobs()
    Ticket.objects.update(team=None)
    billing.delete()

    work()

    job = Job.objects.get()
    assert (job.is_finished, job.state) == (True, {})
    assert job.result == {"words": "Something that it was filtered by is no longer there."}
    assert list((files_root / "exports").iterdir()) == []
    assert Notice.objects.filter(kind="export").count() == 0


def test_what_one_may_see_besides_while_it_is_made_is_not_in_it(
    long_list, morgan, make_team, make_user, make_ticket
):
    ours = make_team("Ours", members=[morgan], brands=["perfectserve"])
    make_team("Theirs", members=[make_user("Olive")], brands=["clinical-collaboration"])
    other = make_ticket(level=4, brand="clinical-collaboration")
    Ticket.objects.filter(pk=long_list[3].pk).update(restricted=True)
    ask(morgan)
    work_on_jobs()
    make_team("Both", members=[morgan], brands=["clinical-collaboration"])
    right = Permission.objects.get(codename="view_restricted_ticket")
    morgan.user_permissions.add(right)

    work()

    morgan.user_permissions.remove(right)
    morgan.teams.set([ours])
    made = content(signed_in(morgan).get(Job.objects.get().leads_to))
    subjects = {row["Ticket"]: row["Subject"] for row in made}
    assert other.number not in subjects
    assert subjects[long_list[3].number] == "Restricted"


# --- Kept, and removed ------------------------------------------------------------------


def test_it_is_removed_after_some_days_with_what_a_killed_worker_left(
    long_list, morgan, time, files_root
):
    ask(morgan)
    work()
    job = Job.objects.get()
    default_storage.save(f"exports/{job.pk}/00099.csv", exports.ContentFile(b"left behind"))
    time.advance(days=6, hours=23)
    assert exports.clear(time.at) == (0, False)

    time.advance(hours=2)
    assert exports.clear(time.at) == (1, False)

    assert list((files_root / "exports").iterdir()) == []
    response = signed_in(morgan).get(job.leads_to)
    assert response.status_code == 410
    assert "This file is no longer kept." in response.content.decode()
    assert exports.clear(time.at) == (0, False)


def test_until_it_is_whole_its_address_leads_to_how_far_it_is(long_list, morgan):
    ask(morgan)
    work_on_jobs()
    job = Job.objects.get()

    assert signed_in(morgan).get(job.leads_to)["Location"] == job.get_absolute_url()


# --- Many -------------------------------------------------------------------------------


def test_whether_a_list_is_long_is_asked_of_so_many_lines_alone(
    make_ticket, morgan, settings, django_assert_max_num_queries
):
    settings.EXPORT_LINES = 10
    crowd(make_ticket(), 49)
    client = signed_in(morgan)
    client.get(DUE)

    with django_assert_max_num_queries(30) as queries:
        client.get("/admin/sla/due.csv")

    assert any("OFFSET 10" in query["sql"] and "LIMIT 1" in query["sql"] for query in queries)
    assert not any("COUNT(" in query["sql"] for query in queries)
    assert Verdict.objects.count() == 0
