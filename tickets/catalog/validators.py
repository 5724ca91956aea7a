"""What the catalog's fields accept, said in words an administrator can act on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from tickets.catalog import colors, formats

validate_color = RegexValidator(r"^#[0-9A-Fa-f]{6}$", _("Write a color like #0B5A7A."))
validate_extension = RegexValidator(r"^[0-9]*$", _("Write an extension in digits."))
validate_key = RegexValidator(r"^[a-z][a-z0-9_-]*$", _("Use lower-case letters, digits, - and _."))


def validate_phone(number: str) -> None:
    """Refuse what can't be dialed with its country code in front, like 1.877.844.7727."""
    try:
        formats.check_phone(number)
    except formats.WrongFormat as wrong:
        raise ValidationError(str(wrong)) from None


def validate_host(host: str) -> None:
    """Refuse what no browser sends as a host; a port is not part of it."""
    parts = host.split(".")
    if (
        host != host.lower()
        or not host.isascii()
        or not all(part.replace("-", "").isalnum() for part in parts)
    ):
        raise ValidationError(_("Write a host in lower-case letters, like support.example.com."))


def validate_color_on_white(color: str) -> None:
    _validate_contrast(color, colors.WHITE)


def validate_color_on_dark(color: str) -> None:
    _validate_contrast(color, colors.DARK)


def _validate_contrast(color: str, page: str) -> None:
    try:
        ratio = colors.contrast(color, page)
    except ValueError:
        return  # validate_color says what is wrong
    if ratio < colors.LEAST_CONTRAST:
        raise ValidationError(
            _(
                "%(color)s is hard to read on %(page)s: its contrast is %(ratio)s to 1, "
                "and it takes 4.5 to 1."
            ),
            params={"color": color, "page": page, "ratio": f"{ratio:.1f}"},
        )
