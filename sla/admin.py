"""Policies and calendars on the desk: what was ever promised is read, and edited by versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.desk import DeskAdmin
from sla import editing, editor, proposal_page, services
from sla.edited import CALENDAR, POLICY
from sla.lengths import write_length
from sla.models import (
    Calendar,
    CalendarVersion,
    EscalationStep,
    Goal,
    Policy,
    PolicyRule,
    PolicyVersion,
    Target,
)


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
    fields = ["number", "created_at", "created_by", "comment"]
    show_change_link = True


class CalendarVersionInline(ReadOnly, admin.TabularInline):
    model = CalendarVersion
    fields = ["number", "created_at", "created_by", "comment"]
    show_change_link = True


class StepInline(ReadOnly, admin.TabularInline):
    model = EscalationStep
    fields = ["minutes", "level", "metric", "audience", "person"]


class TargetInline(ReadOnly, admin.TabularInline):
    model = Target
    fields = ["level", "metric", "time", "calendar"]
    readonly_fields = ["time"]

    @admin.display(description=_("time"))
    def time(self, target):
        return write_length(target.seconds)


class Edited(ReadOnly, DeskAdmin):
    """What has versions: a page that shows them, and an editor that makes the next one."""

    list_display = ["name", "key"]
    change_form_template = "sla/versions.html"
    editor: Callable[..., Any]
    proposal: Callable[..., Any]

    def get_urls(self):
        """Add the editor and its proposals to the pages of Django's."""
        name, view = f"sla_{self.opts.model_name}", self.admin_site.admin_view
        own = [
            path("<int:pk>/edit/", view(self.editor), name=f"{name}_edit"),
            path("<int:pk>/proposals/<int:job>/", view(self.proposal), name=f"{name}_proposal"),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(self, request, context, *args, **kwargs):
        row = kwargs.get("obj")
        may = request.user.has_perm(f"sla.change_{self.opts.model_name}")
        if row:
            what = POLICY if self.model is Policy else CALENDAR
            in_force = editing.newest(row)
            context["lines"] = what.lines(what.read(in_force)).items() if in_force else []
        if row and may:
            context["edit_url"] = reverse(f"admin:sla_{self.opts.model_name}_edit", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Policy)
class PolicyAdmin(Edited):
    inlines = [VersionInline]
    editor = staticmethod(editor.policy_edit)
    proposal = staticmethod(proposal_page.policy_proposal)
    fields = ["name", "key"]

    def has_add_permission(self, request, obj=None):
        """A policy is added by its name; what it promises is edited after."""
        return request.user.has_perm("sla.add_policy")

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def response_add(self, request, obj, post_url_continue=None):
        return redirect("admin:sla_policy_edit", obj.pk)


@admin.register(Calendar)
class CalendarAdmin(Edited):
    inlines = [CalendarVersionInline]
    editor = staticmethod(editor.calendar_edit)
    proposal = staticmethod(proposal_page.calendar_proposal)

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("sla.add_calendar")

    def get_urls(self):
        """Add calendars on a page of ours: hours are no columns."""
        add = self.admin_site.admin_view(editor.calendar_add)
        return [path("add/", add, name="sla_calendar_add"), *super().get_urls()]


@admin.register(CalendarVersion)
class CalendarVersionAdmin(ReadOnly, DeskAdmin):
    list_display = ["calendar", "number", "created_at", "created_by", "comment"]
    list_select_related = ["calendar", "created_by"]


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnly, DeskAdmin):
    list_display = ["policy", "number", "created_at", "created_by", "comment"]
    list_select_related = ["policy", "created_by"]
    inlines = [TargetInline, StepInline]


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


@admin.register(Goal)
class GoalAdmin(DeskAdmin):
    """What is to be met; a kind of promise without a goal has the usual one."""

    list_display = ["metric", "percent"]
