"""What the catalog's fields accept, said in words an administrator can act on."""

from __future__ import annotations

import math
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext
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
    """Refuse a color that is too light for links and buttons of the light pages."""
    _validate_contrast(color, colors.LIGHT, gettext("Take a darker shade: %(shade)s would do."))


def validate_color_on_dark(color: str) -> None:
    """Refuse a color that is too dark for links and buttons of the dark pages."""
    _validate_contrast(color, colors.DARK, gettext("Take a lighter shade: %(shade)s would do."))


PLACES = {
    "page": _("As a link on the page (%(other)s), %(color)s is hard to read"),
    "surface": _("As a link on a shaded part of the page (%(other)s), %(color)s is hard to read"),
    "button": _("On a button in %(color)s, the text (%(other)s) is hard to read"),
}


def _validate_contrast(color: str, theme: Mapping[str, str], advice: str) -> None:
    """Name the worst place where a color is used, and a shade of it that is right in all."""
    try:
        ratios = colors.contrasts(color, theme)
    except ValueError:
        return  # validate_color says what is wrong
    worst = min(ratios, key=ratios.__getitem__)
    if ratios[worst] >= colors.LEAST_CONTRAST:
        return
    # Rounded down, so that 4.46 is never told as the 4.5 that it misses.
    ratio = math.floor(ratios[worst] * 10) / 10
    reason = _("its contrast is %(ratio)s to 1, and it takes 4.5 to 1.")
    raise ValidationError(
        f"{PLACES[worst]}: {reason} {advice}",
        params={
            "color": color,
            "other": theme[worst],
            "ratio": f"{ratio:.1f}",
            "shade": colors.readable_shade(color, theme),
        },
    )
