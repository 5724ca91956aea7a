"""Open tickets about the same: shown before somebody files one more, to be added to instead."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tickets import browser, drafts, lists, withdrawn
from tickets.models import Ticket
from tickets.underway import Underway

MOST = 5


@dataclass(frozen=True)
class Same:
    """Open tickets about the same, those changed last; `are_more` where that is not all."""

    tickets: list[Ticket]
    are_more: bool


def about(request, type_spec, subcategory=None) -> Same | None:
    """Return open tickets of this brand about the same as a request that is being written."""
    if not request.user.is_authenticated:
        return None
    same = {"subcategory": subcategory.id} if subcategory else {"request_type": type_spec.id}
    found = lists.open_about(request.user, request.brand.id, limit=MOST + 1, **same)
    return Same(found[:MOST], len(found) > MOST) if found else None


def are_to_be_shown(request, underway: Underway) -> bool:
    """Tell whether somebody is to be asked about open tickets: once, before the details."""
    if not underway.type_spec.prompts or underway.draft.told_apart_at is not None:
        return False
    return about(request, underway.type_spec, underway.subcategory) is not None


@require_http_methods(["GET", "HEAD", "POST"])
@browser.on_a_draft
@withdrawn.told
def duplicates(request, pk):
    """Offer the open tickets about the same; going on is recorded and asked no more."""
    draft = browser.draft_or_404(request, pk)
    underway = Underway(request, draft)
    found = about(request, underway.type_spec, underway.subcategory)
    if request.method == "POST":
        drafts.tell_apart(draft)
        return redirect(draft)
    if found is None or underway.subcategory is None:
        return redirect(draft)
    context = {
        "draft": draft,
        "subject": underway.subcategory.name,
        "same": found,
        "has_typed": bool(carried(draft)),
    }
    return render(request, "tickets/duplicates.html", context)


def carried_from(request) -> str:
    """Return what the draft that the address names has typed, for the reply box of a ticket."""
    draft = browser.draft_named(request, request.GET.get("draft", ""))
    return carried(draft) if draft else ""


def carried(draft) -> str:
    """Return what somebody typed into a draft, as one text."""
    typed = [draft.data.get(name) or [""] for name in ("subject", "description")]
    return "\n\n".join(text for values in typed for text in values[:1] if text.strip())
