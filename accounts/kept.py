"""What somebody sent after their session was over: kept until they, and only they, are back."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from accounts import limits

SESSION_KEY = "kept_form"
# What is never kept and never shown again; a test holds it to every form that has a secret.
SECRET_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}
)


def fields_of(request) -> list[tuple[str, str]]:
    """Return what a form sent, without its secrets."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in SECRET_FIELDS
    ]


def form_of(request) -> dict | None:
    """Return path and fields of a POST; None where it sent nothing but secrets."""
    fields = fields_of(request)
    return {"path": request.get_full_path(), "fields": fields} if fields else None


def keep(request, form: dict, *, user_id: int) -> None:
    """Put the form into the new, anonymous session of the same browser, its files to those kept."""
    files = request.FILES.getlist("files") if came_from_us(request) else []
    if files:
        stage = import_string(settings.KEPT_FILES)
        staged = stage(files, user_id=user_id, peer=limits.peer(request))
        form = form | staged | {"fields": [*form["fields"], *staged["fields"]]}
    request.session[SESSION_KEY] = form | {"user_id": user_id}


def take(request) -> dict | None:
    """Return the form if this user sent it; anybody else's is dropped unseen."""
    form = request.session.get(SESSION_KEY)
    if form and form["user_id"] == request.user.pk:
        return form
    request.session.pop(SESSION_KEY, None)
    return None


def came_from_us(request) -> bool:
    """Tell whether one of our own pages sent this form, by what the browser says of it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    ours = f"{request.scheme}://{request.get_host()}"
    return origin == ours or origin.startswith(f"{ours}/")
