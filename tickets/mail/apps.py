"""The mail app: what must be told, to whom, and that it was."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "tickets.mail"
    label = "mail"
    verbose_name = "Mail"
