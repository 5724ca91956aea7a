"""Answering on a ticket, and going on from a closed one: nothing that was typed is lost."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets import (
    browser,
    conversation,
    followups,
    permissions,
    services,
    staging,
    uploads,
)
from tickets import ticket_page as page
from tickets.catalog.specs import NotOffered
from tickets.forms import ReplyForm


@require_POST
@login_required
def reply(request, pk):
    """Answer on a ticket; where that cannot be done, text and good files are shown again.

    What is sent on a merged ticket is added to the one that goes on, for who sees that one.
    """
    found = page.to_act_on(request, pk)
    found = page.goes_on_in(found, request.user) or found
    form, basket = ReplyForm(request.POST, request.FILES), staging.Basket(request)
    if permissions.can_follow_up(request.user, found):
        return _go_on(request, found, text=form.data.get("body", ""), files=basket.keep())
    if not permissions.can_reply(request.user, found):
        return page.refuse(request, found, _("This ticket is closed. File a new one about it."))
    if form.is_valid() and _answer(request, found, form, basket):
        messages.success(request, _("Your reply was added."))
        return redirect(found)
    return page.show(request, found, form, staged=basket.keep())


@require_POST
@login_required
def follow_up(request, pk):
    """Begin a new request about a closed one."""
    found = page.to_act_on(request, pk)
    if not permissions.can_follow_up(request.user, found):
        return page.refuse(request, found, _("This ticket is not closed. Reply on it instead."))
    return _go_on(request, found, key=browser.key_of(request))


def _answer(request, found, form, basket) -> bool:
    """Add the reply; False where it cannot be added, which the form then says."""
    try:
        conversation.answer(
            found,
            by=request.user,
            body=form.cleaned_data["body"],
            files=basket.take(),
            solve=form.cleaned_data["solve"] and permissions.can_decide(request.user, found),
        )
    except (services.Refused, uploads.FileRefused) as refused:
        about_files = isinstance(refused, uploads.FileRefused)
        form.add_error("files" if about_files else "body", str(refused))
        return False
    return True


def _go_on(request, found, *, text="", files=None, key=None):
    """Lead to a draft about a closed ticket; a reply that came too late goes along."""
    try:
        draft = followups.begin(
            found,
            by=request.user,
            brand_id=request.brand.id,
            catalog=request.catalog,
            key=key,
            text=text,
        )
    except NotOffered:
        messages.error(request, _("This kind of request is not offered any more. Choose another."))
        return redirect("new")
    if files is not None:
        lost = staging.attach(files.tokens, draft=draft, user_id=request.user.pk)
        for problem in (*files.refused, *lost):
            messages.error(request, problem)
    messages.info(request, _said(found, text=text))
    return redirect(draft)


def _said(found, *, text):
    if text:
        words = _(
            "%(number)s is closed, so your reply was not added to it. It is kept below as a new "
            "request about it: look it over and send it."
        )
    else:
        words = _(
            "We took along what you told us in %(number)s, except its files. Change what is "
            "different now, and send it."
        )
    return words % {"number": found.number}
