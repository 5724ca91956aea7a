"""What one manager's lists are drawn from: the brands served, and what tickets there may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Team, User
from sla.models import Action, Reason
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.permissions import can_see_restricted

Names = Mapping[int | None, str]


@dataclass(frozen=True)
class Scope:
    """Names by key, in the order in which people choose from them.

    Read once: what a filter offers and what a line says are the same rows, and the query of the
    list joins so many tables less that planning it is no longer most of the work.
    """

    sees_restricted: bool
    brands: Names
    request_types: Names
    subcategories: Names
    teams: Names
    agents: Names
    # Those that were once chosen stay names, offered or not.
    reasons: Names
    actions: Names

    @classmethod
    def of(cls, user: User) -> Scope:
        staff = User.objects.filter(is_staff=True).only("name", "email").order_by("name", "id")
        return cls(
            sees_restricted=can_see_restricted(user),
            brands=_names(Brand.objects.served_by(user)),
            request_types=_names(RequestType.objects.all()),
            subcategories=_names(Subcategory.objects.all()),
            teams=_names(Team.objects.all()),
            agents=_names(staff),
            reasons=_names(Reason.objects.all()),
            actions=_names(Action.objects.all()),
        )

    def extent(self) -> dict[str, Any]:
        """Return how far it reaches, as JSON can hold it."""
        brands = sorted(filter(None, self.brands))
        return {"brands": brands, "sees_restricted": self.sees_restricted}

    def covers(self, extent: Mapping[str, Any]) -> bool:
        """Whether it still reaches as far as it did when that was kept."""
        return set(extent["brands"]) <= set(self.brands) and (
            self.sees_restricted or not extent["sees_restricted"]
        )

    def within(self, extent: Mapping[str, Any]) -> Scope:
        """Return the part of it that was there when that was kept."""
        brands = {pk: name for pk, name in self.brands.items() if pk in extent["brands"]}
        sees_restricted = self.sees_restricted and extent["sees_restricted"]
        return replace(self, brands=brands, sees_restricted=sees_restricted)


def may_see_breaches(user: User) -> bool:
    """Whether the managers' pages are there for somebody."""
    return user.is_active and user.is_staff and user.has_perm("sla.view_breach")


def _names(rows: Any) -> Names:
    return {row.pk: str(row) for row in rows}
