"""What the catalog is made of once it is in memory: rows as frozen values that know each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

from tickets.catalog.conditions import QuestionSpec
from tickets.catalog.models import PriorityLevel


@dataclass(frozen=True)
class PhoneSpec:
    """A number as people read it, like 1.877.844.7727, and its extension, if any."""

    number: str
    extension: str = ""

    @property
    def display(self) -> str:
        return f"{self.number}, ext. {self.extension}" if self.extension else self.number

    @property
    def tel_url(self) -> str:
        """Return the link of RFC 3966 that dials it."""
        digits = "".join(character for character in self.number if character.isdigit())
        return f"tel:+{digits};ext={self.extension}" if self.extension else f"tel:+{digits}"

    @property
    def tel(self) -> str:
        """Return `tel_url` under the name that the page components use."""
        return self.tel_url


@dataclass(frozen=True)
class LogoSpec:
    """A brand's picture without its content, which its own address gives."""

    sha256: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class BrandSpec:
    id: int
    key: str
    name: str
    formerly: str
    is_default: bool
    origin: str
    number_prefix: str
    default_product: str
    phone: PhoneSpec
    chat_url: str
    status_page_url: str
    mail_address: str
    time_zone: str
    color_light: str
    color_dark: str
    mail_request_type_id: int | None
    mail_level_id: int
    mails_reply_text: bool
    app_menu: str
    app_entries: tuple[str, ...]
    hosts: tuple[str, ...]
    logo: LogoSpec | None

    @property
    def phone_number(self) -> str:
        return self.phone.number

    @property
    def phone_extension(self) -> str:
        return self.phone.extension

    @property
    def phone_display(self) -> str:
        return self.phone.display

    @property
    def tel_url(self) -> str:
        return self.phone.tel_url


@dataclass(frozen=True)
class SubcategorySpec:
    id: int
    key: str
    name: str
    meaning: str
    restricted: bool
    questions: tuple[QuestionSpec, ...]


@dataclass(frozen=True)
class TypeSpec:
    """A request type; `subcategories` and `questions` hold only what is offered."""

    id: int
    key: str
    name: str
    meaning: str
    aliases: tuple[str, ...]
    prompts: bool
    product: str
    phone_extension: str
    restricted: bool
    questions: tuple[QuestionSpec, ...]
    subcategories: tuple[SubcategorySpec, ...]

    def subcategory(self, key: str | None) -> SubcategorySpec | None:
        """Return one of this type's own subcategories; another type's is None."""
        return next((about for about in self.subcategories if about.key == key), None)


About = TypeVar("About", TypeSpec, SubcategorySpec)


def not_required(spec: About) -> About:
    """Return it with the same questions, of which none must be answered."""
    questions = tuple(replace(question, required=False) for question in spec.questions)
    return replace(spec, questions=questions)


@dataclass(frozen=True)
class LevelSpec:
    number: int
    meaning: str
    contact: str

    @property
    def is_phone_first(self) -> bool:
        return self.contact == PriorityLevel.Contact.PHONE_INSTEAD

    @property
    def is_for_phone(self) -> bool:
        """Tell whether calling is faster, be a ticket allowed or not."""
        return self.contact != PriorityLevel.Contact.TICKET

    @property
    def action(self) -> str:
        """Say what to do, in words for customers."""
        return {
            PriorityLevel.Contact.PHONE_INSTEAD: _("Call us at once instead of filing a ticket."),
            PriorityLevel.Contact.PHONE_OR_TICKET: _("Call us; you may also file a ticket."),
            PriorityLevel.Contact.TICKET: _("File a ticket."),
        }[PriorityLevel.Contact(self.contact)]


@dataclass(frozen=True)
class Wording:
    """One answer of a common field: the value that is stored and the words for it."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class CommonSpec:
    """How a question that every form asks is worded."""

    key: str
    label: str
    hint: str = ""
    error: str = ""
    choices: tuple[Wording, ...] = ()

    def words(self, value: str) -> str:
        """Return the label of a stored value, or the value where the wording is gone."""
        return next((words.label for words in self.choices if words.value == value), value)


@dataclass(frozen=True)
class ReminderSpec:
    """How to reach support when this many people can't message or open the application."""

    affected: str
    by_phone: bool
    by_chat: bool

    def ways(self, brand: BrandSpec) -> tuple[str, ...]:
        """Return "phone" and "chat" as they apply: chat only where the brand has one."""
        ways = (
            ("phone", self.by_phone and bool(brand.phone.number)),
            ("chat", self.by_chat and bool(brand.chat_url)),
        )
        return tuple(way for way, applies in ways if applies)


class NotOffered(Exception):
    """The request type was taken off the offer since somebody chose it."""


@dataclass(frozen=True)
class Catalog:
    """All brands, request types, levels and wordings, as of one version."""

    version: int
    brands: tuple[BrandSpec, ...]
    type_specs: tuple[TypeSpec, ...]
    levels: Mapping[int, LevelSpec]
    rules: Mapping[tuple[str, str, bool], int]
    common: Mapping[str, CommonSpec]
    reminders: tuple[ReminderSpec, ...]

    @cached_property
    def hosts(self) -> Mapping[str, BrandSpec]:
        return {host: brand for brand in self.brands for host in brand.hosts}

    @property
    def contacts(self) -> tuple[BrandSpec, ...]:
        """Return all brands: their name, phone_number, phone_extension, phone_display, tel_url."""
        return self.brands

    @property
    def default_brand(self) -> BrandSpec | None:
        chosen = (brand for brand in self.brands if brand.is_default)
        return next(chosen, self.brands[0] if self.brands else None)

    def brand(self, key: str) -> BrandSpec | None:
        return next((brand for brand in self.brands if brand.key == key), None)

    def brand_by_id(self, id: int) -> BrandSpec | None:
        return next((brand for brand in self.brands if brand.id == id), None)

    def brand_of_host(self, host: str) -> BrandSpec | None:
        """Return the brand that answers on a host name, written without port, or None."""
        return self.hosts.get(host.lower().rstrip("."))

    def types(self) -> tuple[TypeSpec, ...]:
        """Return what a customer can choose, in order; both brands offer all of it."""
        return self.type_specs

    def type(self, key: str | None) -> TypeSpec | None:
        return next((spec for spec in self.type_specs if spec.key == key), None)

    def type_by_id(self, id: int) -> TypeSpec | None:
        return next((spec for spec in self.type_specs if spec.id == id), None)

    def offered_type(self, id: int) -> TypeSpec:
        """Return a request type that can be filed. Raises `NotOffered`."""
        spec = self.type_by_id(id)
        if spec is None:
            raise NotOffered
        return spec

    def questions(self, type_key: str, subcategory_key: str | None) -> tuple[QuestionSpec, ...]:
        """Return a form's questions: the type's own, then the subcategory's."""
        spec = self.type(type_key)
        if spec is None:
            return ()
        about = spec.subcategory(subcategory_key)
        return spec.questions + (about.questions if about else ())

    def level_for(self, *, affected: str, ability: str, urgent: bool) -> int:
        """Return the level, 1 to 4, that the table of impact rules gives."""
        return self.rules[affected, ability, urgent]

    def phone_for(self, brand: BrandSpec, type: TypeSpec | None = None) -> PhoneSpec:
        """Return whom to call: a product type's own extension wins over the host's."""
        if type is not None and type.phone_extension:
            return PhoneSpec(brand.phone.number, type.phone_extension)
        return brand.phone
