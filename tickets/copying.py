"""Pages of reading along: following a ticket, having others asked, agreeing by a mailed link."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import limits
from accounts.models import User
from accounts.services import make_person
from tickets import clock, permissions, proposing, tokens, watching
from tickets import ticket_page as page
from tickets.forms import CopyForm
from tickets.models import Proposal, Ticket
from tickets.services import Refused


@require_POST
@login_required
def follow(request, pk):
    """Hear of a ticket that one sees anyway."""
    found = page.visible(request, pk)
    if not permissions.can_follow(request.user, found):
        return page.refuse(request, found, _("You hear of this ticket already."))
    watching.watch(found, by=request.user)
    messages.success(request, _("You follow this ticket: we mail you when there is news."))
    return redirect(found)


@require_POST
@login_required
def propose(request, pk):
    """Have an address asked whether it wants to read along."""
    found = page.to_act_on(request, pk)
    if not permissions.can_copy(request.user, found):
        return _refuse(request, found, _("Nobody can be copied on this ticket."))
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _refuse(request, found, " ".join(map(str, form.errors["email"])))
    email = form.cleaned_data["email"]
    verdict = proposing.knock(email, by=request.user.email)
    if not verdict.allowed:
        return limits.too_many(request, verdict)
    try:
        watching.propose(found, email=email, by=request.user)
    except Refused as refused:
        return _refuse(request, found, str(refused))
    asked = _("We asked %(email)s. They see the ticket once they say yes.")
    messages.success(request, asked % {"email": email})
    return _back(request, found)


@require_POST
@login_required
def remove(request, pk):
    """End that somebody reads along, or is asked to: oneself always, others on one's ticket."""
    found = page.visible(request, pk)
    may_remove = permissions.can_remove_copies(request.user, found)
    watcher = _row(found.watchers.select_related("user"), request.POST.get("watcher"))
    proposal = _row(found.proposals, request.POST.get("proposal"))
    if watcher and (may_remove or watcher.user_id == request.user.pk):
        watching.unwatch(found, user=watcher.user, by=request.user)
        messages.success(request, _("%(name)s is not copied any more.") % {"name": watcher.user})
    elif proposal and may_remove:
        watching.withdraw(proposal, by=request.user)
        messages.success(request, _("%(name)s is not asked any more.") % {"name": proposal.email})
    else:
        return _refuse(request, found, _("Nobody was removed: look who is copied now."))
    still_seen = Ticket.objects.visible_to(request.user).filter(pk=pk).exists()
    return _back(request, found) if still_seen else redirect("tickets")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def agree(request, token):
    """Ask the owner of a proposed address, signed in, to say yes; the link alone opens nothing."""
    proposal = _proposal(token)
    if proposal is None:
        return render(request, "tickets/copy.html", {"proposal": None}, status=404)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return _mail_password(request, proposal)
        try:
            ticket = watching.agree(proposal, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("You are copied: we mail you when there is news."))
            return redirect(ticket)
    is_addressee = request.user.is_authenticated and request.user.email == proposal.email
    context = {"proposal": proposal, "ticket": proposal.ticket, "is_addressee": is_addressee}
    return render(request, "tickets/copy.html", context)


def _refuse(request, found, why):
    messages.error(request, why)
    return _back(request, found)


def _back(request, found):
    """Go back to the page of the ticket that the form stands on: the desk has one of its own."""
    page = request.POST.get("next", "")
    return redirect(page if url_has_allowed_host_and_scheme(page, None) else found)


def _mail_password(request, proposal):
    """Mail the owner of the address a link to choose a password, as "Get a password" does.

    It goes by mail even though the link came by mail: who only was forwarded it gets nothing.
    """
    if limits.hit("get_password_address", limits.peer(request)).allowed:
        if not User.objects.filter(email=proposal.email).exists():
            make_person(email=proposal.email)
        get_adapter().send_password_link(proposal.email, "password_reset_key")
    messages.success(
        request,
        _(
            "We mailed a link for choosing a password to the address that was asked. "
            "After that, open this page again from our first mail."
        ),
    )
    return redirect(request.path)


def _proposal(token):
    """Return what a link was mailed for; a token too short to be one is not even looked up."""
    key = tokens.hash_of(token)
    if not key:
        return None
    waiting = Proposal.objects.filter(expires_at__gt=clock.now(), ticket__restricted=False)
    return waiting.select_related("ticket", "proposed_by").filter(token_hash=key).first()


def _row(rows, key):
    """Return the row of a ticket's own that a form names; a key of nonsense is nothing."""
    if not key:
        return None
    try:
        return rows.filter(pk=int(key)).first()
    except (ValueError, OverflowError):
        raise Http404 from None
