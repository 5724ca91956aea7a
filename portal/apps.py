"""The portal app: the composition root, and the agents' desk in place of the stock admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"


class DeskConfig(AdminConfig):
    default_site = "portal.desk.DeskSite"
