"""What was begun and not sent: the list of it, and throwing one away."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tickets import browser
from tickets import drafts as kept

MOST_SHOWN = 50


@require_safe
def drafts(request):
    """List what this person, or this browser while nobody is signed in, began and did not send."""
    found = browser.drafts_of(request).prefetch_related("attachments")
    return render(
        request,
        "tickets/drafts.html",
        {"drafts": found[:MOST_SHOWN], "days": settings.DRAFT_DAYS},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
def removal(request, pk):
    """Say what would be gone, and throw the draft away when that is confirmed."""
    draft = browser.draft_or_404(request, pk)
    if request.method == "POST":
        kept.remove(draft)
        messages.success(request, _("Deleted. Nothing of it was sent."))
        return redirect("drafts")
    return render(
        request,
        "tickets/draft_removal.html",
        {"draft": draft, "files": draft.attachments.all()},
    )
