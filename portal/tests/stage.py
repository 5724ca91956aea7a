"""A company with something on every page: people at their browsers, tickets in every state."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.links import PasswordLinks
from accounts.models import User
from sla import editing, exports, lists, subscribing
from sla.edited import CALENDAR, POLICY
from sla.editor import propose
from sla.models import Action, Goal, Metric, Policy, Reason
from sla.previews import preview
from sla.sweep import sweep
from tickets import calling, clock, jobs, services, uploads, watching
from tickets.calling import Wish
from tickets.catalog.models import Brand
from tickets.conversation import Turn, take_turn
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail
from tickets.mail.tests.ledger import came, held
from tickets.models import Job, Macro, Tag, Ticket, TurnDraft, Viewing
from tickets.states import Status
from tickets.tests.signed_out import link_in, send, sent_signed_out

PASSWORD = "a long password of ours"
LONG_SUBJECT = "No pages after hours at St. Mary's, nobody on the overnight team gets anything"
LONG_TEXT = (
    "Nobody is paged.\n\nSee https://schedules.example.org/a/very/long/address/without/any/break/"
    "that/goes/on/and/on/for/ever?and=ever, please."
)
# First forms of a request as a customer fills them: one to be called about, one not.
ONE_PERSON = {"affected": "one", "ability": "partly", "kind": "issue", "subcategory": "information"}
SCHEDULE = ONE_PERSON | {"subcategory": "schedule"}  # which dana has open tickets about
NO_PAGES = {"affected": "some", "ability": "no", "kind": "issue", "subcategory": "routing"}


@dataclass
class Stage:
    """Each person's browser with their session, and what the addresses of pages need."""

    browsers: dict[str, Client] = field(default_factory=dict)
    places: dict[str, object] = field(default_factory=dict)


def set_stage(make_ticket, make_user, make_team, *, dana) -> Stage:
    """Make it, by the verbs and the pages that people use."""
    people = {"dana": dana} | _staff_and_others(make_user, make_team)
    browsers = {name: _signed_in(person) for name, person in people.items()}
    browsers["visitor"] = Client()
    stage = Stage(browsers, _tickets(make_ticket, dana=dana, alex=people["alex"]))
    for name in ("visitor", "dana"):
        stage.places |= _drafts(browsers[name], of=name)
    stage.places |= _links(make_user("Kim"), make_user("Lee"))
    brand = Brand.objects.get(key="perfectserve").pk
    stage.places["new_call"] = f"?customer=new&brand={brand}&about=perfectserve:schedule"
    stage.places["dana"] = dana.pk
    stage.places["copy"] = _copies(stage.places["open"], dana=dana)
    stage.places |= _sent_signed_out(browsers["visitor"], gone=make_user("Gone", is_active=False))
    stage.browsers |= _second_steps(make_user)
    stage.places |= _long_work(of=people["robin"])
    stage.places |= _proposals(by=people["robin"])
    stage.places |= _reports(of=people["morgan"])
    stage.places |= _desk(make_ticket, robin=people["robin"])
    stage.places |= _mails(stage.places)
    _keep_a_form(browsers["dana"], dana)
    sweep(clock.now())
    expand(clock.now(), limit=100)
    return stage


def _staff_and_others(make_user, make_team):
    people = {
        "nora": make_user("Nora"),
        "maria": make_user("Maria", organization="Riverside Clinic", sees_organization=True),
        "alex": make_user("Alex", role="agent"),
        "morgan": make_user("Morgan", role="manager"),
        "robin": make_user("Robin", role="administrator"),
        "reader": make_user("Reader", role="read_only"),
    }
    make_team("Support", members=[people["alex"]], leads=[people["morgan"]])
    return people


def _desk(make_ticket, *, robin):
    """What agents choose from, and a ticket with a text that is not sent yet."""
    tag = Tag.objects.create(name="pager")
    macro = Macro.objects.create(name="Which week?", text="Dear {{first_name}},", status="pending")
    macro.tags.add(tag)
    ticket = make_ticket(subject="Which week is it?")
    secret = make_ticket(about="legal")
    Viewing.objects.create(ticket=secret, user=robin, what=secret.number, at=clock.now())
    TurnDraft.objects.create(
        ticket=ticket,
        user=User.objects.get(name="Alex"),
        data={"version": ["0"], "kind": ["note"], "body": ["Half"], "level": ["1"]},
        updated_at=clock.now(),
    )
    return {"asked_about": ticket.pk}


def _mails(places):
    """Let mails wait in quarantine and on a ticket, one that became a message, and one astray."""
    ticket, replied = (Ticket.objects.get(pk=places[name]) for name in ("new", "two_matters"))
    message = replied.messages.latest("pk")
    added = {"outcome": "added", "state": "done", "reason": "answers_our_mail"}
    nobody = came(sender="", reason="no_sender", subject="", error=f"Traceback: {LONG_TEXT}")
    became = came(ticket=replied, became=message, sender=replied.requester.email, **added)
    astray = {"fate": "failed", "fate_at": clock.now(), "fate_words": LONG_TEXT}
    expand(clock.now(), limit=100)
    OutboundEmail.objects.filter(ticket=ticket).update(**astray)
    return {
        "held_mail": held(ticket, subject=LONG_SUBJECT, told={"text": LONG_TEXT}).pk,
        "quarantined_mail": came(subject=LONG_SUBJECT, told={"text": LONG_TEXT, "cc": ["a@b"]}).pk,
        "nobodys_mail": nobody.pk,
        "added_mail": became.pk,
    }


def _signed_in(person) -> Client:
    """Sign somebody in who has just given the password once more, which some pages ask for."""
    browser = Client()
    browser.force_login(person)
    browser.post("/accounts/password-again/", {"password": PASSWORD})
    return browser


def _tickets(make_ticket, *, dana, alex):
    """File one ticket in each state that a page shows in its own way."""
    now = clock.now()

    def file(hours, *turns, **given):
        with clock.moving_clock(lambda: now - timedelta(hours=hours)):
            ticket = make_ticket(requester=dana, **given)
            for turn in turns:
                take_turn(ticket, by=alex, turn=turn)
            return ticket

    waiting = Turn(body=LONG_TEXT, status=Status.PENDING)
    done = Turn(body="Done.", status=Status.SOLVED)
    schedule = SimpleUploadedFile("call-schedule.csv", b"name,day\n")
    tickets = {
        "new": file(1, attachments=[uploads.store(schedule)]),
        "late": file(
            40, level=1, subject=LONG_SUBJECT, description=LONG_TEXT, phone_answer="cannot"
        ),
        "open": file(
            2,
            Turn(body="We look into it.", level=2, reason="Two wards wait."),
            Turn(body="They called.", public=False),
        ),
        "pending": file(30, waiting),
        "solved": file(50, done, level=4),
        "closed": file(400, done),
        "restricted": file(1, about="legal"),
        "paid": file(3, type="payment", about=None, subject="Invoice 4711"),
        "elsewhere": file(1, brand="clinical-collaboration", type="clinical-collaboration"),
    }
    tickets["phoned"] = make_ticket(requester=dana, by=alex, channel="phone", live=True)
    services.set_status(tickets["closed"], by=None, to=Status.CLOSED)
    tickets["two_matters"] = file(3, subject="Two matters")
    services.reply(tickets["two_matters"], by=dana, body=LONG_TEXT)
    tickets["called"] = _called(file(5, subject=LONG_SUBJECT), by=alex, now=now)
    _called(file(5), by=alex, now=now - timedelta(hours=5))
    return {name: ticket.pk for name, ticket in tickets.items()}


def _called(ticket, *, by, now):
    """Let a call wait that was tried once."""
    wish = Wish("1.212.555.0101", now, now + timedelta(hours=4), "America/Chicago", "7", "The rota")
    with clock.moving_clock(lambda: now):
        callback = calling.ask(ticket, by=by, wish=wish)
        calling.log_attempt(callback, by=by, result="voicemail", note=LONG_SUBJECT)
    return ticket


def _drafts(browser, *, of):
    """Begin requests as far as the details, with a file, and as far as the phone page."""
    details, phone, repeated = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    browser.post("/new/perfectserve/", {"key": details, **ONE_PERSON})
    browser.post("/new/perfectserve/", {"key": phone, **NO_PAGES})
    browser.post("/new/perfectserve/", {"key": repeated, **SCHEDULE})
    file = SimpleUploadedFile("error.png", b"not much of a picture")
    browser.post(f"/drafts/{details}/", {"files": file, "upload": ""})
    return {
        f"draft_of_{of}": details,
        f"urgent_draft_of_{of}": phone,
        f"repeated_draft_of_{of}": repeated,
    }


def _sent_signed_out(browser, *, gone):
    """Let requests wait for their senders, and make the links of mails in every state."""
    waits = sent_signed_out("robin@clinic.example", browser, subject=LONG_SUBJECT)
    young = link_in(mail.outbox[-1])
    urgent = {"affected": "most", "ability": "no"}
    phone = send(browser, key=uuid.uuid4(), email="vale@clinic.example", **urgent)["Location"]
    browser.post(phone, {"phone_answer": "cannot"})
    send(browser, key=phone.split("/")[2], email="vale@clinic.example", **urgent)
    links = {"young_link": young, "dead_link": f"/confirmations/{waits.draft_id}/an-old-token/"}
    for name, email in (("known_link", "alex@example.com"), ("closed_link", gone.email)):
        sent_signed_out(email)
        links[name] = link_in(mail.outbox[-1])
    sent_signed_out("used@clinic.example")
    links["used_link"] = link_in(mail.outbox[-1])
    Client().post(links["used_link"], {"password1": PASSWORD})
    return {**links, "waiting_draft": waits.draft_id}


def _links(unproved, forgetful):
    """Make the keys of links as they are mailed: to prove an address, and to choose a password."""
    address = EmailAddress.objects.create(user=unproved, email=unproved.email, primary=True)
    token = PasswordLinks().make_token(forgetful)
    return {
        "confirmation": EmailConfirmationHMAC.create(address).key,
        "password_link": f"{user_pk_to_url_str(forgetful)}-{token}",
    }


def _copies(pk, *, dana):
    """Copy one person on a ticket and ask another, whose link is returned as it is mailed."""
    ticket = Ticket.objects.get(pk=pk)
    watching.watch(ticket, by=User.objects.get(name="Nora"), added_by=dana)
    watching.propose(ticket, email="cho@uptown.example", by=dana)
    return re.findall(r"/copies/(\S+)/", mail.outbox[-1].body)[0]


def _long_work(*, of):
    """Ask for work that is going on, is over, and was given up."""
    names = ("waiting_job", "running_job", "finished_job", "failed_job")
    started = {
        name: jobs.start("any", params={}, by=of, title=LONG_SUBJECT, leads_to="/admin/")
        for name in names
    }
    now, long = clock.now(), {"done": 34_000, "total": 100_000}
    for name, columns in {
        "running_job": {"started_at": now - timedelta(minutes=1), **long},
        "finished_job": {
            "started_at": now,
            "finished_at": now,
            "next_try_at": None,
            "result": {"words": LONG_TEXT},
        },
        "failed_job": {"started_at": now, "next_try_at": None, "error": "OSError: no", **long},
    }.items():
        Job.objects.filter(pk=started[name].pk).update(**columns)
    return {name: job.pk for name, job in started.items()}


def _proposals(*, by):
    """Propose another policy and other hours: looked at, and not yet."""
    policy, hours = Policy.objects.get(), dict.fromkeys(("mon", "tue"), [["09:00", "17:00"]])
    said = {
        "tz": "America/New_York",
        "always_open": False,
        "weekly": hours,
        "holidays": {f"{clock.now():%Y}-12-25": "Christmas"},
        "exceptions": {f"{clock.now():%Y}-12-24": [["09:00", "12:00"]]},
    }
    calendar = editing.add_calendar("Office hours", said=said, by=by, comment="")
    terms = editing.terms_in_force(editing.newest(policy))
    shorter = tuple(replace(each, seconds=each.seconds // 3) for each in terms.targets)
    broken = replace(terms, targets=shorter, retarget="from_start")
    proposals = {
        "looked_at_policy": (POLICY, policy, broken.as_json()),
        "looked_at_hours": (CALENDAR, calendar, said | {"always_open": True}),
    }
    shown = {
        name: propose(what, row, said=changed, comment=LONG_TEXT, by=by)
        for name, (what, row, changed) in proposals.items()
    }
    for job in Job.objects.filter(kind="preview", finished_at=None):
        assert preview(job, until=clock.now() + timedelta(minutes=1))
        changes = {"result": job.result, "finished_at": clock.now(), "next_try_at": None}
        Job.objects.filter(pk=job.pk).update(started_at=clock.now(), **changes)
    shown["proposed_policy"] = propose(POLICY, policy, said=terms.as_json(), comment="", by=by)
    Goal.objects.get_or_create(metric=Metric.RESOLUTION)
    # Shipped by a migration, which a test that empties tables undoes.
    for model in (Reason, Action):
        model.objects.get_or_create(name="Outage or incident")
    return shown | {"policy": policy.pk, "calendar": calendar.pk}


def _reports(*, of):
    """Subscribe to three views, one of which is stopped, and ask for a file that is gone."""
    asked = {"every": "week", "hour": 7, "weekday": 0}
    going_on, stopped, _other = (
        subscribing.subscribe(of, filters=filters, **asked)
        for filters in ("", "level=4", "level=1&metric=resolution&organization=Riverside+Clinic")
    )
    subscribing.stop(stopped)
    export = exports.begin(lists.DUE, query="level=1", zone="UTC", by=of)
    changes = {"finished_at": clock.now(), "next_try_at": None}
    Job.objects.filter(pk=export.pk).update(started_at=clock.now(), **changes)
    return {
        "old_export": export.pk,
        "report_stop": f"/reports/stop/{subscribing.token_of(going_on)}/",
        "stopped_report": f"/reports/stop/{subscribing.token_of(stopped)}/",
    }


def _second_steps(make_user):
    """Put three agents before their second step: not set up yet, set up, asked for a code."""
    newcomer, enrolled = make_user("Newcomer", role="agent"), make_user("Enrolled", role="agent")
    EmailAddress.objects.create(user=enrolled, email=enrolled.email, primary=True, verified=True)
    totp.TOTP.activate(enrolled, totp.generate_totp_secret())
    RecoveryCodes.activate(enrolled)
    halfway = Client()
    halfway.post("/accounts/sign-in/", {"login": enrolled.email, "password": PASSWORD})
    return {
        "newcomer": _signed_in(newcomer),
        "enrolled": _signed_in(enrolled),
        "halfway": halfway,
    }


def _keep_a_form(browser, person):
    session = browser.session
    session["kept_form"] = {
        "path": "/profile/",
        "fields": [("name", "Dana"), ("note", LONG_TEXT)],
        "user_id": person.pk,
    }
    session.save()
