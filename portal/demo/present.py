"""What is going on right now: tickets that stand in every way a promise can stand, for both brands.

Each is begun as long ago as it takes to use up a share of a promise by now; what its course would
do after now is still to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import cycle
from random import Random
from typing import NamedTuple

from portal.demo.cast import ALEX, CLINICAL, PERFECTSERVE
from portal.demo.casting import Case, Way, agents_for, brand_of, requesters_for, words_for
from portal.demo.courses import FIRST, WHOLE, Targets
from portal.demo.stories import Story, stories

DANA, PRIYA, TOM = (f"{name}@clinic.example" for name in ("dana", "priya.raman", "tom.becker"))
# By so much of a promise scenes are moved, so that they do not begin on the same minute.
SPREAD = 0.01


class Scene(NamedTuple):
    """A case by now: how much of which promise is used up; people are chosen unless named."""

    story: str
    course: str
    of: str
    share: float
    way: Way = "portal"
    requester: str = ""
    agent: str = ""
    brand: str = ""


SCENES = (
    # Dana's own, so that whoever signs in as her sees one of each.
    Scene("response-times", "waiting", WHOLE, 0.2, requester=DANA, agent=ALEX),
    Scene("schedule-template", "worked on", WHOLE, 0.45, requester=DANA, agent=ALEX),
    Scene("on-call-swap", "untouched", FIRST, 0.25, requester=DANA),
    Scene("practitioner-pager", "on hold", WHOLE, 0.3, requester=DANA),
    Scene("new-practitioner", "plain", WHOLE, 0.55, requester=DANA, agent=ALEX),
    Scene("statuspage-for-one", "taken up", FIRST, 0.3, requester=DANA, brand=CLINICAL),
    # PerfectServe: nobody has answered yet.
    Scene("access-for-scheduler", "untouched", FIRST, 0.15),
    Scene("call-volume", "taken up", FIRST, 0.35, agent=ALEX),
    Scene("after-hours-dead", "untouched", FIRST, 0.3, way="cannot"),
    Scene("wrong-on-call", "untouched", FIRST, 0.4, way="cannot"),
    Scene("holiday-prompt", "untouched", FIRST, 0.8),
    Scene("leaver", "untouched", FIRST, 0.78),
    Scene("moved-office", "taken up", FIRST, 0.93),
    Scene("practitioner-app", "untouched", FIRST, 0.985),
    Scene("wrong-number", "untouched", FIRST, 1.4),
    Scene("records-request", "untouched", FIRST, 0.3, brand=PERFECTSERVE),
    # PerfectServe: answered, not solved.
    Scene("messages-to-nobody", "worked on", WHOLE, 0.2, way="phone", agent=ALEX),
    Scene("after-hours-order", "worked on", WHOLE, 0.3),
    Scene("slow-delivery", "worked on", WHOLE, 0.86, way="called"),
    Scene("message-form", "worked on", WHOLE, 0.8),
    Scene("charge-nurse-permission", "given back", WHOLE, 0.93),
    Scene("care-team-access", "worked on", WHOLE, 0.95),
    Scene("unit-cannot-sign-in", "worked on", WHOLE, 1.25, way="phone"),
    Scene("practitioner-pager", "overdue twice", WHOLE, 1.1),
    Scene("married-name", "waiting", WHOLE, 0.25),
    Scene("invoice-twice", "on hold", WHOLE, 0.4),
    Scene("practitioner-question", "not solved after all", WHOLE, 0.5),
    Scene("charge-after-leave", "just raised", FIRST, 0.5),
    Scene("subpoena-messages", "worked on", WHOLE, 0.3),
    # PerfectServe: solved within the last days.
    Scene("leaver", "silent", WHOLE, 0.4),
    Scene("moved-office", "withdrawn", WHOLE, 0.3),
    # Clinical Collaboration: nobody has answered yet.
    Scene("add-nurse", "untouched", FIRST, 0.2),
    Scene("sepsis-message-type", "taken up", FIRST, 0.4),
    Scene("app-will-not-open", "untouched", FIRST, 0.35, way="cannot"),
    Scene("late-push", "untouched", FIRST, 0.45, way="called"),
    Scene("caller-id", "untouched", FIRST, 0.82),
    Scene("remove-resident", "untouched", FIRST, 0.8),
    Scene("code-team-role", "taken up", FIRST, 0.94, agent=ALEX),
    Scene("browser-blank", "untouched", FIRST, 0.95),
    Scene("directory-double", "untouched", FIRST, 1.6),
    Scene("litigation-hold", "taken up", FIRST, 0.35),
    # Clinical Collaboration: answered, not solved.
    Scene("paging-line-busy", "worked on", WHOLE, 0.15, way="phone"),
    Scene("cc-activity", "claimed", WHOLE, 0.35),
    Scene("escalation-silent", "worked on", WHOLE, 0.8, way="phone"),
    Scene("provisioning-rule", "worked on", WHOLE, 0.82),
    Scene("plan-change", "given back", WHOLE, 0.92),
    Scene("cannot-search", "worked on", WHOLE, 0.96, agent=ALEX),
    Scene("admissions-feed", "worked on", WHOLE, 1.08, way="phone"),
    Scene("downtime-notice", "overdue twice", WHOLE, 1.15),
    Scene("new-department", "waiting", WHOLE, 0.3),
    Scene("paging-group", "waiting", WHOLE, 0.4),
    Scene("new-rotation", "on hold", WHOLE, 0.35),
    Scene("quiet-hours", "not solved after all", WHOLE, 0.5),
    # Clinical Collaboration: solved within the last days.
    Scene("cc-invoice", "silent", WHOLE, 0.4),
    Scene("new-email", "withdrawn", WHOLE, 0.3),
    Scene("directory-list", "plain", WHOLE, 0.6),
    # Sent twice; taken for the same, though it is about somebody else; and what came by mail.
    Scene("invoice-twice", "worked on", WHOLE, 0.3, requester=PRIYA),
    Scene("invoice-twice", "duplicate", WHOLE, 0.15, requester=PRIYA),
    Scene("married-name", "worked on", WHOLE, 0.6, requester=TOM),
    Scene("married-name", "taken apart", WHOLE, 0.45, requester=TOM),
    Scene("mailed-schedule", "recategorised", WHOLE, 0.5, way="mail"),
    Scene("mailed-offer", "spam", WHOLE, 0.4, way="mail"),
    Scene("mailed-shouting", "no spam", WHOLE, 0.45, way="mail"),
    Scene("mailed-misdirected", "deleted", WHOLE, 0.35, way="mail"),
    # Put off, now and before; two matters in one; what says too much.
    Scene("charge-nurse-permission", "put off for now", FIRST, 0.45),
    Scene("call-volume", "put off", WHOLE, 0.6),
    Scene("message-form", "two matters", WHOLE, 0.5),
    Scene("new-rotation", "cleaned", WHOLE, 0.5),
    # Called back, waiting for a call, and one that is not needed any more.
    Scene("wrong-on-call", "called back", WHOLE, 0.6, agent=ALEX),
    Scene("call-volume", "call waits", FIRST, 0.5, agent=ALEX),
    Scene("practitioner-app", "call waits", FIRST, 0.3),
    Scene("late-push", "no call needed", WHOLE, 0.5),
)


def cases(
    now: datetime,
    *,
    level_of: Callable[[Story], int],
    targets: Mapping[int, Targets],
    rng: Random,
) -> Iterator[Case]:
    """Yield the case of each scene; who is not named takes turns."""
    asking: dict[str, Iterator[str]] = {}
    answering: dict[tuple[str, ...], Iterator[str]] = {}
    for scene in SCENES:
        story = stories()[scene.story]
        askers = asking.setdefault(story.type, cycle(_askers(story, scene.brand)))
        requester = scene.requester or next(askers)
        brand = scene.brand or brand_of(story, requester)
        agents = agents_for(story, brand)
        turns = answering.setdefault(agents, cycle(agents))
        yield Case(
            story=story,
            course=scene.course,
            at=now - targets[level_of(story)][scene.of] * (scene.share - rng.uniform(0, SPREAD)),
            requester=requester,
            agent=scene.agent or next(turns),
            brand=brand,
            way=scene.way,
            words=words_for(requester, rng),
        )


def _askers(story: Story, brand: str) -> list[str]:
    """List who may ask; Dana has her own scenes."""
    return [
        requester
        for requester in requesters_for(story)
        if requester != DANA and brand in ("", brand_of(story, requester))
    ]
