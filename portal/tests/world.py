"""One of everything, for asking every page as everybody: people, tickets, drafts, files, rows."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from allauth.account.models import EmailConfirmationHMAC
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse

from accounts.roles import ROLES
from accounts.services import prove_address
from accounts.tests.people import get_password, link_in, path_of
from portal.access import request_of
from sla import editing, editor, exports, lists, subscribing
from sla.edited import CALENDAR, POLICY
from sla.models import Calendar, Goal, Metric, Policy
from tickets import clock, drafts, jobs, services, tokens, uploads, watching
from tickets.calling import Wish
from tickets.catalog.models import Brand, RequestType
from tickets.catalog.tests.logos import make_logo
from tickets.desk.verbs import PAGES as VERBS
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.mail.relay import run_once
from tickets.mail.tests.ledger import came, held
from tickets.models import Macro, Tag, Ticket, Viewing
from tickets.tests.signed_out import link_of, sent_signed_out

SIGNED_OUT, ELSEWHERE, INACTIVE = "anonymous", "agent of another brand", "inactive agent"
EVERYBODY = (SIGNED_OUT, "customer", *ROLES, ELSEWHERE, INACTIVE)
PASSWORD = "a long password of ours"
ON_THE_DESK = "admin:tickets_ticket_change"
UNCONFIRMED = "admin:tickets_unconfirmed_one"
OF_A_CALLBACK = {"admin:tickets_callback_attempts", "admin:tickets_callback_withdrawal"}
OF_A_TICKET = {
    *OF_A_CALLBACK,
    "ticket",
    "ticket_replies",
    "ticket_closure",
    "ticket_reopening",
    "ticket_follow_ups",
    "ticket_following",
    "ticket_copies",
    "ticket_copy_removal",
    "why",
    ON_THE_DESK,
    "admin:tickets_callback",
    "admin:tickets_about",
    "admin:tickets_answers",
    "admin:tickets_draft",
    "admin:tickets_neighbour",
    "admin:mail_of_ticket",
    *(f"admin:tickets_{name}" for name in VERBS),
}
OF_A_DRAFT = {
    "draft",
    "draft_about",
    "draft_duplicates",
    "draft_phone",
    "draft_removal",
    "draft_type",
    "draft_waiting",
}
# Each asks for a mail as it finds one.
OF_A_MAIL = {
    f"admin:mail_{name}" for name in ("raw", "confirm", "file_apart", "discard", "release", "move")
}
OF_A_SUBSCRIPTION = {"subscription", "subscription_start", "subscription_stop"}
OF_A_SECOND_STEP = {
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}


class World:
    """Somebody with things of their own, and a stranger with the same."""

    def __init__(self, who, *, make_user, make_team, make_ticket):
        self.who = who
        self.make_ticket = make_ticket
        self.user = None if who == SIGNED_OUT else self._make_user(make_user)
        self.stranger = make_user("Stranger", organization="Elsewhere")
        self._make_teams(make_team)
        Goal.objects.create(metric=Metric.RESOLUTION)
        self._desk()
        self.token = tokens.new()
        self.own = self._things(self.user, token=self.token)
        self.foreign = self._things(self.stranger, token="")
        self.client = Client(raise_request_exception=False)
        self.cookies = self._arrive()
        self.rows = {}
        office_hours(self)
        Goal.objects.get_or_create(metric=Metric.RESOLUTION)
        run_once(clock.now(), until=0)

    def _make_user(self, make_user):
        role = {ELSEWHERE: "agent", INACTIVE: "agent", "customer": None}.get(self.who, self.who)
        return make_user("Somebody", role=role, is_active=self.who != INACTIVE)

    def _desk(self):
        """Make what agents choose from, and a look at something restricted."""
        Tag.objects.create(name="pager")
        Macro.objects.create(name="Hello", text="Hello.")
        secret = self.make_ticket(about="legal")
        values = {"user": secret.requester, "what": secret.number, "at": clock.now()}
        Viewing.objects.create(ticket=secret, **values)
        came()

    def _make_teams(self, make_team):
        is_here = self.user and self.who != ELSEWHERE
        make_team("Here", members=[self.user] if is_here else [], brands=["perfectserve"])
        if self.who == ELSEWHERE:
            make_team("There", members=[self.user], brands=["clinical-collaboration"])

    def _things(self, owner, *, token):
        draft = drafts.begin(
            key=None,
            brand_id=Brand.objects.get(key="perfectserve").pk,
            request_type_id=RequestType.objects.get(key="perfectserve").pk,
            owner=owner,
            cookie_hash=tokens.hash_of(token),
        )
        file = SimpleUploadedFile("a.txt", b"a")
        if owner is None:
            return SimpleNamespace(draft=draft, file=uploads.store(file, draft=draft))
        ticket, stored = self.make_ticket(requester=owner), uploads.store(file)
        services.reply(ticket, by=owner, body="Here", files=[stored])
        job = jobs.start("any", params={}, by=owner, title="Something long")
        return SimpleNamespace(
            draft=draft,
            file=stored,
            ticket=ticket,
            callback=ticket.callbacks.create(
                created_at=clock.now(), created_by=owner, **vars(wish(clock.now()))
            ),
            job=job,
            export=exports.begin(lists.DUE, query="", zone="UTC", by=owner),
            subscription=subscribing.subscribe(owner, filters="", every="day", hour=7, weekday=0),
        )

    def _arrive(self):
        if self.user:
            self.client.force_login(self.user)
        self.client.cookies[drafts.COOKIE] = self.token
        return {name: cookie.value for name, cookie in self.client.cookies.items()}

    def browser(self, entry, things):
        """A browser of theirs as if nothing had happened in it since they came."""
        client = self.client
        client.cookies.clear()
        client.cookies.load(self.cookies)
        if things is self.own and entry["name"] in OF_A_SECOND_STEP:
            set_up_second_step(self.user)
        if things is self.own and entry["name"] == "mfa_authenticate" and not self.user:
            self._come_halfway_in(client)
        return client

    def _come_halfway_in(self, client):
        """Give the right password of somebody who is then asked for a code."""
        prove_address(self.stranger)
        set_up_second_step(self.stranger)
        client.post(reverse("account_login"), {"login": self.stranger.email, "password": PASSWORD})

    def address(self, entry, things):
        """The address of a published page, about these things where it is about some."""
        path = entry["path"].format(**self._arguments(entry, things))
        return path + QUERIES.get(entry["name"], "")

    def _arguments(self, entry, things):
        name = entry["name"]
        if name in OF_A_CALLBACK:
            return {"pk": things.callback.pk}
        if name in OF_A_TICKET:
            return {"pk": things.ticket.pk}
        if name in OF_A_DRAFT:
            return {"pk": things.draft.pk}
        if name == "file":
            return {"pk": things.file.pk}
        if name == "job":
            return {"pk": things.job.pk}
        if name == "export_file":
            return {"pk": things.export.pk}
        if name in OF_A_SUBSCRIPTION:
            return {"pk": things.subscription.pk}
        if name in OF_A_MAIL:
            return {"pk": mail_for(name, things.ticket).pk}
        if name in ARGUMENTS:
            return ARGUMENTS[name](self)
        return {"object_id": self._row(entry["path"])} if "{object_id}" in entry["path"] else {}

    def _row(self, path):
        model = tuple(path.strip("/").split("/")[1:3])
        if model not in self.rows:
            self.rows[model] = row_of(*model).pk
        return self.rows[model]

    def confirmation_key(self):
        address, _created = self.stranger.emailaddress_set.get_or_create(email=self.stranger.email)
        return EmailConfirmationHMAC(address).key


QUERIES = {"admin:autocomplete": "?app_label=accounts&model_name=membership&field_name=user&term=a"}
ARGUMENTS = {
    "copy": lambda world: resolve(copy_link(world)).kwargs,
    "new_type": lambda world: {"key": "perfectserve"},
    "export": lambda world: {"name": "due"},
    "report_stop": lambda world: {"token": subscribing.token_of(world.foreign.subscription)},
    "logo": lambda world: {"sha256": make_logo().sha256},
    "confirmation": lambda world: link_of(sent_signed_out("somebody.else@example.com")),
    UNCONFIRMED: lambda world: {"pk": sent_signed_out().draft_id},
    "admin:sla_policy_edit": lambda world: {"pk": Policy.objects.get().pk},
    "admin:sla_policy_proposal": lambda world: proposal(POLICY, Policy.objects.get(), world),
    "admin:sla_calendar_edit": lambda world: {"pk": office_hours(world).pk},
    "admin:sla_calendar_proposal": lambda world: proposal(CALENDAR, office_hours(world), world),
    "account_confirm_email": lambda world: {"key": world.confirmation_key()},
    "account_reset_password_from_key": lambda world: resolve(password_link(world.stranger)).kwargs,
    "admin:mail_retry": lambda world: {"pk": OutboundEmail.objects.to_somebody()[0].pk},
    "admin:app_list": lambda world: {"app_label": "accounts"},
    "admin:view_on_site": lambda world: {
        "content_type_id": ContentType.objects.get_for_model(Ticket).pk,
        "object_id": world.foreign.ticket.pk,
    },
    "": lambda world: {"url": "nothing/", "object_id": 1},
}


def mail_for(name, ticket):
    """A mail on a ticket: one that waits there, in quarantine, or that became its message."""
    if name == "admin:mail_release":
        return came(ticket=ticket, sender="")
    if name == "admin:mail_move":
        message = ticket.messages.latest("pk")
        taken = InboundEmail.objects.filter(became=message).first()
        return taken or came(ticket=ticket, became=message, outcome="added", state="done")
    return held(ticket)


def wish(now):
    """Whom to call, from now on."""
    return Wish("1.212.555.0101", now, now + timedelta(hours=4), "America/New_York")


def office_hours(world):
    """A calendar, for who looks at one."""
    hours = {
        "tz": "America/New_York",
        "always_open": False,
        "weekly": {"mon": [["09:00", "17:00"]]},
    }
    dates = {"holidays": {"2026-12-25": "Christmas"}, "exceptions": {}}
    found = Calendar.objects.filter(key="office-hours").first()
    return found or editing.add_calendar(
        "Office hours", said=hours | dates, by=world.stranger, comment=""
    )


def proposal(what, row, world):
    """What the address of a proposal for a policy or calendar says."""
    said = what.read(editing.newest(row))
    page = editor.propose(what, row, said=said, comment="", by=world.stranger)
    return resolve(page).kwargs


def row_of(label, model):
    """A row of a model on the desk: one that may be deleted, where any may."""
    model_admin = next(
        each
        for each in admin.site._registry.values()
        if (each.opts.app_label, each.opts.model_name) == (label, model)
    )
    asked = request_of("administrator")
    rows = model_admin.model._default_manager.all()
    return next((row for row in rows if model_admin.has_delete_permission(asked, row)), rows[0])


def set_up_second_step(user):
    totp.TOTP.activate(user, totp.generate_totp_secret())
    RecoveryCodes.activate(user)


def password_link(user):
    """The path of the link that is mailed to who wants a password."""
    get_password(Client(), user.email)
    return path_of(link_in(mail.outbox[-1]))


def copy_link(world):
    """The path of the link that is mailed to whom somebody wants to copy on a ticket."""
    ticket = world.foreign.ticket
    email = f"copied.{len(mail.outbox)}@example.com"
    watching.propose(ticket, email=email, by=ticket.requester)
    return path_of(link_in(mail.outbox[-1]))
