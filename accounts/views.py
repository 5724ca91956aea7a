"""Pages of the signed-in person: profile, what was kept for them, their second step."""

from __future__ import annotations

from allauth.mfa.totp.views import activate_totp
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import kept, second_factor
from accounts.forms import ProfileForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    """Show and change name, phone and time zone."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=ProfileForm.Meta.fields)
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(
        request,
        "account/profile.html",
        {"form": form, "has_app": second_factor.has_app(request.user)},
    )


@login_required
@require_safe
def kept_form(request):
    """Offer to send again what came in after the session was over."""
    form = kept.take(request)
    if form is None:
        return redirect("home")
    return render(request, "account/kept.html", {"kept": form})


@login_required
def enrol(request):
    """Set up an authenticator app, which is also this session's second step."""
    had_app = second_factor.has_app(request.user)
    response = activate_totp(request)
    if not had_app and second_factor.has_app(request.user):
        request.session[second_factor.SESSION_KEY] = True
    return response
