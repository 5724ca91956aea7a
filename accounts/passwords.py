"""A rule for passwords: our own names with a year behind them are the first that are tried."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NotOurNameValidator:
    """Refuse a password that is one of the names, whatever digits and signs surround it."""

    def __init__(self, *, names):
        self.names = frozenset(names)

    def validate(self, password, user=None):
        if re.sub(r"[\W\d_]+", "", password.lower()) in self.names:
            raise ValidationError(
                _("This password is the name of a product. Choose one that is harder to guess."),
                code="password_is_our_name",
            )

    def get_help_text(self):
        return _("Your password can’t be the name of a product.")
