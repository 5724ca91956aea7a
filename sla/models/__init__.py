"""The rows of promises: when time counts, what is promised, what became of it, and its proof."""

from sla.models.acknowledgements import Acknowledgement
from sla.models.calendars import Calendar, CalendarVersion
from sla.models.clocks import Breach, Clock, Escalation
from sla.models.goals import Goal
from sla.models.metrics import Metric
from sla.models.policies import EscalationStep, Policy, PolicyRule, PolicyVersion, Target
from sla.models.proof import Difference, Verification
from sla.models.reasons import Action, Reason
from sla.models.subscriptions import Edition, Subscription
from sla.models.verdicts import Verdict

__all__ = [
    "Acknowledgement",
    "Action",
    "Breach",
    "Calendar",
    "CalendarVersion",
    "Clock",
    "Difference",
    "Edition",
    "Escalation",
    "EscalationStep",
    "Goal",
    "Metric",
    "Policy",
    "PolicyRule",
    "PolicyVersion",
    "Reason",
    "Subscription",
    "Target",
    "Verdict",
    "Verification",
]
