"""What a change of what a ticket is about would do to its promises, said before it is made."""

from dataclasses import replace

import pytest

from accounts.models import Organization
from sla.foretold import foretold
from sla.tests.standings import gold
from tickets.about import About, attributes_of, set_attributes
from tickets.models import Ticket

BY_NINE = ": by Mon 5 Jan 2026, 7:00 pm UTC"


def test_what_saving_does_is_shown_before_and_then_happens(
    browser_of, make_ticket, make_user, alex, time
):
    harbor = Organization.objects.create(name="Harbor Health")
    gold({3: (1, 6)}, organization=harbor)
    ticket, agent = make_ticket(requester=make_user("Erin")), browser_of(alex)

    page = f"/admin/tickets/ticket/{ticket.pk}/about/"
    said = agent.get(page).context["form"].initial | {"organization": "harbor health"}
    looked = agent.post(page, said | {"look": ""})
    before = Ticket.objects.get()
    agent.post(page, said | {"save": "", "seen": looked.context["preview"]["seal"]})

    assert looked.context["preview"]["moves"] == [
        "“First response” will be due earlier: by Mon 5 Jan 2026, 6:00 am EST",
        "“Resolution” will be due earlier: by Mon 5 Jan 2026, 11:00 am EST",
    ]
    assert before.organization is None
    assert Ticket.objects.get().organization == harbor
    assert Ticket.objects.get().next_due_at.isoformat() == "2026-01-05T11:00:00+00:00"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (
            (9, 9),
            [f"later{BY_NINE}", f"earlier{BY_NINE}"],
        ),
        ((1, 6), ["broken at once", "earlier: by Mon 5 Jan 2026, 4:00 pm UTC"]),
        ((4, 120), []),
    ],
)
def test_what_is_foretold_is_what_comes(make_ticket, make_user, alex, time, hours, said):
    harbor = Organization.objects.create(name="Harbor Health")
    gold({3: hours}, organization=harbor, retarget="from_start")
    ticket = make_ticket(requester=make_user("Erin"))
    about = replace(About.of(ticket), organization=harbor)
    time.advance(hours=2)

    told = foretold(ticket, attributes=attributes_of(ticket, about), at=time.at)

    assert [sentence.partition(" will be ")[2].removeprefix("due ") for sentence in told] == said
    set_attributes(ticket, by=alex, about=about)
    assert foretold(Ticket.objects.get(), attributes=attributes_of(ticket, about), at=time.at) == []
