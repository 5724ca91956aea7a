"""What the page of reasons is asked for by: the filters of the lists, and a period always."""

from __future__ import annotations

from sla.forms import VerdictFilterForm


class ReasonsForm(VerdictFilterForm):
    DEFAULT_DAYS = 30
