"""Sending a request: the draft becomes its ticket, unless somebody must call or sign in first."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import limits
from tickets import services
from tickets.models import Draft, Ticket


def send(request, underway, form):
    """File the ticket of a draft whose details are valid, or lead to what comes before that."""
    draft, level = underway.draft, underway.level()
    if level is None:
        return redirect("draft_about", draft.pk)
    if underway.must_call_first(level):
        return redirect("draft_phone", draft.pk)
    if not request.user.is_authenticated:
        messages.info(
            request,
            _(
                "Your request is saved on this computer. Sign in or sign up, "
                "then press “Send request”: it is filed at that moment."
            ),
        )
        return redirect(f"{reverse('account_login')}?next={draft.get_absolute_url()}")
    verdict = limits.hit("submit", f"user:{request.user.pk}")
    if not verdict.allowed:
        return render(
            request, "429.html", {"minutes": -(-verdict.retry_after_seconds // 60)}, status=429
        )
    submission = underway.submission(form, requester=request.user, level=level)
    ticket = file(draft, submission, by=request.user)
    return redirect(f"{ticket.get_absolute_url()}?filed")


@transaction.atomic
def file(draft: Draft, submission, *, by):
    """Turn the draft into its ticket; whoever comes second finds the first one's ticket."""
    held = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if held is not None:
        # Another tab may have added a file since the form was read.
        submission = replace(submission, attachments=list(held.attachments.all()))
        ticket = services.open_ticket(submission, by=by)
        held.delete()
        return ticket
    return get_object_or_404(Ticket.objects.visible_to(by), draft_key=draft.pk)
