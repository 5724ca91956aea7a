"""Pages of one person: ways in, password behind a link, profile, what was kept, second step."""

from __future__ import annotations

from allauth.account.forms import UserTokenForm, default_token_generator
from allauth.account.views import (
    LoginView,
    PasswordResetFromKeyView,
    PasswordResetView,
    SignupView,
)
from allauth.mfa.totp.views import activate_totp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import introduced, kept, second_factor
from accounts.forms import GetPasswordForm, ProfileForm


class SignIn(LoginView):
    def get_initial(self):
        return super().get_initial() | {"login": introduced.said_by(self.request)["email"]}


class SignUp(SignupView):
    def get_initial(self):
        return introduced.said_by(self.request) | super().get_initial()


class GetPassword(PasswordResetView):
    def get_initial(self):
        return super().get_initial() | {"email": introduced.said_by(self.request)["email"]}


sign_in = SignIn.as_view()
sign_up = SignUp.as_view()
get_password = GetPassword.as_view()


class ChoosePassword(PasswordResetFromKeyView):
    """The page behind a mailed link; where it works no more, another is one click away."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context.get("token_fail"):
            context["again"] = GetPasswordForm(initial={"email": self.mailed_to()})
        return context

    def mailed_to(self) -> str:
        """Return the address that this link once was mailed to; nothing for one made up."""
        link = UserTokenForm({"uidb36": self.kwargs["uidb36"], "key": self.key})
        link.is_valid()
        mailed = default_token_generator.was_mailed(link.reset_user, self.key)
        return link.reset_user.email if mailed else ""

    def form_valid(self, form):
        """Show a customer who never had a password the requests of before."""
        first = not self.reset_user.has_usable_password()
        response = super().form_valid(form)
        user = self.request.user
        if first and user.is_authenticated and not user.is_staff and not self.get_next_url():
            return redirect(settings.FIRST_PAGE)
        return response


choose_password = ChoosePassword.as_view()


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
@require_POST
def stay(request):
    """Answer who wants to stay signed in; that they asked is what keeps them (middleware)."""
    return HttpResponse(status=204)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request):
    """Set up an authenticator app, which is also this session's second step."""
    had_app = second_factor.has_app(request.user)
    response = activate_totp(request)
    if not had_app and second_factor.has_app(request.user):
        request.session[second_factor.SESSION_KEY] = True
    return response
