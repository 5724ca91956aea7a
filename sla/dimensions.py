"""What promises are broken down by, and how a list is narrowed to one part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, F, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla.figures import Key
from sla.forms import LEVELS, NO_PRODUCT, NOBODY
from sla.scope import Names, Scope

# The part of restricted tickets, for who is not told what they are about.
RESTRICTED = "restricted"


@dataclass(frozen=True)
class Dimension:
    """`column` is a verdict's; `name` is that of the filter as well. `none` names who has none.

    `is_told` is what is kept back of a restricted ticket, `is_many` what there may be thousands of.
    """

    name: str
    label: str | Promise
    column: str
    none: str | Promise = ""
    names: Callable[[Scope], Names] | None = None
    is_told: bool = True
    is_many: bool = False

    def keys(self, scope: Scope) -> dict[str, Any]:
        """Return the columns to group by: what it is, and whether that may not be told."""
        if not self.is_told or scope.sees_restricted:
            return {"part": F(self.column), "hidden": Value(False, output_field=BooleanField())}
        shown = Case(When(restricted=False, then=F(self.column)))
        return {"part": shown, "hidden": F("restricted")}

    def named(self, scope: Scope) -> Names:
        """Return the names of the parts that are known without asking."""
        return self.names(scope) if self.names else {}

    def chosen(self, key: Key) -> dict[str, Any]:
        """Return the filters that leave of a list what is in this part."""
        if key == RESTRICTED:
            return {"restricted": "yes"}
        if self.name == "product":
            return {"product": key or NO_PRODUCT}
        return {FILTERS.get(self.name, self.name): key}


def key(part: Any, hidden: bool) -> Key:
    """Name a part that was grouped by those columns."""
    if hidden:
        return RESTRICTED
    return NOBODY if part is None else part


def _levels(scope: Scope) -> Names:
    return {level: str(_("Level %d") % level) for level in LEVELS}


FILTERS = {"organization": "organization_id"}
LEVEL = Dimension("level", _("Level"), "level_id", names=_levels, is_told=False)
BY: Mapping[str, Dimension] = {
    each.name: each
    for each in (
        Dimension("brand", _("Brand"), "brand_id", names=lambda scope: scope.brands, is_told=False),
        Dimension(
            "request_type",
            _("Request type"),
            "request_type_id",
            names=lambda scope: scope.request_types,
        ),
        Dimension("product", _("Product"), "product", _("No product")),
        Dimension(
            "subcategory",
            _("Subcategory"),
            "subcategory_id",
            _("No subcategory"),
            names=lambda scope: scope.subcategories,
        ),
        Dimension("team", _("Team"), "team_id", _("No team"), names=lambda scope: scope.teams),
        Dimension(
            "agent", _("Agent"), "assignee_id", _("Nobody"), names=lambda scope: scope.agents
        ),
        Dimension(
            "organization",
            _("Organization"),
            "organization_id",
            _("No organization"),
            is_many=True,
        ),
    )
}
