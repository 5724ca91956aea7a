"""How well a color reads on another one (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

WHITE = "#FFFFFF"
DARK = "#10191F"  # the page in dark mode: static/css/tokens.css
LEAST_CONTRAST = 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two colors written like #0B5A7A."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance, 0 to 1, as WCAG defines it."""
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
