"""Tickets on the desk, and long work; everything that changes a ticket goes through verbs."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, ReadingAdmin
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

# Where each page of tickets is, what shows it, and its name behind `tickets_`.
PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("", desk_queue.queue, "ticket_changelist"),
    ("next/", next_ticket.next_ticket, "next"),
    ("views/", saved_views.views, "views"),
    ("<int:pk>/change/", desk_ticket.ticket, "ticket_change"),
    ("<int:pk>/neighbour/", desk_neighbours.neighbour, "neighbour"),
    ("search/", desk_search.search, "search"),
    ("<int:pk>/draft/", desk_draft.draft, "draft"),
    ("spam/", spam_list.spam, "spam_list"),
    ("settings/", settings_page.settings, "settings"),
    ("unconfirmed/", desk_unconfirmed.waiting, "unconfirmed"),
    ("unconfirmed/<uuid:pk>/", desk_unconfirmed.one, "unconfirmed_one"),
    ("<int:pk>/about/", desk_about.about, "about"),
    ("<int:pk>/answers/", desk_answers.answers, "answers"),
    ("<int:pk>/callback/", desk_callback.one, "callback"),
    ("calls/new/", desk_call.new, "call"),
    ("callbacks/", desk_callbacks.waiting, "callbacks"),
    ("callbacks/<int:pk>/attempts/", desk_callback.attempts, "callback_attempts"),
    ("callbacks/<int:pk>/withdrawal/", desk_callback.withdrawal, "callback_withdrawal"),
    *((f"<int:pk>/{name}/", page, name) for name, page in desk_verbs.PAGES.items()),
)


@admin.register(Ticket)
class TicketAdmin(DeskAdmin):
    show_facets = admin.ShowFacets.NEVER

    def get_urls(self):
        """Only these: nobody adds, deletes or edits a ticket by its columns."""
        view = self.admin_site.admin_view
        return [path(route, view(page), name=f"tickets_{name}") for route, page, name in PAGES]

    def get_queryset(self, request):
        return Ticket.objects.on_desk_of(request.user)

    def has_work_permission(self, request):
        return request.user.has_perm("tickets.work_ticket")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return self.has_work_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Job)
class JobAdmin(ReadingAdmin):
    """Long work of everybody; each has a page of its own, where it is tried again."""

    list_display = ["what", "by", "created_at", "finished_at", "done", "total"]
    list_display_links = None
    list_select_related = ["by"]
    show_full_result_count = False
    sortable_by = ()

    @admin.display(description=gettext_lazy("what"))
    def what(self, job):
        return format_html('<a href="{}">{}</a>', job.get_absolute_url(), job.title)
