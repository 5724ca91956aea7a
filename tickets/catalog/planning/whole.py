"""Check a whole catalog file and turn it into a plan, or say all that is wrong with it."""

from __future__ import annotations

from tickets.catalog.planning import brands, levels
from tickets.catalog.planning.checking import Checker, Key
from tickets.catalog.planning.plans import Plan
from tickets.catalog.planning.request_types import types
from tickets.catalog.planning.source import Block, Refused

FILE_KEYS = {
    "brands": Key(list, required=True),
    "priorities": Key(list, required=True),
    "impact_reminder": Key(list),
    "common_fields": Key(list, required=True),
    "impact_rules": Key(dict, required=True),
    "attachments": Key(dict),
    "request_types": Key(list, required=True),
}


def plan_of(data: Block) -> Plan:
    """Return what the rows must be, or raise `Refused` with every problem and its line."""
    checker = Checker()
    file = checker.block(data, FILE_KEYS, what="the file", line=1)
    found_types = types(checker, file["request_types"], line=file.lines["request_types"])
    meanings, hours = levels.levels(checker, file["priorities"], line=file.lines["priorities"])
    found = Plan(
        levels=meanings,
        hours=hours,
        rules=levels.rules(checker, file["impact_rules"], line=file.lines["impact_rules"]),
        common=levels.common(
            checker, file["common_fields"], file["attachments"], line=file.lines["common_fields"]
        ),
        reminders=levels.reminders(
            checker, file["impact_reminder"], line=file.lines["impact_reminder"]
        ),
        types=found_types,
        brands=brands.brands(checker, file["brands"], types=found_types, line=file.lines["brands"]),
    )
    if checker.problems:
        raise Refused(checker.problems)
    return found
