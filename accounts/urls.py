"""The account pages: those of allauth that we use, under allauth's names, and our own."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import include, path, re_path

from accounts import views

second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("code-again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/", views.enrol, name="mfa_activate_totp"),
    path("app/removal/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]

password = [
    path("change/", account.password_change, name="account_change_password"),
    path("set/", account.password_set, name="account_set_password"),
    path("get/", views.get_password, name="account_reset_password"),
    path("get/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "get/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^get/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.choose_password,
        name="account_reset_password_from_key",
    ),
]

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("accounts/sign-in/", views.sign_in, name="account_login"),
    path("accounts/sign-out/", account.logout, name="account_logout"),
    path("accounts/sign-up/", views.sign_up, name="account_signup"),
    path("accounts/closed/", account.account_inactive, name="account_inactive"),
    path("accounts/password-again/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/stay/", views.stay, name="stay"),
    path("accounts/kept/", views.kept_form, name="account_kept"),
    path(
        "accounts/confirm/", account.email_verification_sent, name="account_email_verification_sent"
    ),
    path("accounts/confirm/<str:key>/", account.confirm_email, name="account_confirm_email"),
    path("accounts/password/", include(password)),
    path("accounts/second-step/", include(second_factor)),
]
