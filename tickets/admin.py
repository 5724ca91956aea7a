"""Tickets on the desk, and long work; everything that changes a ticket goes through verbs."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin
from tickets.desk import about as desk_about
from tickets.desk import answers as desk_answers
from tickets.desk import call as desk_call
from tickets.desk import callback as desk_callback
from tickets.desk import callbacks as desk_callbacks
from tickets.desk import draft as desk_draft
from tickets.desk import (
    macro_admin,  # noqa: F401 (registers)
    next_ticket,
    saved_views,
    settings_page,
    spam_list,
)
from tickets.desk import neighbours as desk_neighbours
from tickets.desk import queue as desk_queue
from tickets.desk import search as desk_search
from tickets.desk import ticket as desk_ticket
from tickets.desk import unconfirmed as desk_unconfirmed
from tickets.desk import verbs as desk_verbs
from tickets.models import Job, Ticket


@admin.register(Ticket)
class TicketAdmin(DeskAdmin):
    show_facets = admin.ShowFacets.NEVER

    def get_urls(self):
        """Only these: nobody adds, deletes or edits a ticket by its columns."""
        view = self.admin_site.admin_view
        return [
            path("", view(desk_queue.queue), name="tickets_ticket_changelist"),
            path("next/", view(next_ticket.next_ticket), name="tickets_next"),
            path("views/", view(saved_views.views), name="tickets_views"),
            path("<int:pk>/change/", view(desk_ticket.ticket), name="tickets_ticket_change"),
            path(
                "<int:pk>/neighbour/",
                view(desk_neighbours.neighbour),
                name="tickets_neighbour",
            ),
            path("search/", view(desk_search.search), name="tickets_search"),
            path("<int:pk>/draft/", view(desk_draft.draft), name="tickets_draft"),
            *(
                path(f"<int:pk>/{name}/", view(page), name=f"tickets_{name}")
                for name, page in desk_verbs.PAGES.items()
            ),
            path("spam/", view(spam_list.spam), name="tickets_spam_list"),
            path("settings/", view(settings_page.settings), name="tickets_settings"),
            path("unconfirmed/", view(desk_unconfirmed.waiting), name="tickets_unconfirmed"),
            path(
                "unconfirmed/<uuid:pk>/",
                view(desk_unconfirmed.one),
                name="tickets_unconfirmed_one",
            ),
            path("<int:pk>/about/", view(desk_about.about), name="tickets_about"),
            path("<int:pk>/answers/", view(desk_answers.answers), name="tickets_answers"),
            path("<int:pk>/callback/", view(desk_callback.one), name="tickets_callback"),
            path("calls/new/", view(desk_call.new), name="tickets_call"),
            path("callbacks/", view(desk_callbacks.waiting), name="tickets_callbacks"),
            path(
                "callbacks/<int:pk>/attempts/",
                view(desk_callback.attempts),
                name="tickets_callback_attempts",
            ),
            path(
                "callbacks/<int:pk>/withdrawal/",
                view(desk_callback.withdrawal),
                name="tickets_callback_withdrawal",
            ),
        ]

    def get_queryset(self, request):
        return Ticket.objects.visible_to(request.user)

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
