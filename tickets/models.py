"""Tickets and what belongs to them: drafts, answers, messages, files and events."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Team
from tickets.catalog.models import (
    Ability,
    Affected,
    Brand,
    PriorityLevel,
    Question,
    RequestType,
    Subcategory,
)
from tickets.clock import NEVER
from tickets.files import server_name
from tickets.querysets import AttachmentQuerySet, DraftQuerySet, TicketQuerySet
from tickets.states import IN_CUSTOMERS_WORDS, WORKING, Actor, Outcome, Status


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    APP_GET_HELP = "app-get-help", _("App: Get Help")
    APP_CALLBACK = "app-callback", _("App: Request Callback")


class Kind(models.TextChoices):
    ISSUE = "issue", _("An issue")
    REQUEST = "request", _("A request")
    QUESTION = "question", _("A question")


class PhoneAnswer(models.TextChoices):
    """What the sender of a level 1 or 2 ticket said about calling first."""

    NONE = "", _("Not asked")
    CALLED = "called", _("Called")
    CANNOT = "cannot", _("Cannot call")


class Draft(models.Model):
    """Answers and files of a request that is not sent yet; its id is the ticket's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    cookie_hash = models.CharField(max_length=64, blank=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    request_type = models.ForeignKey(RequestType, models.CASCADE, related_name="+")
    subcategory = models.ForeignKey(Subcategory, models.CASCADE, null=True, related_name="+")
    data = models.JSONField(default=dict, help_text=_("What was typed, by form field, unchecked."))
    phone_answer = models.CharField(max_length=10, choices=PhoneAnswer.choices, blank=True)
    phone_reference = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [
            models.Index(fields=["expires_at"], name="draft_by_expiry"),
            models.Index(fields=["owner", "-updated_at"], name="draft_by_owner"),
        ]

    def __str__(self):
        return f"{self.request_type} ({self.id})"

    def get_absolute_url(self):
        return reverse("draft", args=[self.id])


class Ticket(models.Model):
    """What somebody asked of us, and where it stands."""

    draft_key = models.UUIDField(unique=True, null=True, editable=False)
    prefix = models.CharField(max_length=5, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="tickets")
    request_type = models.ForeignKey(RequestType, models.PROTECT, related_name="+")
    subcategory = models.ForeignKey(
        Subcategory, models.PROTECT, null=True, blank=True, related_name="+"
    )
    product = models.CharField(_("product"), max_length=100, blank=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="requested_tickets"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_tickets",
    )
    level = models.ForeignKey(PriorityLevel, models.PROTECT, related_name="+")
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.NEW
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    affected = models.CharField(_("who is affected"), max_length=10, choices=Affected.choices)
    ability = models.CharField(_("can they work"), max_length=10, choices=Ability.choices)
    urgent = models.BooleanField(_("urgent"), default=False)
    channel = models.CharField(_("channel"), max_length=15, choices=Channel.choices)
    phone_answer = models.CharField(max_length=10, choices=PhoneAnswer.choices, blank=True)
    phone_reference = models.CharField(max_length=100, blank=True)
    restricted = models.BooleanField(_("restricted"), default=False)
    subject = models.CharField(_("subject"), max_length=200)
    created_at = models.DateTimeField(_("received"))
    updated_at = models.DateTimeField(_("updated"))
    answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    queue_rank = models.PositiveSmallIntegerField(default=1)
    next_due_at = models.DateTimeField(default=NEVER)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        permissions = [
            ("work_ticket", "Can reply, note, assign, set status and level"),
            ("view_restricted_ticket", "Can see restricted tickets"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED) | Q(outcome=""), name="outcome_only_when_closed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue_rank", "next_due_at", "id"],
                name="ticket_queue",
                include=["brand", "level", "status", "assignee"],
                condition=Q(status__in=WORKING),
            ),
            models.Index(
                fields=["assignee", "queue_rank", "next_due_at", "id"],
                name="ticket_queue_of_agent",
                condition=Q(status__in=WORKING),
            ),
            models.Index(fields=["requester", "-updated_at", "-id"], name="ticket_of_requester"),
            models.Index(
                fields=["organization", "-updated_at", "-id"], name="ticket_of_organization"
            ),
            models.Index(
                fields=["solved_at"], name="ticket_to_close", condition=Q(status=Status.SOLVED)
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.subject}"

    def get_absolute_url(self):
        return reverse("ticket", args=[self.pk])

    @property
    def number(self) -> str:
        return f"{self.prefix}-{self.pk}"

    @property
    def status_in_customers_words(self) -> str:
        return str(IN_CUSTOMERS_WORDS[self.status])

    @property
    def is_working(self) -> bool:
        return self.status in WORKING


class Answer(models.Model):
    """A question as it was asked on this ticket, and what was answered."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=50)
    label = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    value = models.JSONField()
    display = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=["ticket", "key"], name="one_answer_per_key")]

    def __str__(self):
        return f"{self.label}: {self.display}"


class Message(models.Model):
    """Something said on a ticket: to everybody on it, or among agents only."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Reply")
        NOTE = "note", _("Note")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor = models.CharField(max_length=10, choices=Actor.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    body = models.TextField()
    automatic = models.BooleanField(default=False)
    channel = models.CharField(max_length=15, choices=Channel.choices)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket")]

    def __str__(self):
        return f"{self.ticket_id}: {self.body[:50]}"

    @property
    def is_note(self) -> bool:
        return self.kind == self.Kind.NOTE


class Attachment(models.Model):
    """A file of exactly one draft or message, stored under a name of our own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        Draft, models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    file = models.FileField(upload_to=server_name, max_length=100)
    name = models.CharField(max_length=150, help_text=_("As the sender called it."))
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True) | Q(message__isnull=True),
                name="file_of_one_place_at_most",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("file", args=[self.pk])


class Event(models.Model):
    """What was done to a ticket: the log that everything else can be told from."""

    class Type(models.TextChoices):
        OPENED = "opened", _("Opened")
        REPLIED = "replied", _("Replied")
        NOTED = "noted", _("Noted")
        STATUS_CHANGED = "status_changed", _("Status changed")
        LEVEL_CHANGED = "level_changed", _("Level changed")
        ASSIGNED = "assigned", _("Assigned")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events")
    type = models.CharField(max_length=20, choices=Type.choices)
    at = models.DateTimeField(help_text=_("When it happened, for the promises."))
    recorded_at = models.DateTimeField(help_text=_("When it was written down."))
    actor = models.CharField(max_length=10, choices=Actor.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)
    batch = models.UUIDField()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["ticket", "at", "id"], name="event_of_ticket")]

    def __str__(self):
        return f"{self.ticket_id}: {self.type} {self.at:%Y-%m-%d %H:%M:%S}"


class Watcher(models.Model):
    """Somebody who sees a ticket that is not theirs and hears of its public messages."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="watch_once")]

    def __str__(self):
        return f"{self.user} watches {self.ticket_id}"


class Heartbeat(models.Model):
    """When a periodic job last did its work: how the web process knows without asking a broker."""

    job = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self):
        return f"{self.job} {self.at:%Y-%m-%d %H:%M:%S}"
