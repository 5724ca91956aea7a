"""Each mail that goes out: one row for one person, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.mail.models.notices import Notice
from tickets.mail.querysets import OutboundEmailQuerySet
from tickets.models import Ticket


def new_message_id() -> str:
    """Return a Message-ID local part that nobody can guess (RFC 5322 3.6.4)."""
    return uuid.uuid4().hex


class OutboundEmail(models.Model):
    """One mail to one person; its Message-ID is fixed before the first try.

    A relay that takes it moves `next_try_at` on first: that is its lease.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    class Fate(models.TextChoices):
        """What the recipient's side reported of a mail that was sent (RFC 3464)."""

        UNKNOWN = "", _("Nothing reported")
        DELIVERED = "delivered", _("Delivered")
        DELAYED = "delayed", _("Delayed")
        FAILED = "failed", _("Not delivered")

    # Mails of accounts hold links that let people in: not shown, and emptied once sent.
    ACCOUNT = "account"
    # Stands in the place of a recipient where a form only had to take its time (backend.py).
    NOBODY = ""

    notice = models.ForeignKey(
        Notice,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="emails",
        verbose_name=_("notice"),
    )
    ticket = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="emails",
        verbose_name=_("ticket"),
    )
    kind = models.CharField(_("kind"), max_length=30)
    recipient = models.EmailField(_("to"), max_length=254)
    sender = models.CharField(_("from"), max_length=320)
    message_id = models.CharField(_("Message-ID"), max_length=255, unique=True)
    headers = models.JSONField(_("more headers"), default=dict)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(_("written"))
    next_try_at = models.DateTimeField(_("next try"))
    attempts = models.PositiveSmallIntegerField(_("refused"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.TextField(_("error"), blank=True)
    why = models.CharField(_("why they were told"), max_length=100, blank=True, db_default="")
    fate = models.CharField(
        _("what was reported"), max_length=10, choices=Fate.choices, blank=True, db_default=""
    )
    fate_at = models.DateTimeField(_("reported"), null=True)
    fate_words = models.TextField(_("the report's words"), blank=True, db_default="")

    objects = OutboundEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        constraints = [
            models.UniqueConstraint(fields=["notice", "recipient"], name="mail_once_per_recipient")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="mail_to_send", condition=Q(state="queued")
            ),
            models.Index(
                fields=["ticket", "recipient", "id"],
                name="mail_to_send_in_order",
                condition=Q(state="queued"),
            ),
            models.Index(fields=["id"], name="mail_failed", condition=Q(state="failed")),
        ]

    def __str__(self):
        return f"{self.kind} to {self.recipient}"

    @property
    def is_of_account(self) -> bool:
        return self.kind == self.ACCOUNT
