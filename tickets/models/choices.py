"""The words that rows of tickets choose from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    APP_GET_HELP = "app-get-help", _("App: Get Help")
    APP_CALLBACK = "app-callback", _("App: Request Callback")


class Kind(models.TextChoices):
    ISSUE = "issue", _("An issue")
    REQUEST = "request", _("A request")
    QUESTION = "question", _("A question")


class PhoneAnswer(models.TextChoices):
    """What the sender of a level 1 or 2 ticket said about calling first."""

    NONE = "", _("Not asked")
    CALLED = "called", _("Called")
    CANNOT = "cannot", _("Cannot call")
