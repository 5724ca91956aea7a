"""What somebody asked of us, what they answered about it, and who may look on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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
from tickets.models.choices import Channel, Kind, PhoneAnswer
from tickets.models.indexes import INDEXES
from tickets.querysets import TicketQuerySet
from tickets.states import (
    IN_CUSTOMERS_WORDS,
    PART_OF_ANOTHER,
    WAITING_FOR_REQUESTER,
    WORKING,
    Outcome,
    Status,
)


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
    follows = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="followed_by",
        help_text=_("The closed ticket that this one goes on from."),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="merged_from",
        help_text=_("The ticket that goes on in place of this one."),
    )
    split_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="split_into",
        help_text=_("The ticket that its first messages were taken from."),
    )
    tags = models.ManyToManyField("tickets.Tag", blank=True, related_name="tickets")
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(outcome=Outcome.MERGED, merged_into__isnull=False)
                | ~Q(outcome=Outcome.MERGED) & Q(merged_into__isnull=True),
                name="merged_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="never_merged_into_itself"
            ),
        ]
        indexes = INDEXES

    def __str__(self):
        return f"{self.number} {self.subject}"

    def get_absolute_url(self):
        return reverse("ticket", args=[self.pk])

    @property
    def number(self) -> str:
        return f"{self.prefix}-{self.pk}"

    @property
    def status_in_agents_words(self) -> str:
        """Return what became of it, or else its status."""
        return self.get_outcome_display() if self.outcome else self.get_status_display()

    @property
    def status_in_customers_words(self) -> str:
        if self.outcome == Outcome.MERGED:
            return str(PART_OF_ANOTHER)
        return str(IN_CUSTOMERS_WORDS[self.status])

    def status_in_words_for(self, reader) -> str:
        """Return the status for a customer who may be another one than its requester."""
        if self.status == Status.PENDING and self.requester_id != reader.pk:
            return str(WAITING_FOR_REQUESTER)
        return self.status_in_customers_words

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None

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


class Proposal(models.Model):
    """An address that somebody wants copied on a ticket: it sees nothing before it agreed."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="proposals")
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("proposal to copy somebody")
        verbose_name_plural = _("proposals to copy somebody")
        constraints = [models.UniqueConstraint(fields=["ticket", "email"], name="propose_once")]

    def __str__(self):
        return f"{self.email}, {self.ticket_id}"
