"""The agents' queue: which tickets, in which order, a page at a time and never counted whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets import counting, panels
from tickets.catalog.models import Brand
from tickets.desk.forms import QueueFilterForm
from tickets.keyset import behind
from tickets.models import Confirmation, Ticket
from tickets.queue import FIRST
from tickets.states import WORKING, Status

PAGE = 50
IN_QUEUE_ORDER = ["queue_rank", "next_due_at", "id"]
NEWEST_FIRST = ["-id"]
UNCONFIRMED = "unconfirmed"  # not of tickets: a page of its own beside the tabs


@dataclass(frozen=True)
class Tab:
    """One way to look at the queue. All tickets ever have no deadline to go by: newest first."""

    label: str | Promise
    rule: Callable[..., Q]
    statuses: tuple[str, ...] = ()
    order: tuple[str, ...] = tuple(IN_QUEUE_ORDER)


_BEING_WORKED_ON = tuple(status for status in Status if status in WORKING)
TABS = {
    "due": Tab(_("Due next"), lambda user: Q(status__in=WORKING), _BEING_WORKED_ON),
    "mine": Tab(_("Mine"), lambda user: Q(status__in=WORKING, assignee=user), _BEING_WORKED_ON),
    "unassigned": Tab(
        _("Unassigned"), lambda user: Q(status__in=WORKING, assignee=None), _BEING_WORKED_ON
    ),
    "waiting": Tab(_("Waiting for customer"), lambda user: Q(status=Status.PENDING)),
    "all": Tab(_("All"), lambda user: Q(outcome=""), tuple(Status), tuple(NEWEST_FIRST)),
}


@dataclass(frozen=True)
class Line:
    """A ticket as the queue shows it."""

    ticket: Ticket
    url: str
    due: object | None

    @property
    def not_called(self) -> bool:
        return self.ticket.queue_rank == FIRST


class DeskChangeList(ChangeList):
    OWN = ("tab", "after", "brand", "level", "request_type", "status")

    def get_filters_params(self, params=None):
        """Leave out what is ours; Django would look for fields of these names."""
        known = super().get_filters_params(params)
        if any("\0" in value for values in known.values() for value in values):
            raise IncorrectLookupParameters
        if known.keys() - set(self.OWN):  # the queue has no filters but ours
            raise IncorrectLookupParameters
        return {}

    def get_queryset(self, request, exclude_parameters=None):
        """Tab and filters; not the cursor, for actions ask again and would lose rows before it."""
        self.user = request.user
        self.tab_name = request.GET.get("tab") or "due"
        if self.tab_name not in TABS:
            raise IncorrectLookupParameters
        self.tab = TABS[self.tab_name]
        self.form = QueueFilterForm(
            request.GET,
            brands=Brand.objects.served_by(self.user),
            statuses=self.tab.statuses,
            types=request.catalog.types(),
        )
        self.lookups = self.form.lookups()
        found = super().get_queryset(request, exclude_parameters)
        return found.filter(self.tab.rule(self.user), **self.lookups)

    def get_ordering(self, request, queryset):
        return list(self.tab.order)

    def get_ordering_field_columns(self):
        return {}

    def get_results(self, request):
        """Fetch one page and a row more; say all that Django's own parts ask of a list."""
        try:
            rows = _after(self.queryset, request.GET.get("after"), tab=self.tab)
        except (ValueError, OverflowError):
            raise IncorrectLookupParameters from None
        self.result_list = rows[:PAGE]
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.show_all = self.multi_page = False
        self.show_admin_actions = True
        self.paginator = Paginator(self.result_list, PAGE)
        self.next_url = None
        if len(rows) > PAGE:
            self.next_url = self.get_query_string({"after": _cursor(rows[PAGE - 1], tab=self.tab)})
        self.first_url = self.get_query_string({"after": None}) if "after" in request.GET else None

    def lines(self):
        shown = panels.load(self.result_list, self.user)
        kept = f"?{self.preserved_filters}" if self.preserved_filters else ""
        return [
            Line(
                ticket=ticket,
                due=panels.next_promise(shown.get(ticket.pk, ())),
                url=reverse("admin:tickets_ticket_change", args=[ticket.pk]) + kept,
            )
            for ticket in self.result_list
        ]

    def tabs(self):
        """Every tab with how many of its tickets this user sees under these filters, in one query.

        Where a tab has no end, counting ends at a hundred.
        """
        lookups = {name: value for name, value in self.lookups.items() if name != "status"}
        visible = Ticket.objects.visible_to(self.user).filter(**lookups).order_by()
        parts = [
            visible.filter(tab.rule(self.user)).values_list(Value(name))[: counting.MOST]
            for name, tab in TABS.items()
        ]
        unconfirmed = Confirmation.objects.visible_to(self.user).order_by()
        parts.append(unconfirmed.values_list(Value(UNCONFIRMED))[: counting.MOST])
        counted = Counter(name for (name,) in parts[0].union(*parts[1:], all=True))
        tabs = [
            {
                "label": tab.label,
                "current": name == self.tab_name,
                "url": self.get_query_string({"tab": name, "after": None, "status": None}),
                "count": counting.in_words(counted[name]),
            }
            for name, tab in TABS.items()
        ]
        if self.user.has_perm("tickets.work_ticket"):
            tabs.append(
                {
                    "label": _("Unconfirmed"),
                    "url": reverse("admin:tickets_unconfirmed"),
                    "count": counting.in_words(counted[UNCONFIRMED]),
                }
            )
        return tabs


def _after(found, cursor, *, tab):
    """Return a page and one row more from behind the cursor. Raises ValueError over nonsense."""
    if not cursor:
        return list(found[: PAGE + 1])
    if tab.order == tuple(NEWEST_FIRST):
        return list(found.filter(pk__lt=int(cursor))[: PAGE + 1])
    rank, due, pk = cursor.split(",")
    at = datetime.fromisoformat(due)
    if at.tzinfo is None:
        raise ValueError(cursor)
    later = behind(next_due_at=at.astimezone(UTC), id=int(pk))
    # Rank by rank: nearly every ticket has the same one.
    rows = list(found.filter(later, queue_rank=int(rank))[: PAGE + 1])
    if len(rows) <= PAGE:
        rows += found.filter(queue_rank__gt=int(rank))[: PAGE + 1 - len(rows)]
    return rows


def _cursor(last, *, tab):
    if tab.order == tuple(NEWEST_FIRST):
        return str(last.pk)
    return f"{last.queue_rank},{last.next_due_at.isoformat()},{last.pk}"
