"""What somebody sent after their session was over: kept until they, and only they, are back."""

from __future__ import annotations

SESSION_KEY = "kept_form"
SECRET = ("password", "csrfmiddlewaretoken", "code")


def form_of(request) -> dict | None:
    """Return path and fields of a POST, without secrets; None where nothing was sent."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRET)
    ]
    return {"path": request.get_full_path(), "fields": fields} if fields else None


def keep(request, form: dict, *, user_id: int) -> None:
    """Put the form into the new, anonymous session of the same browser."""
    request.session[SESSION_KEY] = form | {"user_id": user_id}


def take(request) -> dict | None:
    """Return the form if this user sent it; anybody else's is dropped unseen."""
    form = request.session.get(SESSION_KEY)
    if form and form["user_id"] == request.user.pk:
        return form
    request.session.pop(SESSION_KEY, None)
    return None
