"""The portal app: the composition root, and the agents' desk in place of the stock admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"

    def ready(self):
        """Register the checks, which can read the map of the site only once all apps are there."""
        from portal import checks  # noqa: F401 (registers its checks)


class DeskConfig(AdminConfig):
    default_site = "portal.desk.DeskSite"
