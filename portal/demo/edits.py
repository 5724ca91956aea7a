"""How the demo company's promises were edited in its quarter, as on the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from sla import editing, editor
from sla.edited import CALENDAR, POLICY, Edited, Row
from sla.models import Calendar, Metric, Policy
from sla.proposal_page import save
from sla.services import SEED_KEY
from tickets import clock, jobs
from tickets.models import Job

ADMINISTRATOR = "admin@support.example"
NAME, ZONE = "All days but holidays", "America/New_York"
LEAST_URGENT = 4
POLICY_EDITED, HOURS_EDITED = timedelta(days=3), timedelta(days=2)
# The holiday that is added lies ahead: whoever waits that long gets their promise a day later.
HOLIDAY_IN = timedelta(days=4)
PROMISES, HOURS = "edit promises", "edit hours"


def times(now: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield when which edit was made (UTC)."""
    yield now - POLICY_EDITED, PROMISES
    yield now - HOURS_EDITED, HOURS


def edit_promises(people: Mapping[str, User]) -> None:
    """Let what is least urgent be solved by days that are no holidays."""
    by = people[ADMINISTRATOR]
    calendar = editing.add_calendar(NAME, said=_hours({}), by=by, comment="")
    policy = Policy.objects.get(key=SEED_KEY)
    terms = editing.terms_in_force(editing.newest(policy))
    targets = tuple(
        replace(each, calendar=calendar.pk)
        if (each.level, each.metric) == (LEAST_URGENT, Metric.RESOLUTION)
        else each
        for each in terms.targets
    )
    said = replace(terms, targets=targets).as_json()
    _edit(POLICY, policy, said=said, comment="As the new contracts say.", by=by)


def edit_hours(people: Mapping[str, User]) -> None:
    """Add a holiday that was forgotten."""
    day = (clock.now() + HOLIDAY_IN).date().isoformat()
    said, by = _hours({day: "Founders' Day"}), people[ADMINISTRATOR]
    calendar = Calendar.objects.get(name=NAME)
    _edit(CALENDAR, calendar, said=said, comment="Founders' Day was missing.", by=by)


EDITS = {PROMISES: edit_promises, HOURS: edit_hours}


def _edit(what: Edited, row: Row, *, said: Mapping[str, Any], comment: str, by: User) -> None:
    """Look at what it would do, save it, and apply it to open tickets."""
    where = editor.propose(what, row, said=said, comment=comment, by=by)
    _work()
    save(what, Job.objects.get(leads_to=where), by=by, is_for_open=True)
    _work()


def _work() -> None:
    while jobs.work(clock.now()):
        pass


def _hours(holidays: Mapping[str, str]) -> dict[str, Any]:
    return {
        "tz": ZONE,
        "always_open": True,
        "weekly": {},
        "holidays": dict(holidays),
        "exceptions": {},
    }
