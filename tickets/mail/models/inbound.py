"""Each mail that came in: its bytes first, then what was made of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.catalog.models import Brand
from tickets.files import server_name
from tickets.mail.models.outbound import OutboundEmail
from tickets.mail.querysets import InboundEmailQuerySet
from tickets.models import Message, Ticket


class InboundEmail(models.Model):
    """A mail as it came, stored and committed before whoever brought it is told that it was taken.

    Its bytes lie in the storage of files, untouched. What they say is read afterwards, by a process
    of its own; who takes a mail to read it moves `next_try_at` on first: that is its lease.
    """

    class Door(models.TextChoices):
        SMTP = "smtp", _("SMTP")
        LMTP = "lmtp", _("LMTP")
        IMAP = "imap", _("IMAP")
        PIPE = "pipe", _("Pipe")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        QUARANTINED = "quarantined", _("In quarantine")

    class Outcome(models.TextChoices):
        NONE = "", _("None yet")
        OPENED = "opened", _("Made a ticket")
        ADDED = "added", _("Added to a ticket")
        HELD = "held", _("Waits on a ticket: sender not verified")
        REPORTED = "reported", _("Told what became of a mail of ours")
        KEPT = "kept", _("Automatic: kept here, nothing done")
        DOUBLE = "double", _("Came twice")
        DISCARDED = "discarded", _("Discarded")

    class Check(models.TextChoices):
        """What our own mail server found out about the sender (RFC 8601)."""

        NONE = "", _("Not checked")
        PASSED = "pass", _("Verified")
        FAILED = "fail", _("Not the sender it claims to be")

    door = models.CharField(_("came by"), max_length=5, choices=Door.choices)
    source = models.CharField(
        max_length=255,
        blank=True,
        default="",
        help_text=_("Where it lay, where that names it for good: account, folder and IMAP UID."),
    )
    received_at = models.DateTimeField(_("received"))
    mail_from = models.CharField(_("envelope sender"), max_length=320, blank=True)
    rcpt_to = ArrayField(
        models.CharField(max_length=320), default=list, verbose_name=_("envelope recipients")
    )
    raw = models.FileField(_("as it came"), upload_to=server_name, max_length=100, blank=True)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        _("state"), max_length=15, choices=State.choices, default=State.WAITING
    )
    outcome = models.CharField(
        _("what was done"), max_length=10, choices=Outcome.choices, blank=True, default=""
    )
    reason = models.CharField(_("why"), max_length=40, blank=True, default="")
    check_of_sender = models.CharField(
        _("sender"), max_length=5, choices=Check.choices, blank=True, default=""
    )
    message_id = models.CharField(_("Message-ID"), max_length=255, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    sender = models.CharField(_("from"), max_length=254, blank=True, default="")
    sender_name = models.CharField(_("name"), max_length=150, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=200, blank=True, default="")
    told = models.JSONField(
        _("what it says"),
        default=dict,
        blank=True,
        help_text=_("As it was read: its words as long as no message has them, whom it names."),
    )
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="mails")
    became = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="mail")
    double_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="doubles")
    about = models.ForeignKey(OutboundEmail, models.SET_NULL, null=True, related_name="reports")
    attempts = models.PositiveSmallIntegerField(_("failed tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    error = models.TextField(_("error"), blank=True, default="")
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = InboundEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        permissions = [("view_raw_mail", "Can download mails as they came")]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="mail_taken_once", condition=~Q(source="")
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="mail_to_read", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["-id"], name="mail_in_quarantine", condition=Q(state="quarantined")
            ),
            models.Index(fields=["fingerprint"], name="mail_that_came_twice"),
            models.Index(fields=["sender", "-id"], name="mail_by_sender"),
        ]

    def __str__(self):
        return f"{self.sender or self.mail_from}: {self.subject}"

    @property
    def is_held(self) -> bool:
        return self.outcome == self.Outcome.HELD


class RawDownload(models.Model):
    """That somebody of the staff saved a mail as it came: kept as long as the mail is."""

    mail = models.ForeignKey(InboundEmail, models.CASCADE, related_name="downloads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("download of a mail as it came")
        verbose_name_plural = _("downloads of mails as they came")

    def __str__(self):
        return f"{self.user}: {self.mail_id}"
