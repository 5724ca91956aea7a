"""The agents' page of one ticket: everything on it, and one form that does all to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import (
    claiming,
    conversation,
    guards,
    macros,
    permissions,
    services,
    staging,
    unsent,
    uploads,
)
from tickets.desk import ticket_page
from tickets.desk.found import Beside, ticket_or_404
from tickets.desk.turn_form import LOOK, SAVE, STAGE, TurnForm
from tickets.keyset import is_key
from tickets.models import DeskSettings, Macro, Message, Ticket


@dataclass(frozen=True)
class Sent:
    """One POST: who sent what to which ticket, with the files of it."""

    request: Any
    ticket: Ticket
    beside: Beside
    form: TurnForm
    basket: staging.Basket


@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request, pk):
    """Show a ticket to staff, and do an agent's turn; what was typed survives every refusal."""
    found, beside = ticket_or_404(request.user, pk)
    if request.method != "POST":
        return ticket_page.opened(request, found, beside)
    if not permissions.can_work(request.user, found):
        raise Http404
    form = TurnForm(request.POST, request.FILES, ticket=found, beside=beside)
    sent = Sent(request, found, beside, form, staging.Basket(request))
    if form.act in (LOOK, STAGE):
        return _staged(sent)
    return _turn(sent) if form.is_valid() else _refused(sent)


def _turn(sent):
    request, form = sent.request, sent.form
    if doubts := _doubts(sent):
        return _refused(sent, doubts=doubts, seal=guards.seal(form.cleaned_data["body"]))
    try:
        turn = form.turn(files=_files(sent))
        conversation.take_turn(sent.ticket, by=request.user, turn=turn)
    except conversation.SentBefore as before:
        return _sent_before(sent, before)
    except conversation.Stale:
        return _stale(sent)
    except uploads.FileRefused as refused:
        form.add_error("files", str(refused))
    except services.Refused as refused:
        form.add_error(None, str(refused))
    else:
        return _done(sent)
    return _refused(sent)


def _files(sent):
    """Take the files of the turn; where they are gone, it may be because it was sent already."""
    if sent.form.act == SAVE:
        return []
    try:
        return sent.basket.take()
    except uploads.FileRefused:
        conversation.refuse_twice(sent.ticket, key=sent.form.cleaned_data["key"])
        raise


def _doubts(sent):
    """Ask once about a reply that looks as if it were not for customers."""
    given = sent.form.cleaned_data
    is_reply = given["kind"] == Message.Kind.PUBLIC and sent.form.act != SAVE
    if not is_reply or given["sure"] == guards.seal(given["body"]):
        return []
    return guards.doubts(given["body"], agents=sent.beside.agents.values(), by=sent.request.user)


def _done(sent):
    """Say on which ticket it was done, and go where the agent wants to be."""
    request, form = sent.request, sent.form
    is_saved = form.act == SAVE
    if is_saved and form.cleaned_data["body"]:
        again, _beside = ticket_or_404(request.user, sent.ticket.pk)
        rest = TurnForm.again(form.kept() | {"key": [""]}, ticket=again, beside=_beside, reason="")
        unsent.keep(again, request.user, rest.kept())
    else:
        unsent.discard(sent.ticket, request.user)
    messages.success(
        request,
        format_html(
            _said(sent),
            url=reverse("admin:tickets_ticket_change", args=[sent.ticket.pk]),
            number=sent.ticket.number,
        ),
    )
    return redirect(_where_to(sent))


def _said(sent):
    """Say what became of it: a note is sent to nobody."""
    if sent.form.act == SAVE or not sent.form.cleaned_data["body"]:
        return _('Saved on <a href="{url}">{number}</a>.')
    if sent.form.cleaned_data["kind"] == Message.Kind.NOTE:
        return _('Note added on <a href="{url}">{number}</a>.')
    return _('Sent on <a href="{url}">{number}</a>.')


def _where_to(sent):
    request = sent.request
    after = sent.form.cleaned_data["after"] or sent.beside.settings.after_sending
    if sent.form.act == SAVE or after == DeskSettings.After.STAY:
        return ticket_page.url_of(request, sent.ticket)
    if after != DeskSettings.After.NEXT:
        return ticket_page.queue_url(request)
    following = _next(request, sent.ticket)
    return ticket_page.url_of(request, following) if following else ticket_page.queue_url(request)


def _next(request, sent):
    """Return the agent's own most urgent ticket, or a free one, which is claimed and said so."""
    own = Ticket.objects.in_hand_of(request.user).exclude(pk=sent.pk).first()
    if own is not None:
        return own
    claimed = claiming.next_ticket(by=request.user, beside=sent)
    if claimed is not None:
        messages.success(request, _("%(number)s is yours now.") % {"number": claimed.number})
    return claimed


def _staged(sent):
    """Show the form again with what a macro adds, or as it is; nothing is sent."""
    form, changes = sent.form, {}
    chosen = form.data.get("macro", "")
    if form.act == STAGE and is_key(chosen):
        offered = Macro.objects.offered_to(sent.request.user, sent.ticket)
        if macro := offered.filter(pk=chosen).first():
            changes = _changes_of(macro, sent)
    again = TurnForm.again(form.kept(), ticket=sent.ticket, beside=sent.beside, **changes)
    unsent.keep(sent.ticket, sent.request.user, again.kept())
    return ticket_page.page(
        sent.request, sent.ticket, sent.beside, form=again, staged=sent.basket.keep()
    )


def _changes_of(macro, sent):
    """Return what a macro makes of the form: what it leaves empty stays as it is."""
    words = macros.words_of(sent.ticket, agent=sent.request.user)
    written = macros.added_to(sent.form.written, macro, words)
    tags = {*sent.form.data.getlist("tags"), *(str(tag.pk) for tag in macro.tags.all())}
    set_by_it = {
        "wanted": macro.status,
        "level": str(macro.level_id or ""),
        "reason": macro.reason,
        "assignee": str(sent.request.user.pk) if macro.takes else "",
        "team": str(macro.gives_to_id or ""),
    }
    return {
        "body": written.body,
        "kind": str(written.kind),
        "tags": sorted(tags),
        **{name: value for name, value in set_by_it.items() if value},
    }


def _refused(sent, **more_of_it):
    unsent.keep(sent.ticket, sent.request.user, sent.form.kept())
    return ticket_page.page(
        sent.request,
        sent.ticket,
        sent.beside,
        form=sent.form,
        status=422,
        staged=sent.basket.keep(),
        pressed=sent.form.data.get("status", ""),
        **more_of_it,
    )


def _sent_before(sent, before):
    """Say so; what was typed or chosen after going back to it is not lost."""
    given = sent.form.cleaned_data
    fresh, beside = ticket_or_404(sent.request.user, sent.ticket.pk)
    is_said = conversation.was_said(fresh, given["body"], key=given["key"])
    changes = {"key": ""} | ({"body": ""} if is_said else {})
    rest = TurnForm.again(sent.form.kept(), ticket=fresh, beside=beside, **changes)
    if rest.differs or (rest.written.body and sent.form.act != SAVE):
        return _stale(sent, **changes)
    if rest.written.body:
        unsent.keep(fresh, sent.request.user, rest.kept())
    messages.info(sent.request, str(before))
    return redirect(ticket_page.url_of(sent.request, fresh))


def _stale(sent, **changes):
    """Show what others did meanwhile, and the form again: sending it once more is then fine."""
    fresh, beside = ticket_or_404(sent.request.user, sent.ticket.pk)
    form = TurnForm.again(sent.form.kept(), ticket=fresh, beside=beside, **changes)
    unsent.keep(fresh, sent.request.user, form.kept())
    return ticket_page.page(
        sent.request,
        fresh,
        beside,
        form=form,
        status=409,
        missed=fresh.version - sent.form.cleaned_data["version"],
        staged=sent.basket.keep(),
        pressed=sent.form.data.get("status", ""),
    )
