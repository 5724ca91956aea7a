"""A provider of notices for tests: it fails where it is told to."""

from __future__ import annotations

from tickets.mail import notices

poison: set[int] = set()


def received(subject_ids):
    """Tell like the real one, but fail over any batch with a poisonous subject in it."""
    if poison & set(subject_ids):
        raise ValueError("This one always fails.")
    return notices.received(subject_ids)
