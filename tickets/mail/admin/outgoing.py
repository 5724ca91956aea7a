"""The ledger of mails that go out: who was told what, when, why, and what became of it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from tickets import clock
from tickets.keyset import is_key
from tickets.mail import ledger_words
from tickets.mail.admin.ledger import LedgerAdmin
from tickets.mail.kinds import REPLIED, SOLVED
from tickets.mail.models import Notice, OutboundEmail
from tickets.models import Ticket
from tickets.searching import NUMBER

SAYS_AN_ANSWER = frozenset({REPLIED, SOLVED})


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
        "fate",
    ]
    list_filter = ["state", "fate"]
    search_fields = ["recipient__startswith"]
    search_help_text = _("The beginning of an e-mail address, a ticket's number or a Message-ID")
    change_form_template = "desk/mails/outgoing.html"
    actions = ["try_again"]
    fields = [
        "kind",
        "notice",
        "ticket_number",
        "sender",
        "recipient",
        "told_because",
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
        "fate",
        "fate_at",
        "fate_words",
    ]
    readonly_fields = ["ticket_number", "told_because"]

    def get_urls(self):
        """Add the way to send one mail again."""
        retry = self.admin_site.admin_view(require_POST(self.retry))
        return [path("<int:pk>/retry/", retry, name="mail_retry"), *super().get_urls()]

    def get_queryset(self, request):
        return OutboundEmail.objects.to_somebody()

    def get_search_results(self, request, queryset, search_term):
        """Find a Message-ID or a ticket's number as a whole, an address by its beginning."""
        typed = search_term.strip()
        number = NUMBER.fullmatch(typed)
        if typed.startswith("<"):
            return queryset.filter(message_id=typed), False
        if number is not None and is_key(number["pk"]):
            found = queryset.filter(ticket=int(number["pk"]))
            prefix = number["prefix"]
            return found.filter(ticket__prefix__iexact=prefix) if prefix else found, False
        return super().get_search_results(request, queryset, search_term)

    def get_fields(self, request, obj=None):
        """Leave out texts that are not the reader's: a link that lets in, an answer to others."""
        if obj is None or _may_read(request.user, obj):
            return self.fields
        return [name for name in self.fields if name != "text"]

    @admin.display(description=_("Ticket"))
    def ticket_number(self, mail):
        """Its number only: who reads the ledger need not be allowed to read the ticket."""
        return mail.ticket.number if mail.ticket else None

    @admin.display(description=_("Told because"))
    def told_because(self, mail):
        return ledger_words.why(mail.why)

    def has_retry_permission(self, request):
        return request.user.has_perm("mail.change_outboundemail")

    @admin.action(description=_("Try again"), permissions=["retry"])
    def try_again(self, request, queryset):
        """Queue failed mails as if they were new."""
        self._again(request, queryset)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show one mail, and the button that sends it again where it was given up."""
        seen = self.get_queryset(request).failed().filter(pk=object_id if is_key(object_id) else 0)
        may = self.has_retry_permission(request) and seen.exists()
        context = {"can_retry": may, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def retry(self, request, pk):
        """Queue one mail that was given up as if it were new."""
        if not self.has_retry_permission(request):
            raise Http404
        mail = get_object_or_404(self.get_queryset(request), pk=pk)
        self._again(request, self.get_queryset(request).filter(pk=mail.pk))
        return redirect(reverse("admin:mail_outboundemail_change", args=[mail.pk]))

    def _again(self, request, queryset):
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


def _may_read(user: User, mail: OutboundEmail) -> bool:
    """Whether its text is for this user: what an agent may have said in it, for who sees that."""
    if mail.is_of_account:
        return False
    if mail.kind not in SAYS_AN_ANSWER:
        return True
    return Ticket.objects.on_desk_of(user).filter(pk=mail.ticket_id or 0).exists()


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
