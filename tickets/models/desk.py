"""What each agent keeps on the desk: views, texts not sent yet, what they have open and watch."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from tickets.models.tickets import Ticket
from tickets.querysets import SavedViewQuerySet


class DeskSettings(models.Model):
    """How an agent wants to work, and what they want to be mailed about; no row: the defaults."""

    class After(models.TextChoices):
        STAY = "stay", _("Stay on the ticket")
        NEXT = "next", _("Go to the next ticket")
        QUEUE = "queue", _("Go back to the queue")

    class Tell(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DIGEST = "digest", _("Once a day, together")
        NEVER = "never", _("Not by mail")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_settings"
    )
    after_sending = models.CharField(
        _("after sending"), max_length=10, choices=After.choices, default=After.STAY
    )
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    assigned = models.CharField(
        _("a ticket is assigned to me"),
        max_length=10,
        choices=Tell.choices,
        default=Tell.AT_ONCE,
    )
    customer_replied = models.CharField(
        _("a customer replies on my ticket, or on one that I watch"),
        max_length=10,
        choices=Tell.choices,
        default=Tell.AT_ONCE,
    )
    due_soon = models.CharField(
        _("a promise on my ticket is due soon"),
        max_length=10,
        choices=Tell.choices,
        default=Tell.AT_ONCE,
    )
    digest_at = models.TimeField(_("the digest comes at"), default=time(8))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("desk settings")
        verbose_name_plural = _("desk settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_from_and_until",
            )
        ]

    def __str__(self):
        return f"{self.user}"


class SavedView(models.Model):
    """A tab with filters under a name of its own: one agent's, or a whole team's."""

    name = models.CharField(_("name"), max_length=40)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    query = models.CharField(_("what it shows"), max_length=500, help_text=_("Of the address."))
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True, team__isnull=False)
                | Q(owner__isnull=False, team__isnull=True),
                name="view_of_an_agent_or_a_team",
            ),
            models.UniqueConstraint(fields=["owner", "name"], name="view_name_of_agent"),
            models.UniqueConstraint(fields=["team", "name"], name="view_name_of_team"),
        ]

    def __str__(self):
        return self.name


class TurnDraft(models.Model):
    """What an agent typed on a ticket and did not send yet; `data` as its form would send it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("unsent text")
        verbose_name_plural = _("unsent texts")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="one_unsent_text")]

    def __str__(self):
        return f"{self.user}, {self.ticket_id}"


class Presence(models.Model):
    """Who has a ticket open: since when, and when their page last said so."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="present_once")]
        indexes = [models.Index(fields=["seen_at"], name="presence_by_time")]

    def __str__(self):
        return f"{self.user}, {self.ticket_id}"


class Viewing(models.Model):
    """That somebody of the staff read a restricted ticket or opened a file of it: kept for ever."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="viewings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.CharField(_("what"), max_length=200)
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("viewing of a restricted ticket")
        verbose_name_plural = _("viewings of restricted tickets")
        indexes = [models.Index(fields=["-at", "-id"], name="viewing_by_time")]

    def __str__(self):
        return f"{self.user}: {self.what}"


class DeskWatch(models.Model):
    """An agent who hears of a ticket that is not theirs; no customer learns of it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="desk_watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("agent's watch")
        verbose_name_plural = _("agents' watches")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="desk_watch_once")]

    def __str__(self):
        return f"{self.user} watches {self.ticket_id}"
