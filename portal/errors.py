"""Error pages that need more than a template."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from accounts import kept
from portal import access
from tickets import staging
from tickets.catalog.plain import plain_page

# What the page of a form whose token is old offers; a form of which nothing is known is opened.
SEND, SAVE, CONTINUE, OPEN = "send", "save", "continue", "open"
SENDING = frozenset(
    {"new_type", "draft", "ticket_replies", "admin:tickets_ticket_change", "account_signup"}
)
OF_A_DRAFT = frozenset({"draft", "draft_about"})
SAVING = frozenset({"later", "upload", "remove"})
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request, exception):
    """Tell somebody who sent too much from somebody whose request made no sense."""
    status = 413 if isinstance(exception, TOO_LARGE) else 400
    match = request.resolver_match
    kept_at = request.path if match and match.view_name in OF_A_DRAFT else ""
    return plain(request, f"{status}.html", status=status, kept_at=kept_at)


def server_error(request):
    return plain(request, "500.html", status=500)


def plain(request, template, *, status, **words):
    """Render a page that stands alone, with the brand's phone if the brand is known."""
    page = plain_page(template, getattr(request, "brand", None), **words)
    return HttpResponse(page, status=status)


@requires_csrf_token
def csrf_failure(request, reason=""):
    """Keep what was typed in a tab whose token is old, and offer to send it again.

    Signing in elsewhere rotates the token. What another site sent is never offered back:
    the browser says where a form came from, and only our own pages count.
    """
    ours = kept.came_from_us(request) and not reason.startswith(REASON_BAD_ORIGIN.split("%")[0])
    staged = _staged(request) if ours else staging.Staged()
    context = {
        "fields": _fields(request) if ours else [],
        "staged": staged,
        "path": request.get_full_path(),
        "verb": _verb(request) if ours else OPEN,
    }
    return render(request, "csrf_failure.html", context, status=403)


def _fields(request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in kept.fields_of(request) if name != staging.FIELD]


def _staged(request) -> staging.Staged:
    """Let the files of a form wait under a token, where its page takes files at all."""
    page = access.PAGES.get(request.resolver_match.view_name, access.SHUT)
    return staging.Basket(request).keep() if "files" in page.fields else staging.Staged()


def _verb(request) -> str:
    """Name the button as the form did: what is pressed here does what was pressed there."""
    if kept.SECRET_FIELDS & request.POST.keys() - {"csrfmiddlewaretoken"}:
        return CONTINUE
    if SAVING & request.POST.keys() or request.resolver_match.view_name not in SENDING:
        return SAVE
    return SEND
