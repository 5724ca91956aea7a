"""What agents search: the words of each ticket, as PostgreSQL indexes them, and its upkeep."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from tickets.models.tickets import Ticket


class SearchEntry(models.Model):
    """All words of a ticket, its notes among them: for agents alone, never for customers."""

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="search_entry"
    )
    words = SearchVectorField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [GinIndex(fields=["words"], name="search_words", fastupdate=False)]

    def __str__(self):
        return f"{self.ticket_id}"


class StaleEntry(models.Model):
    """A ticket whose search entry is to be made anew, by whoever comes by."""

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="stale_entry"
    )

    class Meta:
        verbose_name = _("search entry to be made anew")
        verbose_name_plural = _("search entries to be made anew")

    def __str__(self):
        return f"{self.ticket_id}"


class SearchedName(models.Model):
    """A person or an organization that is called otherwise than entries say, until these are anew.

    Triggers of the database write them (a migration makes these), whoever changes the name.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="searched_name"
    )
    organization = models.OneToOneField(
        Organization, models.CASCADE, null=True, related_name="searched_name"
    )

    class Meta:
        verbose_name = _("searched name")
        verbose_name_plural = _("searched names")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) ^ Q(organization__isnull=False),
                name="name_of_one",
            )
        ]

    def __str__(self):
        return f"{self.user or self.organization}"
