"""Whose draft it is: the person signed in, or the browser that began it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404

from tickets import drafts
from tickets.models import Draft


def draft_of(request, pk) -> Draft | None:
    """Return a draft that this person or browser may see; signing in makes it the person's."""
    seen = Draft.objects.visible_to(request.user, _hash(request))
    draft = seen.select_related("brand", "request_type", "subcategory").filter(pk=pk).first()
    if draft is not None and request.user.is_authenticated and draft.owner_id is None:
        drafts.claim(draft, owner=request.user)
    return draft


def draft_or_404(request, pk) -> Draft:
    draft = draft_of(request, pk)
    if draft is None:
        raise Http404
    return draft


def drafts_of(request):
    """Return this person's or browser's drafts, newest first."""
    return Draft.objects.visible_to(request.user, _hash(request)).select_related(
        "request_type", "subcategory"
    )


def begin(request, type_spec) -> tuple[Draft, str]:
    """Make a draft; the token is what the browser must keep ("" for somebody signed in)."""
    signed_in = request.user.is_authenticated
    token = "" if signed_in else request.COOKIES.get(drafts.COOKIE) or drafts.new_token()
    draft = drafts.begin(
        brand_id=request.brand.id,
        request_type_id=type_spec.id,
        owner=request.user if signed_in else None,
        cookie_hash=drafts.hash_of(token),
    )
    return draft, token


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


def _hash(request) -> str:
    return drafts.hash_of(request.COOKIES.get(drafts.COOKIE))
