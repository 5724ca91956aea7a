"""The two plain questions that give a level: who is affected, and can they still work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Affected(models.TextChoices):
    NOBODY = "nobody", _("Nobody")
    ONE = "one", _("One person")
    SOME = "some", _("Some people")
    MOST = "most", _("Most or all people")


class Ability(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")
