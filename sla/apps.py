"""The sla app: promises, and whether they are kept."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = "Promises"
