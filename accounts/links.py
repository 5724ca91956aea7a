"""The links that let somebody choose a password: which one still works, and which one did once."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User


class PasswordLinks(PasswordResetTokenGenerator):
    """Django's token, which works once and briefly, and a mark that it was mailed by us.

    A used or late token can no longer be told from one that somebody made up; by the mark it can.
    It vouches for the address that the link went to, so that an old link never shows a new address.
    """

    key_salt = "accounts.links.PasswordLinks"

    def make_token(self, user) -> str:
        token = super().make_token(user)
        return f"{token}-{self._mark(user, token)}"

    def check_token(self, user, token) -> bool:
        return self.was_mailed(user, token) and super().check_token(user, token.rpartition("-")[0])

    def was_mailed(self, user: User | None, token: str) -> bool:
        """Whether this link, good or not, went to the address that the user has."""
        if user is None or not user.is_active:
            return False
        token, _dash, mark = token.rpartition("-")
        return constant_time_compare(mark, self._mark(user, token))

    def _mark(self, user: User, token: str) -> str:
        marked = f"{user.pk} {user.email} {token}"
        return salted_hmac(f"{self.key_salt}.mark", marked, algorithm="sha256").hexdigest()[::2]
