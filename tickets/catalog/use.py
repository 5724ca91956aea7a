"""Whether anything outside the catalog depends on one of its rows."""

from __future__ import annotations

from django.db import models


def is_used(row: models.Model) -> bool:
    """Tell whether a ticket, a draft or a policy points at a row; then it is archived, not deleted.

    One query for each foreign key that points at its table, up to the first hit.
    """
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.related_model._meta.app_label != row._meta.app_label
    )
