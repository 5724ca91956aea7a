"""What the demo company agreed on beside the shipped hours: who hears of what stays late."""

from __future__ import annotations

from sla.models import EscalationStep, PolicyVersion
from sla.services import SEED_KEY

URGENT, AFTER_MINUTES = 1, 30


def settle() -> None:
    """Give the shipped policy its step, before the first ticket: a version is never edited after.

    Half an hour after a missed deadline of level 1 the brand's managers are told once more.
    """
    oldest = PolicyVersion.objects.filter(policy__key=SEED_KEY).earliest("number")
    EscalationStep.objects.get_or_create(
        version=oldest,
        level_id=URGENT,
        minutes=AFTER_MINUTES,
        audience=EscalationStep.Audience.MANAGERS,
    )
