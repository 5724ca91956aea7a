"""What agents search: the words of each ticket, as PostgreSQL indexes them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

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
