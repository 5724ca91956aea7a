"""What is said on a ticket and what is done to it, with the files of both."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tickets.files import server_name
from tickets.models.choices import Channel
from tickets.models.drafts import Draft
from tickets.models.tickets import Ticket
from tickets.querysets import AttachmentQuerySet
from tickets.states import Actor

# Events that tell of a second ticket: `into` in their data is its id, and a list finds them by it.
INTO = ("merged", "unmerged", "split", "moved")


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
    quoted = models.TextField(
        blank=True, default="", help_text=_("What a mail repeated of others: shown folded.")
    )
    automatic = models.BooleanField(default=False)
    channel = models.CharField(max_length=15, choices=Channel.choices)
    created_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True, blank=True)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

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
    """A file of exactly one draft, message or one-time token, stored under a name of our own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        Draft, models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    token_hash = models.CharField(
        max_length=64, blank=True, default="", help_text=_("Of the token that it waits under.")
    )
    file = models.FileField(upload_to=server_name, max_length=100)
    name = models.CharField(max_length=150, help_text=_("As the sender called it."))
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    withheld = models.BooleanField(
        default=False, help_text=_("Came by mail and is off the list: for staff alone, to save.")
    )
    created_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True, blank=True)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                condition=Q(draft=None, message=None)
                | Q(draft=None, token_hash="")
                | Q(message=None, token_hash=""),
                name="file_of_one_place_at_most",
            )
        ]
        indexes = [
            models.Index(
                fields=["token_hash", "created_at"], name="file_staged", condition=~Q(token_hash="")
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
        POLICY_CHANGED = "policy_changed", _("Promises changed")
        CALENDAR_CHANGED = "calendar_changed", _("Opening hours changed")
        COPY_PROPOSED = "copy_proposed", _("Copy proposed")
        COPY_WITHDRAWN = "copy_withdrawn", _("Copy withdrawn")
        WATCHED = "watched", _("Watched")
        UNWATCHED = "unwatched", _("Unwatched")
        ATTRIBUTES_CHANGED = "attributes_changed", _("Type, product or organization changed")
        MERGED = "merged", _("Merged into another ticket")
        UNMERGED = "unmerged", _("Taken out of another ticket again")
        DELETED = "deleted", _("Deleted")
        SPAM = "spam", _("Marked as spam")
        NOT_SPAM = "not_spam", _("Marked as no spam")
        TEAM_CHANGED = "team_changed", _("Given to a team")
        TAGS_CHANGED = "tags_changed", _("Tags changed")
        SNOOZED = "snoozed", _("Snoozed")
        WOKEN = "woken", _("Woken")
        SPLIT = "split", _("Split")
        REDACTED = "redacted", _("Removed for good")
        CALLBACK_ASKED = "callback_asked", _("Callback asked for")
        CALLED_BACK = "called_back", _("Called back")
        ANSWERS_FILLED = "answers_filled", _("Answers filled in")
        CALLBACK_ENDED = "callback_ended", _("Callback not wanted any more")
        MOVED = "moved", _("Message moved to another ticket")

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
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="event_of_ticket"),
            models.Index(F("data__into"), name="event_into", condition=Q(type__in=INTO)),
        ]

    def __str__(self):
        return f"{self.ticket_id}: {self.type} {self.at:%Y-%m-%d %H:%M:%S}"
