"""Reasons and actions on the desk: what breaches are acknowledged with, as rows to edit."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from sla.models import Action, Reason


class ChoosableAdmin(DeskAdmin):
    """Names in the order in which people choose from them; archived, never deleted."""

    list_display = ["name", "position", "is_archived"]
    list_filter = ["is_archived"]
    fields = ["name", "position", "is_archived"]
    actions = ["archive", "offer"]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Archive: offer no more"), permissions=["change"])
    def archive(self, request, queryset):
        queryset.update(is_archived=True)

    @admin.action(description=_("Offer again"), permissions=["change"])
    def offer(self, request, queryset):
        queryset.update(is_archived=False)


@admin.register(Reason)
class ReasonAdmin(ChoosableAdmin):
    pass


@admin.register(Action)
class ActionAdmin(ChoosableAdmin):
    pass
