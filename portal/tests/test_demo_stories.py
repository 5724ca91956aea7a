"""What the demo company is made of: stories that the forms take, courses, and small files."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from portal.demo import cast, papers, past, present
from portal.demo.acts import ACTS
from portal.demo.casting import Case, agents_for, brand_of, requesters_for, words_for
from portal.demo.courses import COURSES, FIRST, WHOLE, Pace, times
from portal.demo.filing import Desk, NotAccepted, submission
from portal.demo.mailing import filed
from portal.demo.stories import stories
from tickets.catalog import services as catalog
from tickets.catalog.models import RequestType
from tickets.models import Ticket

TUESDAY = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)  # ten in the morning in New York
TARGETS = {FIRST: timedelta(hours=48), WHOLE: timedelta(hours=240)}


def case_of(story, *, requester=None):
    requester = requester or requesters_for(story)[0]
    brand = brand_of(story, requester)
    return Case(
        story=story,
        course="plain",
        at=TUESDAY,
        requester=requester,
        agent=agents_for(story, brand)[0],
        brand=brand,
        way="mail" if story.by_mail else "portal",
        words=words_for(requester, Random(1)),
    )


def pace(opened_at, *, level=4, lasting=timedelta(days=60)):
    return Pace(
        opened_at=opened_at,
        filed_at=opened_at,
        level=level,
        targets=TARGETS,
        time_zone="America/New_York",
        now=opened_at + lasting,
    )


# --- Stories ----------------------------------------------------------------------------


@pytest.fixture
def desk(make_user):
    """A desk that knows everybody by one person: who asks plays no part in what a form takes."""
    dana = make_user("Dana")
    emails = [one.email for each in cast.ORGANIZATIONS for one in each.customers]
    return Desk.open(dict.fromkeys(emails, dana))


@pytest.mark.parametrize("key", stories())
def test_a_story_is_accepted_by_its_form_whoever_asks(key, desk):
    story = stories()[key]

    for requester in requesters_for(story):
        case = case_of(story, requester=requester)
        if story.by_mail:
            # A mail answers nothing: an agent asks, and writes the answers down later.
            ticket = filed(case, desk)
            answered, words = set(), ticket.subject + ticket.messages.get().body
        else:
            given = submission(case, desk)
            answered, words = (
                {each.key for each in given.answers},
                given.subject + given.description,
            )

        assert answered == (set() if story.by_mail else set(story.answers))
        assert "{" not in words


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"action": "Maybe"}, "q_action: Choose one of the answers on the list."),
        ({"email": "nobody"}, "q_email: Enter an e-mail address like name@example.com"),
        ({"start": "soon"}, "“soon” is no distance like \\+3d or -2h"),
        ({"role": ""}, "an answer reveals a question"),
    ],
)
def test_a_story_that_a_form_refuses_says_why(desk, wrong, why):
    story = stories()["add-nurse"]
    refused = replace(story, answers={**story.answers, **wrong})

    with pytest.raises(NotAccepted, match=f"Story “add-nurse”.*{why}"):
        submission(case_of(refused), desk)


def test_without_the_shipped_catalog_nobody_comes_to_live(db):
    call_command("demo_people", verbosity=0)
    before = set(User.objects.values_list("email", flat=True))
    RequestType.objects.update(is_active=False)
    catalog.changed()

    with pytest.raises(CommandError, match="needs the shipped catalog; nothing was written"):
        call_command("demo_company", verbosity=0)

    assert set(User.objects.values_list("email", flat=True)) == before
    assert not Ticket.objects.exists()


# --- Courses ----------------------------------------------------------------------------


def test_every_course_does_what_there_is_to_do():
    acts = {move.act for course in COURSES.values() for move in course}
    taken = {course for courses in past.GO.values() for course in courses}
    taken |= {scene.course for scene in present.SCENES}

    assert acts == ACTS.keys() - {"file"}
    assert taken == COURSES.keys()


def test_acts_follow_each_other_by_shares_of_what_was_promised():
    assert list(times("reopened", pace(TUESDAY, level=2))) == [
        (TUESDAY + timedelta(hours=hours), act)
        for hours, act in (
            (0.35 * 48, "reply"),
            (0.3 * 240, "solve"),
            (0.45 * 240, "protest"),
            (0.45 * 240 + 0.3 * 48, "look_again"),
            (0.45 * 240 + 0.8 * 48, "solve_again"),
        )
    ]


def test_what_would_come_after_now_is_still_to_come():
    assert list(times("plain", pace(TUESDAY, lasting=timedelta(hours=20)))) == [
        (TUESDAY + timedelta(hours=16.8), "reply")
    ]


@pytest.mark.parametrize(
    "level, hours, expected",
    [
        (4, 13, 12 + 9),  # 11 pm becomes 7 am
        (2, 13, 13),  # what is urgent is done at night
        (4, 4, 4),  # by day things stay as they are
    ],
)
def test_what_can_wait_is_done_in_the_morning(level, hours, expected):
    share = timedelta(hours=hours) / TARGETS[FIRST]
    slow = [at for at, _act in times("taken up", _first_act_at(share, level=level))]

    assert slow == [TUESDAY + timedelta(hours=expected)]


def _first_act_at(share, *, level):
    """A pace at which the first act, at a tenth of the first response, falls on this share."""
    targets = {FIRST: TARGETS[FIRST] * share * 10, WHOLE: TARGETS[WHOLE]}
    return replace(pace(TUESDAY, level=level), targets=targets)


def test_chance_keeps_in_time_what_is_in_time_and_late_what_is_late():
    early, late = {}, {}
    for seed in range(200):
        [(early[seed], _solve)] = times("at once", pace(TUESDAY), Random(seed))
        (late[seed], _reply), _ = times("answered late", pace(TUESDAY), Random(seed))

    due = TUESDAY + TARGETS[FIRST]
    assert max(early.values()) < due < min(late.values())
    assert len(set(early.values())) > 100


# --- Files ------------------------------------------------------------------------------


def test_a_screenshot_is_an_image_of_a_phone():
    upload = papers.make("png", case_of(stories()["practitioner-app"]))
    content = upload.read()

    assert upload.name == "Screenshot 2026-03-17 at 10.00.png"
    assert struct.unpack(">II", content[16:24]) == (papers.WIDTH, papers.HEIGHT)
    data = content[content.index(b"IDAT") + 4 : content.index(b"IEND") - 8]
    assert len(zlib.decompress(data)) == (papers.WIDTH * 3 + 1) * papers.HEIGHT
