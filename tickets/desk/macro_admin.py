"""Macros and tags on the desk, as rows to edit; and who read what is restricted."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from tickets import clock
from tickets.models import Macro, Tag, Viewing


@admin.register(Macro)
class MacroAdmin(DeskAdmin):
    """Texts with what they do, in the order agents choose from; archived, never deleted."""

    list_display = ["name", "kind", "team", "brand", "status", "position", "archived_at"]
    list_select_related = ["team", "brand"]
    list_filter = ["kind", "team", "brand"]
    readonly_fields = ["archived_at"]
    actions = ["archive", "offer"]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Archive: offer no more"), permissions=["change"])
    def archive(self, request, queryset):
        queryset.filter(archived_at=None).update(archived_at=clock.now())

    @admin.action(description=_("Offer again"), permissions=["change"])
    def offer(self, request, queryset):
        queryset.update(archived_at=None)


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    """Words that mark tickets; one that is on a ticket stays."""

    list_display = ["name"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Viewing)
class ViewingAdmin(DeskAdmin):
    """Who of the staff read which restricted ticket, and when: nobody changes it."""

    list_display = ["at", "user", "what"]
    list_display_links = None
    list_select_related = ["user"]
    list_filter = ["at"]
    show_full_result_count = False
    sortable_by = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
