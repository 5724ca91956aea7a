"""System checks of the site as a whole."""

from __future__ import annotations

from django.core.checks import Error, Tags, register

from portal.routes import all_routes


@register(Tags.urls)
def pages_are_declared(app_configs, **options):
    """Say which pages are shut because nobody said who may open them."""
    return [
        Error(
            f"Nobody may open /{route.path}: portal/access.py does not say who may.",
            hint=f"Add “{route.name or route.route}” to its table.",
            id="portal.E001",
        )
        for route in all_routes()
        if not route.is_declared
    ]
