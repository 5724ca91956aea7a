"""The page of one mail that came in: whose it claims to be, what it says, what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from tickets.catalog.fields import Email
from tickets.mail.desk import found
from tickets.mail.desk.found import url_of as url_of
from tickets.mail.inbound import reasons
from tickets.mail.models import InboundEmail
from tickets.models import Message, Ticket


class SenderForm(forms.Form):
    """Whose a mail is that does not say so itself."""

    sender = Email(
        label=gettext_lazy("Whose it is"),
        max_length=254,
        help_text=gettext_lazy("The e-mail address of the person whose request it becomes."),
        error_messages={"required": gettext_lazy("Enter the e-mail address of whose it is")},
    )


def page(request, mail: InboundEmail, *, form=None, status: int = 200):
    """Show it; a form with errors comes with status 422."""
    found.note(request, mail, _("mail of %(sender)s") % {"sender": mail.sender or mail.mail_from})
    return render(
        request,
        "desk/mails/one.html",
        {
            **admin.site.each_context(request),
            "title": mail.subject or _("(no subject)"),
            "mail": mail,
            **said(mail),
            "mentioned": _mentioned(request.user, mail),
            **may(request.user, mail),
            "list_url": reverse(found.LIST),
            "form": form or (None if mail.sender else SenderForm()),
        },
        status=status,
    )


def said(mail: InboundEmail) -> dict[str, Any]:
    """Return what it says: the words of its message, or what was kept of it until it has one."""
    message = _message(mail)
    told = mail.told
    return {
        "why": reasons.words_of(mail.reason) if mail.reason else "",
        "checked": reasons.CHECKED_AT_LENGTH[mail.check_of_sender],
        "text": message.body if message else told.get("text", ""),
        "quoted": message.quoted if message else told.get("quoted", ""),
        "message": message,
        "attachments": message.files if message else (),
        "files": () if message else told.get("files", ()),
        "to": told.get("to", ()),
        "cc": told.get("cc", ()),
        "notes": [reasons.words_of(code) for code in told.get("notes", ())],
    }


def may(user, mail: InboundEmail) -> dict[str, Any]:
    """Return what this reader may do with it, and see of it."""
    can_work = found.can_work(user, mail)
    waits = mail.settled_at is None and can_work
    sees_raw = user.has_perm("mail.view_raw_mail")
    return {
        "is_held": mail.is_held and waits,
        "is_quarantined": mail.state == InboundEmail.State.QUARANTINED and waits,
        "can_move": can_work
        and mail.became_id is not None
        and mail.outcome == InboundEmail.Outcome.ADDED,
        "can_see_raw": found.can_see_raw(user, mail),
        "error": mail.error if sees_raw else "",
        "downloads": mail.downloads.select_related("user") if sees_raw else (),
    }


def _mentioned(user: User, mail: InboundEmail) -> Ticket | None:
    """Return the ticket that it names without showing that its sender belongs to it."""
    named = mail.told.get("mentions") or 0
    found: Ticket | None = Ticket.objects.on_desk_of(user).filter(pk=named).first()
    return found


def _message(mail: InboundEmail) -> Any:
    """Return what it became, as long as that stands on a ticket, with its files."""
    if mail.became_id is None:
        return None
    files = Prefetch("attachments", to_attr="files")
    return Message.objects.prefetch_related(files).filter(pk=mail.became_id).first()
