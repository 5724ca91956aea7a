"""What may be asked for, as rows: brands, request types, subcategories, questions, levels."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.catalog.brands import Brand as Brand
from tickets.catalog.brands import BrandHost as BrandHost
from tickets.catalog.brands import Logo as Logo
from tickets.catalog.consequences import Ability, Affected
from tickets.catalog.validators import validate_extension, validate_key
from tickets.catalog.version import CatalogVersion as CatalogVersion


class PriorityLevel(models.Model):
    """What a level means and how to reach us; its hours belong to the SLA policy."""

    class Contact(models.TextChoices):
        PHONE_INSTEAD = "phone_instead", _("Call at once instead of filing a ticket")
        PHONE_OR_TICKET = "phone_or_ticket", _("Call; a ticket is allowed")
        TICKET = "ticket", _("File a ticket")

    number = models.PositiveSmallIntegerField(
        _("level"), primary_key=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    meaning = models.TextField(_("meaning"))
    contact = models.CharField(_("how to reach us"), max_length=20, choices=Contact.choices)

    class Meta:
        ordering = ["number"]
        verbose_name = _("priority level")
        verbose_name_plural = _("priority levels")
        constraints = [
            models.CheckConstraint(condition=Q(number__range=(1, 4)), name="level_is_1_to_4")
        ]

    def __str__(self):
        return _("Level %(number)s") % {"number": self.number}

    @property
    def is_phone_first(self) -> bool:
        return self.contact == self.Contact.PHONE_INSTEAD


class ImpactReminder(models.Model):
    """How to reach support when people cannot message or open the application."""

    affected = models.CharField(_("who is affected"), max_length=50, unique=True)
    by_phone = models.BooleanField(_("by phone"), default=True)
    by_chat = models.BooleanField(_("by chat"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("impact reminder")
        verbose_name_plural = _("impact reminders")

    def __str__(self):
        return self.affected


class ImpactRule(models.Model):
    """One row of the table that turns consequences into a level."""

    affected = models.CharField(_("who is affected"), max_length=10, choices=Affected.choices)
    ability = models.CharField(_("can they work"), max_length=10, choices=Ability.choices)
    urgent = models.BooleanField(_("urgent"))
    level = models.ForeignKey(
        PriorityLevel, models.PROTECT, related_name="+", verbose_name=_("level")
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("impact rule")
        verbose_name_plural = _("impact rules")
        constraints = [
            models.UniqueConstraint(
                fields=["affected", "ability", "urgent"], name="one_level_for_an_impact"
            )
        ]

    def __str__(self):
        return f"{self.affected}, {self.ability}, {self.urgent}: {self.level_id}"


class CommonField(models.Model):
    """Wording of a question that every form asks (kind, affected, ability, urgent, ...)."""

    class Key(models.TextChoices):
        KIND = "kind", _("Kind")
        AFFECTED = "affected", _("Who is affected")
        ABILITY = "ability", _("Can they work")
        URGENT = "urgent", _("Urgent")
        SUBJECT = "subject", _("Subject")
        DESCRIPTION = "description", _("Description")
        FILES = "files", _("Files")

    key = models.CharField(_("field"), max_length=20, primary_key=True, choices=Key.choices)
    label = models.CharField(_("label"), max_length=200)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    error = models.CharField(_("message when it is missing"), max_length=200, blank=True)
    choices = models.JSONField(
        _("choices"), default=list, blank=True, help_text=_("A list of {value, label, hint}.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("common field")
        verbose_name_plural = _("common fields")

    def __str__(self):
        return self.label


class RequestType(models.Model):
    """What a customer chooses first; a type that prompts has subcategories."""

    key = models.SlugField(_("key"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=150)
    meaning = models.CharField(_("description"), max_length=300)
    aliases = ArrayField(
        models.CharField(max_length=50), default=list, blank=True, verbose_name=_("other names")
    )
    prompts = models.BooleanField(_("prompts additional questions"), default=False)
    product = models.CharField(
        _("product"), max_length=100, blank=True, help_text=_("Empty: the brand's default product.")
    )
    phone_extension = models.CharField(
        _("extension of its own"),
        max_length=10,
        blank=True,
        validators=[validate_extension],
        help_text=_("Wins over the brand's."),
    )
    restricted = models.BooleanField(_("restricted"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("request type")
        verbose_name_plural = _("request types")

    def __str__(self):
        return self.name


class Subcategory(models.Model):
    """What a request of a prompting type is about; it belongs to exactly one type."""

    request_type = models.ForeignKey(
        RequestType, models.PROTECT, related_name="subcategories", verbose_name=_("request type")
    )
    key = models.SlugField(_("key"), max_length=50)
    name = models.CharField(_("name"), max_length=150)
    meaning = models.CharField(_("description"), max_length=300)
    restricted = models.BooleanField(_("restricted"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("subcategory")
        verbose_name_plural = _("subcategories")
        constraints = [
            models.UniqueConstraint(fields=["request_type", "key"], name="subcategory_key_in_type")
        ]

    def __str__(self):
        return self.name


class Question(models.Model):
    """One question of a request type or, if it names one, of a subcategory."""

    class Kind(models.TextChoices):
        TEXT = "text", _("One line")
        TEXTAREA = "textarea", _("Several lines")
        EMAIL = "email", _("E-mail address")
        PHONE = "phone", _("Phone number")
        INTEGER = "integer", _("Whole number")
        DATE = "date", _("Date")
        DATETIME = "datetime", _("Date and time")
        SELECT = "select", _("One of several")
        MULTISELECT = "multiselect", _("Any of several")
        CHECKBOX = "checkbox", _("Tick")

    request_type = models.ForeignKey(
        RequestType, models.PROTECT, related_name="questions", verbose_name=_("request type")
    )
    subcategory = models.ForeignKey(
        Subcategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("subcategory"),
    )
    key = models.CharField(_("key"), max_length=50, validators=[validate_key])
    label = models.CharField(_("question"), max_length=200)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    error = models.CharField(_("message when it is missing"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    required = models.BooleanField(_("required"), default=True)
    format = models.CharField(
        _("check"),
        max_length=60,
        blank=True,
        help_text=_("npi, invoice, or after:key of an earlier date."),
    )
    default = models.CharField(
        _("stands there at first"),
        max_length=200,
        blank=True,
        help_text=_("A fixed answer, or requester.name, .email, .phone or .organization."),
    )
    is_active = models.BooleanField(_("asked"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["request_type", "subcategory", "key"],
                nulls_distinct=False,
                name="question_key_in_form",
            )
        ]

    def __str__(self):
        return self.label

    def clean(self):
        """Refuse a subcategory of another type."""
        if self.subcategory and self.subcategory.request_type_id != self.request_type_id:
            raise ValidationError(
                {"subcategory": _("This subcategory belongs to another request type.")}
            )


class Choice(models.Model):
    """One answer that a select or multiselect offers."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices")
    label = models.CharField(_("answer"), max_length=150)
    leads_to = models.ForeignKey(
        Subcategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("leads to"),
        help_text=_("Goes on there with what was typed."),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(fields=["question", "label"], name="choice_label_in_question")
        ]

    def __str__(self):
        return self.label


class Condition(models.Model):
    """Shows a question when an earlier one was answered with any of some choices."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="conditions")
    parent = models.ForeignKey(
        Question, models.PROTECT, related_name="+", verbose_name=_("earlier question")
    )
    choices = models.ManyToManyField(Choice, related_name="+", verbose_name=_("answers"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        constraints = [
            models.UniqueConstraint(fields=["question", "parent"], name="one_condition_per_parent")
        ]

    def __str__(self):
        return f"{self.question_id} if {self.parent_id}"
