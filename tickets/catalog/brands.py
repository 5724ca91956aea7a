"""The faces of the help desk as rows: brands, the hosts they answer on, their logos."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, validate_time_zone
from tickets.catalog.querysets import BrandQuerySet
from tickets.catalog.validators import (
    validate_color,
    validate_color_on_dark,
    validate_color_on_white,
    validate_extension,
    validate_host,
    validate_phone,
)

NO_PHONE = _("Give a phone number: people with a Level 1 or 2 problem are told to call it.")


class Brand(models.Model):
    """One face of the help desk: its hosts, phone, look and mail address."""

    key = models.SlugField(_("key"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    formerly = models.CharField(_("formerly"), max_length=100, blank=True)
    is_default = models.BooleanField(_("answers on loopback"), default=False)
    origin = models.URLField(_("origin"), help_text=_("Links in mails start with it."))
    number_prefix = models.CharField(_("ticket number prefix"), max_length=5, unique=True)
    default_product = models.CharField(_("default product"), max_length=100)
    phone_number = models.CharField(
        _("phone number"),
        max_length=30,
        validators=[validate_phone],
        error_messages={"blank": NO_PHONE},
        help_text=_("With its country code, like 1.877.844.7727."),
    )
    phone_extension = models.CharField(
        _("extension"), max_length=10, blank=True, validators=[validate_extension]
    )
    chat_url = models.URLField(_("chat address"), blank=True)
    status_page_url = models.URLField(_("status page"), blank=True)
    mail_address = models.EmailField(_("mail address"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    color_light = models.CharField(
        _("color on white"), max_length=7, validators=[validate_color, validate_color_on_white]
    )
    color_dark = models.CharField(
        _("color on dark"), max_length=7, validators=[validate_color, validate_color_on_dark]
    )
    mail_request_type = models.ForeignKey(
        "RequestType",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("request type of mailed tickets"),
    )
    mail_level = models.ForeignKey(
        "PriorityLevel",
        models.PROTECT,
        default=3,
        related_name="+",
        verbose_name=_("level of mailed tickets"),
    )
    mails_reply_text = models.BooleanField(
        _("mails hold what agents answered"),
        default=False,
        help_text=_("To people whose address is proved; of restricted requests never."),
    )
    app_menu = models.CharField(_("menu in the mobile app"), max_length=50, blank=True)
    app_entries = ArrayField(
        models.CharField(max_length=50),
        default=list,
        blank=True,
        verbose_name=_("entries in the mobile app"),
    )
    teams = models.ManyToManyField(
        Team,
        blank=True,
        related_name="brands",
        verbose_name=_("served by"),
        help_text=_("Empty: every agent serves this brand."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = BrandQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="one_default_brand",
                violation_error_message=_("Another brand answers on loopback already."),
            )
        ]

    def __str__(self):
        return self.name


class BrandHost(models.Model):
    """A host name on which a brand answers."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="hosts")
    host = models.CharField(_("host"), max_length=253, unique=True, validators=[validate_host])

    class Meta:
        ordering = ["id"]
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def __str__(self):
        return self.host


class Logo(models.Model):
    """The picture in a brand's header.

    It is small and lies in the database: every process has it, and so has every backup.
    """

    class Type(models.TextChoices):
        SVG = "image/svg+xml", "SVG"
        PNG = "image/png", "PNG"

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="logo")
    content = models.BinaryField(_("content"))
    content_type = models.CharField(_("type"), max_length=20, choices=Type.choices)
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    alt = models.CharField(_("text instead of it"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self):
        return str(self.brand)
