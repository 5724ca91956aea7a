"""What every list of the desk has in common."""

from __future__ import annotations

from django.contrib import admin

# How Django's own filters ask: never by a part of a text, which would tell it letter by letter.
WAYS = frozenset({"exact", "in", "isnull", "isempty", "gte", "gt", "lte", "lt", "id__exact"})


class DeskAdmin(admin.ModelAdmin):
    """A list that can be asked only what its filters ask, and for rows by their numbers.

    Django lets an address ask for any column of a row, shown or not, and the number of results
    would tell what nobody may read: a hash, a link in a mail, a restricted ticket's subject.
    """

    def lookup_allowed(self, lookup, value, request=None):
        names = {self.opts.pk.name, *map(_name, self.get_list_filter(request))}
        return any(
            lookup == name or (lookup.startswith(f"{name}__") and lookup[len(name) + 2 :] in WAYS)
            for name in names
        )


class ReadingAdmin(DeskAdmin):
    """A list to read: nobody adds, changes or deletes a row of it on the desk."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _name(list_filter) -> str:
    """Return the name that a filter has in the address."""
    if isinstance(list_filter, str):
        return list_filter
    if isinstance(list_filter, tuple):
        return list_filter[0]
    return list_filter.parameter_name
