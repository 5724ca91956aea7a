"""The second step at sign-in: its forms in our words, and whether this session took it."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import is_mfa_enabled
from django.utils.translation import gettext_lazy as _

from accounts.forms import word

SESSION_KEY = "enrolled_second_factor"


def taken(request) -> bool:
    """Whether whoever holds this session has shown a second factor in it."""
    records = get_authentication_records(request, request.user)
    return SESSION_KEY in request.session or any(each["method"] == "mfa" for each in records)


def has_app(user) -> bool:
    """Whether the user set up an authenticator app."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def word_code(form):
    word(
        form,
        "code",
        label=_("Code"),
        missing=_("Enter the code."),
        inputmode="numeric",
        autocomplete="one-time-code",
    )


class AuthenticateForm(mfa.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_code(self)


class ReauthenticateForm(mfa.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_code(self)


class EnrolForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_code(self)
