"""Sending a request: the draft becomes its ticket, unless somebody must call or confirm first."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect

from accounts import limits
from tickets import confirmations, drafts, proposing, services, watching
from tickets.models import Draft, Ticket

# A field that people do not see and machines fill in; its name is one they know.
TRAP = "website"


def send(request, underway, form):
    """File the ticket of a draft whose details are valid, or lead to what comes before that."""
    draft, level = underway.draft, underway.level()
    if level is None:
        return redirect("draft_about", draft.pk)
    if underway.must_call_first(level):
        return redirect("draft_phone", draft.pk)
    signed_in = request.user.is_authenticated
    verdict = limits.hit("submit", f"user:{request.user.pk}" if signed_in else _peer(request))
    if not verdict.allowed:
        return limits.too_many(request, verdict, kept_at=draft.get_absolute_url())
    submission = underway.submission(form, requester=request.user, level=level)
    if not signed_in:
        return _ask(request, draft, submission, sender=form.cleaned_data)
    asked = proposing.let_through(submission.copies, by=request.user.email)
    ticket = file(draft, replace(submission, copies=asked), by=request.user)
    proposing.tell(request, wished=submission.copies, asked=asked)
    return redirect(f"{ticket.get_absolute_url()}?filed")


@transaction.atomic
def file(draft: Draft, submission, *, by):
    """Turn the draft into its ticket; whoever comes second finds the first one's ticket."""
    if Draft.objects.select_for_update().filter(pk=draft.pk).exists():
        ticket = services.open_ticket(_with_files(draft, submission), by=by)
        watching.propose_all(ticket, emails=submission.copies)
        drafts.filed(draft)
        return ticket
    return get_object_or_404(Ticket.objects.visible_to(by), draft_key=draft.pk)


def send_link(request, confirmation) -> limits.Verdict:
    """Mail a link for one who asks from this browser, as often as that is allowed to."""
    verdict = limits.hit("submit", _peer(request))
    return confirmations.mail_link(confirmation) if verdict.allowed else verdict


def _ask(request, draft, submission, *, sender):
    """Let the request wait for its sender, and mail them, unless just this waits already."""
    confirmation = confirmations.ask(
        draft,
        _with_files(draft, submission),
        email=sender["email"],
        name=sender["name"],
        trapped=bool(request.POST.get(TRAP)),
    )
    if confirmation.sent_at is None:
        confirmations.mail_link(confirmation)
    return redirect("draft_waiting", draft.pk)


def _with_files(draft, submission):
    """Add the draft's files, read as late as can be: another tab may have added one."""
    return replace(submission, attachments=list(draft.attachments.all()))


def _peer(request) -> str:
    return f"peer:{limits.peer(request)}"
