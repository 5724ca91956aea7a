"""The rows of promises: when time counts, what is promised, and what became of it."""

from sla.models.calendars import Calendar, CalendarVersion
from sla.models.clocks import Breach, Clock, Escalation
from sla.models.metrics import Metric
from sla.models.policies import EscalationStep, Policy, PolicyRule, PolicyVersion, Target

__all__ = [
    "Breach",
    "Calendar",
    "CalendarVersion",
    "Clock",
    "Escalation",
    "EscalationStep",
    "Metric",
    "Policy",
    "PolicyRule",
    "PolicyVersion",
    "Target",
]
