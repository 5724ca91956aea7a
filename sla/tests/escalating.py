"""Policies with steps, for tests."""

from __future__ import annotations

from sla.models import EscalationStep, PolicyVersion


def add_step(*, minutes, audience="managers", **columns):
    """Give the shipped policy a step after its deadlines, as a new version of it would have."""
    version = PolicyVersion.objects.get(policy__key="seed")
    return EscalationStep.objects.create(
        version=version, minutes=minutes, audience=audience, **columns
    )
