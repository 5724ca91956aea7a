"""Brands at the desk: how they are reached, how they look, and what their hosts show."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from tickets.catalog import brand_forms, colors, services, store
from tickets.catalog.admin_base import CatalogAdmin
from tickets.catalog.models import Brand, BrandHost


class HostInline(admin.TabularInline):
    model = BrandHost
    extra = 1


@admin.register(Brand)
class BrandAdmin(CatalogAdmin):
    form = brand_forms.BrandForm
    list_display = ("name", "key", "origin", "phone_number", "phone_extension", "is_default")
    fixed = ("key",)
    inlines = (HostInline,)
    list_select_related = ("mail_request_type", "mail_level")
    formfield_overrides = {
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
        models.URLField: {"assume_scheme": "https"},
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "key",
                    "formerly",
                    "number_prefix",
                    "default_product",
                    "is_default",
                    "position",
                    "teams",
                )
            },
        ),
        (
            _("How to reach it"),
            {
                "fields": (
                    "origin",
                    "phone_number",
                    "phone_extension",
                    "chat_url",
                    "status_page_url",
                    "mail_address",
                    "time_zone",
                    "app_menu",
                    "app_entries",
                )
            },
        ),
        (_("Mail"), {"fields": ("mail_request_type", "mail_level", "mails_reply_text")}),
        (
            _("Look"),
            {"fields": ("color_light", "color_dark", "new_logo", "logo_alt", "no_logo")},
        ),
        (_("What people see"), {"fields": ("shown",)}),
    )
    readonly_fields = ("shown",)

    @admin.display(description=_("as it is saved"))
    def shown(self, brand):
        """Read the saved brand back: what its hosts show, and how well its colors read."""
        if brand.pk is None:
            return _("Save it first, then see here what its hosts show.")
        spec = next(each for each in store.current().brands if each.id == brand.pk)
        return render_to_string(
            "catalog/_shown.html",
            {
                "brand": spec,
                "looks": [
                    look(_("in the light"), spec.color_light, colors.LIGHT),
                    look(_("in the dark"), spec.color_dark, colors.DARK),
                ],
            },
        )

    def save_related(self, request, form, formsets, change):
        if form.cleaned_data["no_logo"]:
            services.remove_logo(form.instance)
        else:
            services.set_logo(
                form.instance,
                form.cleaned_data["new_logo"],
                alt=form.cleaned_data["logo_alt"],
            )
        super().save_related(request, form, formsets, change)


def look(name, color, theme):
    """Return what a color comes to in a theme, for reading it back."""
    return {
        "name": name,
        "color": color,
        "theme": theme,
        "contrasts": colors.contrasts(color, theme),
    }
