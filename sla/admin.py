"""Policies on the desk: what was ever promised can be read, and only rules are added and ended."""

from __future__ import annotations

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.desk import DeskAdmin
from sla import services
from sla.models import Policy, PolicyRule, PolicyVersion, Target


class ReadOnly:
    """What was promised cannot be changed afterwards, by nobody."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class VersionInline(ReadOnly, admin.TabularInline):
    model = PolicyVersion
    fields = ["number", "created_at", "reopen", "retarget", "warn_percent"]
    show_change_link = True


class TargetInline(ReadOnly, admin.TabularInline):
    model = Target
    fields = ["level", "metric", "hours"]
    readonly_fields = ["hours"]

    @admin.display(description=_("hours"))
    def hours(self, target):
        return f"{target.seconds / 3600:g}"


@admin.register(Policy)
class PolicyAdmin(ReadOnly, DeskAdmin):
    list_display = ["name", "key"]
    inlines = [VersionInline]


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnly, DeskAdmin):
    list_display = ["policy", "number", "created_at"]
    list_select_related = ["policy"]
    inlines = [TargetInline]


@admin.register(PolicyRule)
class PolicyRuleAdmin(DeskAdmin):
    list_display = [
        "position",
        "policy",
        "organization",
        "brand",
        "product",
        "request_type",
        "starts_at",
        "ends_at",
    ]
    list_select_related = ["policy", "organization", "brand", "request_type"]
    list_display_links = ["policy"]
    exclude = ["starts_at", "ends_at"]
    actions = ["end"]

    def has_change_permission(self, request, obj=None):
        """The list may act on rules; one rule is read."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        services.add_rule(obj)

    @admin.action(description=_("End the chosen rules"), permissions=["change"])
    def end(self, request, queryset):
        ended = services.end_rules(queryset)
        self.message_user(
            request, ngettext("%d rule ended.", "%d rules ended.", ended) % ended, messages.SUCCESS
        )
