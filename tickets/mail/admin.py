"""The ledger of mails, for administrators: what was sent, what waits, what failed and why."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.desk import DeskAdmin
from tickets import clock
from tickets.mail.models import Notice, OutboundEmail


class CappedPaginator(Paginator):
    """Counts up to a cap only: these tables grow for ever, and nobody reads page 200."""

    CAP = 5000
    object_list: QuerySet

    @cached_property
    def count(self):
        return self.object_list[: self.CAP].count()


class LedgerAdmin(DeskAdmin):
    """A list to read: rows are written by the relay alone."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_display_links = ["id"]
    ordering = ["-id"]
    sortable_by = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(OutboundEmail)
class OutboundEmailAdmin(LedgerAdmin):
    list_display = [
        "id",
        "kind",
        "recipient",
        "subject",
        "state",
        "created_at",
        "sent_at",
        "next_try_at",
        "attempts",
        "error",
    ]
    list_filter = ["state"]
    search_fields = ["recipient__startswith"]
    search_help_text = _("The beginning of an e-mail address")
    actions = ["try_again"]
    fields = [
        "kind",
        "notice",
        "ticket_number",
        "sender",
        "recipient",
        "subject",
        "text",
        "message_id",
        "headers",
        "state",
        "created_at",
        "next_try_at",
        "attempts",
        "sent_at",
        "error",
    ]
    readonly_fields = ["ticket_number"]

    def get_queryset(self, request):
        return super().get_queryset(request).to_somebody()

    def get_fields(self, request, obj=None):
        """Leave out the text of account mails: its link would let the reader in."""
        if obj is not None and obj.is_of_account:
            return [name for name in self.fields if name != "text"]
        return self.fields

    @admin.display(description=_("Ticket"))
    def ticket_number(self, mail):
        """Its number only: who reads the ledger need not be allowed to read the ticket."""
        return mail.ticket.number if mail.ticket else None

    def has_retry_permission(self, request):
        return request.user.has_perm("mail.change_outboundemail")

    @admin.action(description=_("Try again"), permissions=["retry"])
    def try_again(self, request, queryset):
        """Queue failed mails as if they were new."""
        again = queryset.failed().update(
            state=OutboundEmail.State.QUEUED, attempts=0, next_try_at=clock.now()
        )
        self.message_user(
            request,
            ngettext(
                "%(count)d failed mail is sent again.",
                "%(count)d failed mails are sent again.",
                again,
            )
            % {"count": again},
            messages.SUCCESS if again else messages.WARNING,
        )


class ExpandedFilter(admin.SimpleListFilter):
    """Which notices still wait, and which of those could not be made into mails."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", _("Waiting")), ("failing", _("Failing"))]

    def queryset(self, request, queryset):
        waiting = queryset.filter(expanded_at=None)
        choices = {"waiting": waiting, "failing": waiting.filter(attempts__gt=0)}
        return choices.get(self.value() or "", queryset)


@admin.register(Notice)
class NoticeAdmin(LedgerAdmin):
    list_display = [
        "id",
        "kind",
        "subject_id",
        "created_at",
        "expanded_at",
        "next_try_at",
        "attempts",
        "error",
    ]
    list_filter = [ExpandedFilter]
