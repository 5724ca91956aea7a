"""How well a brand's color reads where the pages use it (WCAG 2.2, 1.4.3), light and dark."""

from __future__ import annotations

from collections.abc import Mapping

LEAST_CONTRAST = 4.5
# What stands behind a link or, of a button, on the color; from static/css/tokens.css.
LIGHT = {"page": "#FFFFFF", "surface": "#F4F7F9", "button": "#FFFFFF"}
DARK = {"page": "#10191F", "surface": "#18242C", "button": "#0B1A22"}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two colors written like #0B5A7A."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance, 0 to 1, as WCAG defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (part / 255 for part in _parts(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrasts(color: str, theme: Mapping[str, str]) -> dict[str, float]:
    """Return the contrast of a color with each thing it meets in a theme."""
    return {place: contrast(color, other) for place, other in theme.items()}


def is_readable(color: str, theme: Mapping[str, str]) -> bool:
    return min(contrasts(color, theme).values()) >= LEAST_CONTRAST


def readable_shade(color: str, theme: Mapping[str, str]) -> str:
    """Return the nearest shade of a color that reads well: darker on light, lighter on dark."""
    end = 0 if theme is LIGHT else 255
    for percent in range(101):
        shade = "#" + "".join(
            f"{round(part + (end - part) * percent / 100):02X}" for part in _parts(color)
        )
        if is_readable(shade, theme):
            break
    return shade


def _parts(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
