"""How users are found and made: by e-mail address, whatever its case."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import Func, TextField


class Digits(Func):
    """The digits of a text alone: how a number is dialed, whatever stands between."""

    template = r"regexp_replace(%(expressions)s, '\D', '', 'g')"
    output_field = TextField()


def normal_email(address: str) -> str:
    """Return the one spelling under which an address is stored and looked up."""
    return address.strip().lower()


class UserManager(BaseUserManager[Any]):
    def get_by_natural_key(self, username):
        return self.get(email=normal_email(username))

    def create_user(self, email, password=None, **fields):
        """Make a user; without a password the user can only 'Get a password'."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
