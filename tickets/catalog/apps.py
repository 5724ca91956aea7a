"""The catalog app: brands, request types, questions and levels as data."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "tickets.catalog"
    label = "catalog"
    verbose_name = "Catalog"
