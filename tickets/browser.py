"""Whose draft it is: the person signed in, or the browser that began it."""

from __future__ import annotations

import uuid
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tickets import drafts, tokens
from tickets.models import Draft, Ticket


def draft_of(request, pk) -> Draft | None:
    """Return a draft that this person or browser may see; signing in makes it the person's.

    On the host of another brand its pages still are of the brand that it was begun with: that
    one's phone, and that one's promise.
    """
    seen = Draft.objects.visible_to(request.user, _hash(request))
    draft = seen.select_related("brand", "request_type", "subcategory").filter(pk=pk).first()
    if draft is not None and request.user.is_authenticated and draft.owner_id is None:
        drafts.claim(draft, owner=request.user)
    if draft is not None:
        request.brand = request.catalog.brand_by_id(draft.brand_id) or request.brand
    return draft


def draft_or_404(request, pk) -> Draft:
    draft = draft_of(request, pk)
    if draft is None:
        raise Http404
    return draft


def draft_named(request, key: str) -> Draft | None:
    """Return the draft that an address names, if it names one of this person or browser."""
    try:
        return draft_of(request, uuid.UUID(key))
    except ValueError:
        return None


def drafts_of(request):
    """Return what this person or browser began and did not send, of all brands, newest first."""
    seen = Draft.objects.visible_to(request.user, _hash(request))
    return seen.select_related("brand", "request_type", "subcategory")


def begin(request, type_spec) -> tuple[Draft, str]:
    """Make a draft; the token is what the browser must keep ("" for somebody signed in).

    Raises `Gone` where this very form was sent and filed before: back, and Send once more.
    """
    signed_in = request.user.is_authenticated
    token = "" if signed_in else _token(request)
    key = key_of(request)
    if key and Ticket.objects.filter(draft_key=key).exists():
        if _sent(request, key) is not None:
            raise drafts.Gone
        key = None  # of somebody else's ticket: it counts for nothing
    draft = drafts.begin(
        key=key,
        brand_id=request.brand.id,
        request_type_id=type_spec.id,
        owner=request.user if signed_in else None,
        cookie_hash=tokens.hash_of(token),
    )
    return draft, token


def on_a_draft(view):
    """Let a view of a draft ask who is signed out to sign in, and find what was filed meanwhile."""

    @wraps(view)
    def look(request, pk, **options):
        if not options and not request.user.is_authenticated and draft_of(request, pk) is None:
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, pk, **options)
        except (drafts.Gone, Http404):
            ticket = _sent(request, pk)
            if ticket is None:
                raise Http404 from None
            return redirect(ticket)

    return look


def sent_already(request, type_spec):
    """Lead who went back and sent the first form again to its ticket, and say so if it matters."""
    ticket = _sent(request, key_of(request))
    if ticket is None:
        raise Http404
    if type_spec.prompts or request.POST.get("subject", "").strip() != ticket.subject:
        messages.info(
            request,
            _(
                "You sent this request already. Reply below to add to it, "
                "or begin another one at “Submit a ticket”."
            ),
        )
    return redirect(f"{ticket.get_absolute_url()}?filed")


def remember(response, token: str):
    """Let the browser keep the token that its drafts answer to."""
    if token:
        response.set_cookie(
            drafts.COOKIE,
            token,
            max_age=settings.DRAFT_DAYS * 24 * 3600,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def key_of(request) -> uuid.UUID | None:
    """Return the key that the first form of a request brought along, if it is one."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _sent(request, key) -> Ticket | None:
    return Ticket.objects.visible_to(request.user).filter(draft_key=key).first()


def _hash(request) -> str:
    return tokens.hash_of(request.COOKIES.get(drafts.COOKIE))


def _token(request) -> str:
    kept = request.COOKIES.get(drafts.COOKIE)
    return kept if kept and tokens.hash_of(kept) else tokens.new()
