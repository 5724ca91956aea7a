"""Error pages that need more than a template."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from tickets.catalog.plain import plain_page

SECRET_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}
)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request, exception):
    """Tell somebody who sent too much from somebody whose request made no sense."""
    status = 413 if isinstance(exception, TOO_LARGE) else 400
    return plain(request, f"{status}.html", status=status)


def server_error(request):
    return plain(request, "500.html", status=500)


def plain(request, template, *, status):
    """Render a page that stands alone, with the brand's phone if the brand is known."""
    return HttpResponse(plain_page(template, getattr(request, "brand", None)), status=status)


@requires_csrf_token
def csrf_failure(request, reason=""):
    """Keep what was typed in a tab whose token is old, and offer to send it again.

    Signing in elsewhere rotates the token. What another site sent is never offered back:
    the browser says where a form came from, and only our own pages count.
    """
    ours = _came_from_us(request) and not reason.startswith(REASON_BAD_ORIGIN.split("%")[0])
    fields = (
        [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in SECRET_FIELDS
        ]
        if ours
        else []
    )
    return render(
        request, "csrf_failure.html", {"fields": fields, "path": request.path}, status=403
    )


def _came_from_us(request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    ours = f"{request.scheme}://{request.get_host()}"
    return origin == ours or origin.startswith(f"{ours}/")
