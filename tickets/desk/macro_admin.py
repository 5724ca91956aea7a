"""Macros and tags on the desk, as rows to edit; and who read what is restricted."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin, ReadingAdmin
from tickets import clock
from tickets.lists import NUMBER
from tickets.models import Macro, Tag, Viewing
from tickets.permissions import can_see_restricted
from tickets.words import at_length

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
class ViewingAdmin(ReadingAdmin):
    """Who of the staff read which restricted ticket, and when: nobody changes it."""

    list_display = ["when", "user", "what"]
    list_display_links = None
    list_select_related = ["user"]
    list_filter = ["at"]
    search_fields = ["user__name", "user__email"]
    search_help_text = _("A person's name or address, or a ticket's number")
    show_full_result_count = False
    sortable_by = ()

    @admin.display(description=_("when"))
    def when(self, viewing):
        return at_length(viewing.at)

    @admin.display(description=_("what"))
    def linked(self, viewing):
        url = reverse("admin:tickets_ticket_change", args=[viewing.ticket_id])
        return format_html('<a href="{}">{}</a>', url, viewing.what)

    def get_list_display(self, request):
        """Link to tickets for who may open them."""
        return ["when", "user", "linked" if can_see_restricted(request.user) else "what"]

    def get_search_results(self, request, queryset, search_term):
        """Find all who read a ticket by its number."""
        if asked := NUMBER.fullmatch(search_term.strip()):
            return queryset.filter(ticket=asked["pk"]), False
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("Who read restricted tickets")}
        return super().changelist_view(request, {**title, **(extra_context or {})})
