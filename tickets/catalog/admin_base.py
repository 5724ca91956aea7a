"""What all of the catalog's admins share: who reads the catalog again, what is never deleted."""

from __future__ import annotations

from accounts.desk import DeskAdmin
from tickets.catalog import services
from tickets.catalog.use import is_used


class CatalogAdmin(DeskAdmin):
    """Whatever is saved or deleted here, every process reads the catalog again."""

    save_on_top = False
    list_per_page = 200

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        services.changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        services.changed()

    def get_actions(self, request):
        """Leave out deleting in bulk: what was ever used is archived instead."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and is_used(obj))

    def get_readonly_fields(self, request, obj=None):
        """Keep what other rows and files know a row by."""
        readonly = super().get_readonly_fields(request, obj)
        return (*readonly, *self.fixed) if obj else readonly

    fixed: tuple[str, ...] = ()


def labelled(field):
    """Give the inputs of a list that is edited a name: a column's heading is not one."""
    if field is not None and field.label:
        widget = getattr(field.widget, "widget", field.widget)
        widget.attrs.setdefault("aria-label", str(field.label).capitalize())
    return field
