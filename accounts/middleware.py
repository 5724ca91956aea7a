"""Doors and time-outs: limits on account forms, sign-out when idle, the second step of staff."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import kept, limits, second_factor
from accounts.querysets import normal_email

MINUTE = 60


class IdleSignOutMiddleware:
    """Sign out who did nothing for long, or came in long ago, and bring them back after.

    The session says when its holder was last seen, written at most once a minute. What a form
    sent to a session that is over waits for its sender, whichever tab ended the session.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = int(time.time())
        holder = request.user.pk or request.session.get("holder_was")
        if request.user.is_authenticated and is_over(request, now):
            logout(request)
            response = to_sign_in(_page_of(request))
        else:
            response = self.get_response(request)
        if request.user.is_authenticated:
            note_seen(request, now)
        elif holder:
            return after_the_session(request, response, holder=holder)
        return response


def is_over(request, now: int) -> bool:
    session = request.session
    idle = now - session.get("seen_at", now)
    signed_in = now - session.get("signed_in_at", now)
    return idle > idle_seconds(request.user) or signed_in > settings.SESSION_COOKIE_AGE


def idle_seconds(user) -> int:
    return settings.IDLE_SECONDS_STAFF if user.is_staff else settings.IDLE_SECONDS_CUSTOMER


def seen_step(user) -> int:
    """Return how many seconds apart a session's last sign of life is written, to spare writes."""
    return min(MINUTE, idle_seconds(user) // 10)


def note_seen(request, now: int) -> None:
    session = request.session
    if "signed_in_at" not in session:
        session["signed_in_at"] = now
        kept.take(request)
    if "seen_at" not in session or now - session["seen_at"] >= seen_step(request.user):
        session["seen_at"] = now


def after_the_session(request, response, *, holder: int):
    """Remember whose session this was, and keep a form that only sign-in stands before."""
    if request.session.get("holder_was") != holder:
        request.session["holder_was"] = holder
    form = kept.form_of(request) if request.method == "POST" else None
    if form and response.get("Location", "").startswith(reverse("account_login") + "?"):
        kept.keep(request, form, user_id=holder)
        return to_sign_in(reverse("account_kept"))
    return response


def to_sign_in(back: str):
    response = redirect_to_login(back)
    response["Location"] += "&idle=1"
    return response


def _page_of(request) -> str:
    """Return the page to come back to: the one asked for, or the one a form stood on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return urlsplit(page)._replace(scheme="", netloc="").geturl()
    return "/"


class LimitMiddleware:
    """Answer 429 to POSTs that knock at an account door too often."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST":
            return None
        for door, who in knocks(request, request.resolver_match.url_name or ""):
            verdict = limits.hit(door, who)
            if not verdict.allowed:
                return limits.too_many(request, verdict)
        return None


def knocks(request, page: str):
    """Yield the doors that a POST to this page knocks at, and as whom.

    Guessing one person's password is slowed for the guesser alone: the owner still gets in from
    elsewhere. A code or password asked of somebody half or wholly signed in counts by person.
    """
    peer = limits.peer(request)
    if page == "account_login":
        yield "sign_in", f"{peer} {normal_email(request.POST.get('login', ''))}"
        yield "sign_in_address", peer
    elif page == "account_signup":
        yield "sign_up", peer
    elif page == "account_reset_password":
        yield "get_password_address", peer
    elif page in ASK_AGAIN:
        yield "ask_again", _person(request)
    elif page.startswith(("account_", "mfa_")):
        yield "account", peer


ASK_AGAIN = frozenset(
    {"mfa_authenticate", "mfa_reauthenticate", "account_reauthenticate", "account_change_password"}
)


def _person(request) -> str:
    """Name the signed-in user, or the one whose password was right and whose code is asked."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    pending = request.session.get("account_login") or {}
    return f"pending {pending.get('user_pk')}"


class SecondFactorMiddleware:
    """Let staff do nothing but set up or show their second step before they took it.

    Not only the desk: on the portal's pages, too, staff see what customers wrote.
    """

    OPEN = frozenset({"profile", "brand_css", "theme", "healthz", "readyz"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        page = request.resolver_match.url_name or ""
        if (
            settings.STAFF_MFA != "required"
            or page in self.OPEN
            or page.startswith(("account_", "mfa_"))
            or not request.user.is_staff
            or second_factor.taken(request)
        ):
            return None
        if second_factor.has_app(request.user):
            return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
        return redirect("mfa_activate_totp")
