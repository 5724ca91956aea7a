"""The tickets app: what customers ask, what agents answer, and every step between."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = "Tickets"
