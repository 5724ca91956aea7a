"""People: users known by their e-mail address, their organizations and teams."""

from __future__ import annotations

import zoneinfo
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import Digits, UserManager, normal_email


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write one like America/New_York."),
            params={"name": name},
        )


class Organization(models.Model):
    """A clinic, practice or hospital whose people write to us."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_time_zone]
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)  # noqa: TID251 (below tickets.clock)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self):
        return self.name


class OrganizationDomain(models.Model):
    """A mail domain that suggests an organization; it never grants anything."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=253, unique=True)

    class Meta:
        ordering = ["domain"]
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")

    def __str__(self):
        return self.domain


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an e-mail address: customer, agent, manager or administrator."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("organization"),
    )
    stated_organization = models.CharField(
        _("organization as stated at sign-up"),
        max_length=200,
        blank=True,
        help_text=_("What the person typed. It grants nothing until an agent confirms it."),
    )
    sees_organization = models.BooleanField(
        _("sees the whole organization's tickets"), default=False
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    product = models.CharField(_("product"), max_length=100, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_time_zone]
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May enter the agents' desk.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)  # noqa: TID251 (below tickets.clock)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_whatever_its_case"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower"),
        ]
        indexes = [
            models.Index(
                fields=["name", "id"], condition=Q(is_staff=True), name="user_staff_by_name"
            ),
            # By a part of it, whatever its case: as `finding.customers` asks.
            GinIndex(
                *(
                    OpClass(expression, name="gin_trgm_ops")
                    for expression in (Upper("name"), Upper("email"), Digits("phone"))
                ),
                name="customers_as_looked_for",
                fastupdate=False,
                condition=Q(is_staff=False, is_active=True),
            ),
        ]

    def __str__(self):
        return self.name or self.email

    @property
    def own_time_zone(self) -> str:
        """The zone that the person chose, else their organization's; "" where neither is said."""
        organization = self.organization if self.organization_id else None
        return self.time_zone or (organization.time_zone if organization else "")

    def clean(self):
        super().clean()
        self.email = normal_email(self.email)

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self).split()[0]


class Team(models.Model):
    """Agents who work on tickets together; its leads hear of its breaches."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="teams"
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self):
        return self.name


class Membership(models.Model):
    """A user's place in a team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(_("lead"), default=False)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_place_in_a_team")]

    def __str__(self):
        return f"{self.user} ({self.team})"


class Limit(models.Model):
    """How often one key (a door and who knocks) was used in its current window."""

    key = models.CharField(max_length=200, primary_key=True)
    window_started_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["window_started_at"], name="limit_by_window")]

    def __str__(self):
        return f"{self.key}: {self.count}"
