"""Error pages that need more than a template."""

from __future__ import annotations

from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

SECRET_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}
)


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
