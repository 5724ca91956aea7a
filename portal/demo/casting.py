"""A case: one ticket of the demo company, with who asks, who answers and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Literal

from portal.demo import cast
from portal.demo.stories import Story
from tickets.models import Ticket

Way = Literal["portal", "called", "cannot", "phone", "mail"]
ORGANIZATION_OF = {
    customer.email: organization
    for organization in cast.ORGANIZATIONS
    for customer in organization.customers
}


@dataclass
class Case:
    """People stand here by their addresses; `at` is when the customer asked or called (UTC).

    `way` is how: on the portal, there for an urgent matter having "called" or because one
    "cannot", by "phone" (an agent logs it), or by "mail".
    """

    story: Story
    course: str
    at: datetime
    requester: str
    agent: str
    brand: str
    way: Way
    words: Mapping[str, str]
    ticket: Ticket | None = None

    def say(self, text: str) -> str:
        """Return a text of the story with this case's names in it, begun as a sentence."""
        said = text.format_map(self.words)
        return said[:1].upper() + said[1:]

    @property
    def time_zone(self) -> str:
        return ORGANIZATION_OF[self.requester].time_zone

    @property
    def colleague(self) -> str:
        """Another agent who may work on it."""
        others = [agent for agent in agents_for(self.story, self.brand) if agent != self.agent]
        return others[0]


def brand_of(story: Story, requester: str) -> str:
    """Products that prompt are one brand's; all else comes to the brand its organization uses."""
    return story.type if story.type in cast.AGENTS else ORGANIZATION_OF[requester].brand


def requesters_for(story: Story) -> list[str]:
    """List who may ask this: customers of the product's brand, by mail only who has no password."""
    return [
        customer.email
        for organization in cast.ORGANIZATIONS
        for customer in organization.customers
        if customer.has_password != story.by_mail
        and (story.type not in cast.AGENTS or story.type == organization.brand)
    ]


def agents_for(story: Story, brand: str) -> tuple[str, ...]:
    """List who may work on this: legal matters are for those who hold the right."""
    is_legal = story.about == "legal" or story.type == "legal-information"
    return (cast.LEGAL if is_legal else cast.AGENTS)[brand]


def words_for(requester: str, rng: Random) -> dict[str, str]:
    """Choose whom and what a request is about, from what its organization has."""
    organization = ORGANIZATION_OF[requester]
    person, other = rng.sample(organization.clinicians, 2)
    return {
        "person": person,
        "other": other,
        "renamed": f"{person.rpartition(' ')[0]} Whitlock",
        "department": rng.choice(organization.departments),
        "site": rng.choice(organization.sites),
        "organization": organization.name,
        "email": _address(person, organization.domain),
        "line": f"{organization.area}-555-01{rng.randrange(100):02}",
        "invoice": f"INV-{rng.randrange(20_000, 30_000)}",
    }


def _address(name: str, domain: str) -> str:
    return f"{name.removeprefix('Dr. ').lower().replace(' ', '.')}@{domain}"
