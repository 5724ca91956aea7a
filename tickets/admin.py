"""Tickets on the desk, and long work; everything that changes a ticket goes through verbs."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin
from tickets import permissions, services
from tickets.desk import search as desk_search
from tickets.desk import ticket as desk_ticket
from tickets.desk import unconfirmed as desk_unconfirmed
from tickets.desk.queue import PAGE, DeskChangeList
from tickets.models import Job, Ticket

LONGEST_KEY = 19  # digits; PostgreSQL has none that are longer


@admin.register(Ticket)
class TicketAdmin(DeskAdmin):
    actions = ["assign_to_me"]
    change_list_template = "desk/queue.html"
    list_per_page = PAGE
    list_select_related = ["requester", "organization", "assignee"]
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    sortable_by = ()

    def get_urls(self):
        """Only these: nobody adds, deletes or edits a ticket by its columns."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="tickets_ticket_changelist"),
            path("<int:pk>/change/", view(desk_ticket.ticket), name="tickets_ticket_change"),
            path("search/", view(desk_search.search), name="tickets_search"),
            path("unconfirmed/", view(desk_unconfirmed.waiting), name="tickets_unconfirmed"),
            path(
                "unconfirmed/<uuid:pk>/",
                view(desk_unconfirmed.one),
                name="tickets_unconfirmed_one",
            ),
        ]

    def get_queryset(self, request):
        return Ticket.objects.visible_to(request.user)

    def get_changelist(self, request, **kwargs):
        return DeskChangeList

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise Http404
        return super().changelist_view(request, {"title": _("Queue")})

    def response_action(self, request, queryset, *args, **kwargs):
        """Act on the rows that were ticked, never on all that the tab would list."""
        if request.POST.get("select_across", "0") != "0":
            raise PermissionDenied
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(pk.isdecimal() and len(pk) < LONGEST_KEY for pk in ticked):
            raise Http404
        return super().response_action(request, queryset, *args, **kwargs)

    @admin.action(description=gettext_lazy("Assign to me"), permissions=["work"])
    def assign_to_me(self, request, queryset):
        asked = len(set(request.POST.getlist(ACTION_CHECKBOX_NAME)))
        changed = [ticket.number for ticket in list(queryset) if _taken(ticket, by=request.user)]
        told = _("%(count)d assigned to you") % {"count": len(changed)}
        if changed:
            told += f": {', '.join(changed)}"
        if asked > len(changed):
            told += ". " + _("%(count)d skipped: yours already, or not yours to work on") % {
                "count": asked - len(changed)
            }
        self.message_user(request, f"{told}.", messages.SUCCESS if changed else messages.WARNING)

    def has_work_permission(self, request):
        return request.user.has_perm("tickets.work_ticket")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return self.has_work_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Job)
class JobAdmin(DeskAdmin):
    """Long work of everybody; each has a page of its own, where it is tried again."""

    list_display = ["what", "by", "created_at", "finished_at", "done", "total"]
    list_display_links = None
    list_select_related = ["by"]
    show_full_result_count = False
    sortable_by = ()

    @admin.display(description=gettext_lazy("what"))
    def what(self, job):
        return format_html('<a href="{}">{}</a>', job.get_absolute_url(), job.title)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _taken(ticket, *, by):
    """Whether the ticket was not theirs before and is now."""
    if ticket.assignee_id == by.pk or not permissions.can_work(by, ticket):
        return False
    try:
        services.assign(ticket, by=by, to=by)
    except services.Refused:
        return False
    return True
