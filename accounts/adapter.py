"""How allauth behaves here: where its links point, what it may mail, whom it lets in."""

from __future__ import annotations

from email.utils import formataddr
from urllib.parse import urljoin

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from accounts import limits, services
from accounts.models import User

MAIL = "account/email/"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "That e-mail address and password do not belong together. Check both, or get a "
            "new password."
        ),
        "enter_current_password": _("That is not your current password."),
        "incorrect_code": _("That code is not right. Enter the one shown now."),
        "incorrect_password": _("That password is not right."),
    }

    def is_ajax(self, request):
        """Give scripts the pages that people get: a second form would be a second door."""
        return False

    def pre_login(self, request, user, **kwargs):
        """Count the command line, which alone makes superusers, as proof of the address."""
        if user.is_superuser:
            services.prove_address(user)
        return super().pre_login(request, user, **kwargs)

    def get_login_redirect_url(self, request):
        """Lead who works here to the desk, where the sign-in was not on the way elsewhere."""
        if request.user.is_staff:
            return reverse("admin:index")
        return super().get_login_redirect_url(request)

    def save_user(self, request, user, form, commit=True):
        """Keep what the sign-up form asked beside e-mail and password; none of it grants."""
        for field in ("name", "stated_organization", "phone", "product", "time_zone"):
            setattr(user, field, form.cleaned_data[field])
        return super().save_user(request, user, form, commit)

    def confirm_email(self, request, email_address):
        """Confirm; where another browser signed up, forget the password that it chose.

        Else somebody could sign up with an address of others, wait until they confirm what
        looks like theirs, and come in with the password typed back then.
        """
        confirmed = super().confirm_email(request, email_address)
        if confirmed and not _signed_up_here(request, email_address.user_id):
            user = email_address.user
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return confirmed

    def get_email_verification_redirect_url(self, email_address):
        user = email_address.user
        if not user.has_usable_password():
            return _password_path(user)
        return super().get_email_verification_redirect_url(email_address)

    def get_password_change_redirect_url(self, request):
        return reverse("profile")

    # --- mails ---

    def send_mail(self, template_prefix, email, context):
        """Mail, unless the address got its fill within the hour: forms must not flood people."""
        if limits.hit("get_password", email).allowed:
            super().send_mail(template_prefix, email, context)

    def pretend_mail(self, template_prefix, email, context):
        """Do the work of send_mail(), down to the row, so that time does not tell who is known."""
        if limits.hit("get_password", email).allowed:
            message = self.render_mail(template_prefix, [], context | {"email": email})
            message.get_connection().send_messages([message])  # send() skips mails to nobody

    def send_address_changed_mail(self, old_email):
        """Tell the address that no longer opens the account; this is never left out."""
        super().send_mail(MAIL + "address_changed", old_email, {})

    def get_from_email(self):
        brand = context.request.brand
        name = gettext("%(brand)s Support") % {"brand": brand.name}
        return formataddr((name, brand.mail_address))

    def send_password_link(self, email, template):
        """Mail a link to choose a password to whom the address belongs; else only pretend to.

        Who has no password yet gets one, too. Who was shut out hears nothing.
        """
        known = User.objects.filter(email=email, is_active=True).first()
        user = known or User(pk=0, email=email)
        send = self.send_mail if known else self.pretend_mail
        send(
            MAIL + template,
            user.email,
            {
                "first": not user.has_usable_password(),
                "password_reset_url": absolute(_password_path(user)),
                "sign_in_url": absolute(reverse("account_login")),
            },
        )

    def send_account_already_exists_mail(self, email):
        self.send_password_link(email, "account_already_exists")

    def get_email_confirmation_url(self, request, emailconfirmation):
        return absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Enter the one shown now."),
        "cannot_delete_authenticator": _("Staff need a second step here, so it stays on."),
    }

    def can_delete_authenticator(self, authenticator):
        return not (authenticator.user.is_staff and settings.STAFF_MFA == "required")

    def build_totp_svg(self, url):
        """Draw the code on white, so that cameras read it in dark colors too."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")


def absolute(path: str) -> str:
    """Return the address of a path as mails give it; never made from the Host header."""
    return urljoin(settings.ORIGIN or context.request.brand.origin, path)


def _password_path(user: User) -> str:
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )


def _signed_up_here(request, user_id: int) -> bool:
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    return bool(stage and stage.login.user and stage.login.user.pk == user_id)
