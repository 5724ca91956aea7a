"""Macros and tags on the desk, as rows to edit; and who read what is restricted."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from tickets import clock
from tickets.models import Macro, Tag, Viewing

HINTS = {
    "team": _("Empty: for all teams."),
    "brand": _("Empty: for all brands."),
    "text": _(
        "Filled in: {{requester}}, {{first_name}}, {{number}}, {{subject}}, {{brand}}, {{agent}}."
    ),
    "status": _("What is empty from here on stays as it is."),
    "reason": _("The customer is told."),
}


@admin.register(Macro)
class MacroAdmin(DeskAdmin):
    """Texts with what they do, in the order agents choose from; archived, never deleted."""

    list_display = ["name", "kind", "team", "brand", "status", "position", "archived_at"]
    list_select_related = ["team", "brand"]
    list_filter = ["kind", "team", "brand"]
    readonly_fields = ["archived_at"]
    actions = ["archive", "offer"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **kwargs, help_texts=HINTS)

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


class TagForm(forms.ModelForm):
    """A word that is there once, in whatever case."""

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Tag.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is such a tag already."))
        return name


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    """Words that mark tickets; one that is on a ticket stays."""

    form = TagForm
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
