"""Who an e-mail address and a password belong to, found out in the same time for any address."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from accounts.querysets import normal_email


class OneAddressBackend(AuthenticationBackend):
    """Ask the table of users alone, as a person has one address here.

    allauth looks for more of them, with one query for some addresses and with two for others,
    which a stopwatch can tell apart.
    """

    def get_user(self, user_id):
        """Return the person of a session, with the organization whose time zone pages show."""
        user = User.objects.select_related("organization").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def _authenticate_by_email(self, email, password):
        return self._check_password(
            User.objects.filter(email=normal_email(email)).first(), password
        )
