"""The ledger of mails that came in: what waits for a person, and what was made of all others."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tickets.mail.admin.ledger import LedgerAdmin
from tickets.mail.desk import moving, of_ticket, one, raw, verbs
from tickets.mail.models import InboundEmail

# Where each page is, what shows or does it, and its name behind `mail_`.
PAGES: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("tickets/<int:pk>/", of_ticket.mails, "of_ticket"),
    ("<int:pk>/raw/", raw.download, "raw"),
    ("<int:pk>/confirmation/", verbs.confirm, "confirm"),
    ("<int:pk>/own-ticket/", verbs.file_apart, "file_apart"),
    ("<int:pk>/discarding/", verbs.discard, "discard"),
    ("<int:pk>/release/", verbs.release, "release"),
    ("<int:pk>/move/", moving.move, "move"),
)


class WaitingFilter(admin.SimpleListFilter):
    """What waits for a person; it stands first, for it is what the list is opened for."""

    title = _("waits for a person")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [("quarantine", _("In quarantine")), ("held", _("On a ticket"))]

    def queryset(self, request, queryset):
        waits = {"quarantine": queryset.quarantined, "held": queryset.held}
        chosen = waits.get(self.value() or "")
        return chosen() if chosen else queryset


@admin.register(InboundEmail)
class InboundEmailAdmin(LedgerAdmin):
    show_facets = admin.ShowFacets.NEVER
    list_display = ["received_at", "what", "sender", "outcome_in_words", "on", "door"]
    list_display_links = None
    list_select_related = ["ticket"]
    list_filter = [WaitingFilter, "state", "outcome", "check_of_sender", "door"]
    search_fields = ["sender__startswith"]
    search_help_text = _("The beginning of the sender's e-mail address")
    fields = ()

    def get_urls(self):
        """Add the pages of single mails, and of a ticket's."""
        view = self.admin_site.admin_view
        own = [path(route, view(page), name=f"mail_{name}") for route, page, name in PAGES]
        return own + super().get_urls()

    def get_queryset(self, request):
        return InboundEmail.objects.on_desk_of(request.user).defer("told", "error")

    @admin.display(description=_("subject"))
    def what(self, mail):
        url, subject = one.url_of(mail), mail.subject or _("(no subject)")
        return format_html('<a href="{}">{}</a>', url, subject)

    @admin.display(description=_("what was done"))
    def outcome_in_words(self, mail):
        """Say where it is, as long as it is nowhere."""
        return mail.get_outcome_display() if mail.outcome else mail.get_state_display()

    @admin.display(description=_("ticket"))
    def on(self, mail):
        return mail.ticket.number if mail.ticket else ""

    def changelist_view(self, request, extra_context=None):
        context = {"title": _("Incoming mails"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def history_view(self, request, object_id, extra_context=None):
        """Refuse who may see none before looking for this one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show a mail on a page of our own; one that is out of sight is as if it were not there."""
        may_see = self.has_view_permission(request)
        mail = self.get_object(request, object_id) if may_see else None
        if mail is None:
            return super().change_view(request, object_id, form_url, extra_context)
        return one.page(request, mail)
