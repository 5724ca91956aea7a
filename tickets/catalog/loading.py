"""Write a checked plan into the rows: what is missing is made, what differs is changed."""

from __future__ import annotations

from collections.abc import Mapping

from tickets.catalog.loading_questions import QuestionLoader
from tickets.catalog.models import (
    Brand,
    BrandHost,
    CommonField,
    ImpactReminder,
    ImpactRule,
    PriorityLevel,
    RequestType,
    Subcategory,
)
from tickets.catalog.planning.plans import Plan, Values
from tickets.catalog.syncing import Report, Syncer


class Loader:
    """Loads one plan, in the order in which rows refer to each other."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows = Syncer()

    def load(self) -> Report:
        self._levels()
        types = self._types()
        subcategories = self._subcategories(types)
        QuestionLoader(self.plan, self.rows).load(types, subcategories)
        self._brands(types)
        return self.rows.report

    def _levels(self) -> None:
        plan = self.plan
        self.rows.sync(PriorityLevel, plan.levels, key=lambda row: row.number)
        self.rows.sync(
            ImpactRule,
            key=lambda row: (row.affected, row.ability, row.urgent),
            wanted={
                case: {
                    "affected": case[0],
                    "ability": case[1],
                    "urgent": case[2],
                    "level_id": level,
                }
                for case, level in plan.rules.items()
            },
        )
        self.rows.sync(CommonField, plan.common, key=lambda row: row.key)
        self.rows.sync(ImpactReminder, plan.reminders, key=lambda row: row.affected)

    def _types(self) -> dict[str, RequestType]:
        wanted = {key: plan.values for key, plan in self.plan.types.items()}
        return self.rows.sync(RequestType, wanted, key=lambda row: row.key)

    def _subcategories(
        self,
        types: Mapping[str, RequestType],
    ) -> dict[tuple[str, str], Subcategory]:
        wanted = {
            (type_key, key): {"request_type_id": types[type_key].pk, **about.values}
            for type_key, plan in self.plan.types.items()
            for key, about in plan.subcategories.items()
        }
        return self.rows.sync(
            Subcategory,
            wanted,
            key=lambda row: (row.request_type.key, row.key),
            related=("request_type",),
        )

    def _brands(self, types: Mapping[str, RequestType]) -> None:
        wanted = {
            key: {
                **plan.values,
                "mail_request_type_id": (
                    types[plan.mail_request_type].pk if plan.mail_request_type else None
                ),
            }
            for key, plan in self.plan.brands.items()
        }
        self._yield_default(wanted)
        brands = self.rows.sync(Brand, wanted, key=lambda row: row.key)
        self.rows.sync(
            BrandHost,
            key=lambda row: row.host,
            name="host",
            wanted={
                host: {"host": host, "brand_id": brands[key].pk}
                for key, plan in self.plan.brands.items()
                for host in plan.hosts
            },
        )

    def _yield_default(self, wanted: Mapping[str, Values]) -> None:
        """Let go of the old default brand first: there may be only one at any moment."""
        chosen = [key for key, values in wanted.items() if values["is_default"]]
        if chosen:
            for old in Brand.objects.filter(is_default=True).exclude(key__in=chosen):
                old.is_default = False
                old.save(update_fields=["is_default"])
                self.rows.report.changed.append(f"brand '{old}': is_default")
