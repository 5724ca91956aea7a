"""What the lists of mails have in common: they are read, never written, and counted to a cap."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from accounts.desk import ReadingAdmin


class CappedPaginator(Paginator):
    """Counts up to a cap only: these tables grow for ever, and nobody reads page 200."""

    CAP = 5000
    object_list: QuerySet

    @cached_property
    def count(self):
        return self.object_list[: self.CAP].count()


class LedgerAdmin(ReadingAdmin):
    """A list to read: rows are written by the relay, and by what takes mails in, alone."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_display_links: Any = ["id"]
    ordering = ["-id"]
    sortable_by = ()
