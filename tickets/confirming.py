"""The pages of who sent a request signed out: it waits, the link in the mail, it is filed.

Programs that look at mails open links, too: looking changes nothing, only pressing does.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import introduced
from accounts.forms import ChoosePasswordForm
from accounts.models import User
from tickets import browser, clock, confirmations, proposing, sending, services, tokens
from tickets.confirmations import WayIn
from tickets.models import Confirmation, Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
def waiting(request, pk):
    """Say that a request waits, for what and where; POST mails the link once more."""
    draft = browser.draft_of(request, pk)
    if draft is None:
        return redirect(get_object_or_404(Ticket.objects.visible_to(request.user), draft_key=pk))
    found = _of_draft(pk)
    if found is None or request.user.is_authenticated:
        return redirect(draft)  # not sent yet; who signed in meanwhile files it there
    if request.method == "POST":
        _mail_again(request, found)
        return redirect("draft_waiting", pk)
    type_spec = request.catalog.type_by_id(draft.request_type_id)
    return render(
        request,
        "tickets/waiting.html",
        {
            "draft": draft,
            "confirmation": found,
            "phone": request.catalog.phone_for(request.brand, type_spec),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request, pk, token):
    """Where the mailed link leads: show what it files, and file it when its reader says so."""
    found = _of_draft(pk)
    if found is None:
        return _filed(request, pk)
    if not found.is_opened_by(tokens.hash_of(token), at=clock.now()):
        return _dead(request, found)
    person = User.objects.filter(email=found.email).first()
    if person and not person.is_active:
        return render(request, "tickets/confirm_closed.html")
    way = confirmations.way_in(found, person)
    form = None
    if way == WayIn.CHOOSES:
        reader = person or User(email=found.email, name=found.name)
        form = ChoosePasswordForm(request.POST or None, user=reader)
    if request.method == "POST" and (form is None or form.is_valid()):
        return _file(request, found, token=token, way=way, form=form)
    return render(
        request,
        "tickets/confirm.html",
        {"confirmation": found, "form": form, "way": way.name},
        status=422 if form and form.errors else 200,
    )


def _file(request, found, *, token, way, form):
    """File it, and bring its requester to the ticket by the way that is theirs."""
    asked = proposing.let_through(found.copies, by=found.email)
    try:
        ticket = confirmations.file_confirmed(
            found.draft_id,
            token=token,
            password=form.cleaned_data["password1"] if form else "",
            copies=asked,
        )
    except (confirmations.Gone, services.Refused):
        return redirect(request.path)  # which says what became of it
    proposing.tell(request, wished=found.copies, asked=asked)
    page = f"{ticket.get_absolute_url()}?filed"
    if way == WayIn.CHOOSES:
        return perform_login(request, ticket.requester, redirect_url=page)
    if request.user == ticket.requester:
        return redirect(page)
    if way == WayIn.SIGN_IN and not request.user.is_authenticated:
        messages.success(
            request, _("Your request is filed as %(number)s.") % {"number": ticket.number}
        )
        introduced.remember(request, email=found.email)
        return redirect_to_login(page)
    if way == WayIn.MAIL:
        get_adapter().send_password_link(ticket.requester.email, "password_reset_key")
        messages.success(request, _("We mailed you a link to choose a password."))
    return redirect(request.path)


def _filed(request, pk):
    """Say that it is filed; only who signs in as its requester learns more."""
    if not confirmations.is_filed(pk):
        raise Http404
    return render(
        request, "tickets/confirm_filed.html", {"ticket_url": reverse("draft", args=[pk])}
    )


def _dead(request, found):
    """Say that the link files nothing any more; its reader may have another one mailed."""
    if not found.token_hash:
        return render(request, "tickets/confirm_dead.html", {"was_changed": True})
    if "again" in request.POST:
        _mail_again(request, found)
        return redirect(request.path)
    return render(request, "tickets/confirm_dead.html")


def _mail_again(request, found):
    verdict = sending.send_link(request, found)
    if verdict.allowed:
        messages.success(request, _("We mailed a new link. The one before works no more."))
        return
    minutes = verdict.retry_after_minutes
    told = ngettext(
        "We sent no mail: there were too many within a short time. Try again in %(count)d minute.",
        "We sent no mail: there were too many within a short time. Try again in %(count)d minutes.",
        minutes,
    )
    messages.error(request, told % {"count": minutes})


def _of_draft(pk) -> Confirmation | None:
    seen = Confirmation.objects.select_related("draft__brand", "draft__request_type", "subcategory")
    return seen.filter(draft=pk).first()
