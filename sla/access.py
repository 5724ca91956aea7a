"""Who opens the managers' pages."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404

from accounts.models import User


def may_see_breaches(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm("sla.view_breach")


def for_managers(view):
    """Let in who may see breaches; nobody else finds anything."""

    @login_required
    @wraps(view)
    def look(request, *args, **kwargs):
        if not may_see_breaches(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return look
