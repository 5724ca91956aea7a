"""What narrows the agents' queue: filters, their chips and counts, and what none tells anybody."""

import pytest

from tickets import services
from tickets.catalog.models import Brand
from tickets.models import Tag
from tickets.tests.queue_page import QUEUE, counts, numbers


def test_filters_find_by_team_agent_organization_tag_and_product(
    make_ticket, make_team, browser_of, alex
):
    one, other = make_ticket(), make_ticket(type="payment", about=None)
    team, tag = (
        make_team("Support", members=[alex], brands=["perfectserve"]),
        Tag.objects.create(name="outage"),
    )
    services.set_team(one, by=alex, to=team)
    services.assign(one, by=alex, to=alex)
    services.set_tags(one, by=alex, to=[tag])
    organization = one.organization.name[:5].lower()
    client = browser_of(alex)

    found = {
        name: numbers(client.get(QUEUE, {name: value}))
        for name, value in {
            "team": team.pk,
            "agent": alex.pk,
            "tag": tag.pk,
            "request_type": one.request_type_id,
        }.items()
    }
    nobodys = numbers(client.get(QUEUE, {"agent": "0", "team": "0", "organization": organization}))

    assert found == dict.fromkeys(("team", "agent", "tag", "request_type"), [one.number])
    assert nobodys == [other.number]
    assert numbers(client.get(QUEUE, {"product": one.product, "tag": tag.pk})) == [one.number]


def test_whatever_was_counted_before_each_filter_counts_what_it_lists(
    make_ticket, make_team, make_user, browser_of, alex
):
    eve = make_user("Eve", organization="Riverside Hospital")
    sam = make_user("Sam", role="agent")
    teams = [
        make_team(name, members=[alex, sam], brands=["perfectserve"]) for name in ("One", "Two")
    ]
    tags = [Tag.objects.create(name=name) for name in ("outage", "pager")]
    tickets = [make_ticket(level=level) for level in (2, 3, 3)]
    tickets += [make_ticket(requester=eve), make_ticket(type="payment", about=None)]
    for ticket, agent, team, tag in zip(
        tickets, (alex, sam, sam), (*teams, teams[1]), (*tags, tags[1]), strict=False
    ):
        services.assign(ticket, by=alex, to=agent)
        services.set_team(ticket, by=alex, to=team)
        services.set_tags(ticket, by=alex, to=[tag])
    asked = {
        "level": (2, 3, 4),
        "agent": (alex.pk, sam.pk, 0),
        "team": (teams[0].pk, teams[1].pk, 0),
        "tag": [tag.pk for tag in tags],
        "request_type": [tickets[0].request_type_id, tickets[-1].request_type_id],
        "product": sorted({tickets[0].product, tickets[-1].product}),
        "organization": ("clinic", "hospital", "riverside"),
    }

    pages = {
        (name, value): client.get(QUEUE, {name: value})
        for client in (browser_of(alex), browser_of(sam))
        for name, values in asked.items()
        for value in values
    }

    listed = {which: len(numbers(page)) for which, page in pages.items()}
    assert {which: counts(page)["Due next"] for which, page in pages.items()} == {
        which: str(many) for which, many in listed.items()
    }
    assert [listed["level", level] for level in asked["level"]] == [1, 4, 0]
    assert [listed["organization", name] for name in asked["organization"]] == [4, 1, 5]


def test_each_filter_that_is_on_is_a_chip_that_takes_it_off(make_ticket, browser_of, alex):
    make_ticket()
    brand = Brand.objects.get(key="perfectserve")

    page = browser_of(alex).get(QUEUE, {"tab": "mine", "brand": brand.pk, "level": "2"})

    assert list(page.context["queue"].chips()) == [
        {"label": f"Brand: {brand.name}", "url": "?tab=mine&level=2"},
        {"label": "Level: Level 2", "url": f"?tab=mine&brand={brand.pk}"},
    ]


@pytest.mark.parametrize(
    "asked, said",
    [
        ({"brand": "x"}, "“x” is none of the choices of “Brand”."),
        ({"level": "9"}, "“9” is none of the choices of “Level”."),
        ({"tag": "1"}, "“1” is none of the choices of “Tag”."),
        ({"tab": "waiting", "status": "open"}, "“open” is none of the choices of “Status”."),
        ({"organization": "Nowhere"}, "No organization is called “Nowhere”."),
    ],
)
def test_a_filter_that_cannot_be_is_named_and_nothing_is_listed(
    make_ticket, browser_of, alex, asked, said
):
    make_ticket()

    page = browser_of(alex).get(QUEUE, asked)

    assert (page.status_code, numbers(page)) == (422, [])
    assert [str(error) for errors in page.context["form"].errors.values() for error in errors] == [
        said
    ]


def test_nobody_learns_by_a_filter_how_their_own_request_is_tagged(
    make_ticket, make_user, browser_of, alex
):
    tag, blair = Tag.objects.create(name="canary"), make_user("Blair", role="agent")
    own, other = make_ticket(requester=alex), make_ticket()
    for ticket in (own, other):
        services.set_tags(ticket, by=blair, to=[tag])

    page = browser_of(alex).get(QUEUE, {"tab": "all", "tag": tag.pk})

    assert numbers(page) == [other.number]
