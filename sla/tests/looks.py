"""Whether a page of the managers fits its window."""

from __future__ import annotations


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def cut_off(page):
    """Cells of the table that reach out of the window."""
    return page.evaluate(
        "[...document.querySelectorAll('.data tbody td, .data tbody th, .data tbody span')]"
        ".filter(cell => cell.getBoundingClientRect().right > window.innerWidth)"
        ".map(cell => cell.textContent.trim())"
    )
