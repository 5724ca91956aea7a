"""What somebody asks of the what-if page: how a ticket begins, and what happens then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from sla.models import PolicyVersion
from sla.what_if import HAPPENINGS, LEVELS, Happening
from tickets.catalog.fields import Line, Moment
from tickets.catalog.models import Brand, RequestType
from tickets.models import Ticket

# Rows that are always there; whoever fills all of them gets more.
AT_FIRST, FREE, MOST_ROWS = 4, 2, 40
CREATION = ("brand", "request_type", "product", "organization", "level", "start")
NUMBER = re.compile(r"(?P<prefix>[A-Z]+)-(?P<key>\d{1,18})", re.ASCII | re.IGNORECASE)
LATER = re.compile(
    r"\+\s*(?:(?P<days>\d{1,4})\s*d)?\s*(?:(?P<hours>\d{1,5})\s*h)?\s*(?:(?P<minutes>\d{1,6})\s*min)?",
    re.ASCII,
)


class When(forms.Field):
    """A time on the reader's wall clock, or a length after the start: "+1 h 30 min"."""

    def to_python(self, value: Any) -> Any:
        text = " ".join(str(value or "").split())
        if not text:
            return None
        later = LATER.fullmatch(text)
        if later and any(later.groups()):
            return timedelta(**{unit: int(n) for unit, n in later.groupdict().items() if n})
        wrong = _("Enter a date and a time, like 2026-11-27 14:30, or a length like +1 h 30 min.")
        clock = Moment(time_zone=timezone.get_current_timezone(), error_messages={"invalid": wrong})
        return clock.to_python(text).astimezone(UTC)


class WhatIfForm(forms.Form):
    """`reader` decides which tickets there are; `now` stands where a time is left out."""

    ticket = Line(
        label=gettext_lazy("Start from a ticket"),
        required=False,
        help_text=gettext_lazy("Its number, like PS-1042. Lengths then count from now."),
    )
    brand = forms.TypedChoiceField(
        label=gettext_lazy("Brand"),
        coerce=int,
        empty_value=None,
        error_messages={"required": gettext_lazy("Choose a brand, or name a ticket.")},
    )
    request_type = forms.TypedChoiceField(
        label=gettext_lazy("Request type"),
        coerce=int,
        empty_value=None,
        error_messages={"required": gettext_lazy("Choose a request type, or name a ticket.")},
    )
    product = Line(label=gettext_lazy("Product"), required=False)
    organization = Line(
        label=gettext_lazy("Organization"),
        required=False,
        help_text=gettext_lazy("Its whole name."),
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        coerce=int,
        choices=[(level, str(level)) for level in LEVELS],
        error_messages={"required": gettext_lazy("Choose a level, or name a ticket.")},
    )
    start = When(
        label=gettext_lazy("Received"),
        required=False,
        help_text=gettext_lazy("Like 2026-11-27 14:30; empty: now."),
    )
    version = forms.TypedChoiceField(
        label=gettext_lazy("Promised by"), required=False, coerce=int, empty_value=None
    )
    as_of = When(
        label=gettext_lazy("Looked at"),
        required=False,
        help_text=gettext_lazy("A time or a length; empty: after the last row."),
    )

    def __init__(self, *args, reader: User, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader, self.now = reader, now
        self.found: Ticket | None = None
        brands = Brand.objects.served_by(reader).values_list("pk", "name")
        self._fields("brand").choices = list(brands)
        self._fields("request_type").choices = list(RequestType.objects.values_list("pk", "name"))
        versions = PolicyVersion.objects.select_related("policy").order_by(
            "policy__name", "-number"
        )
        self._fields("version").choices = [
            ("", _("the rules, as they are now")),
            *((version.pk, str(version)) for version in versions),
        ]
        self._add_rows()
        if self.data.get("ticket", "").strip():
            for name in CREATION:
                self.fields[name].required = False

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for number in range(1, self.row_count + 1):
            yield self[f"at_{number}"], self[f"what_{number}"]

    @property
    def start_at(self) -> datetime:
        """When the ticket begins (UTC), or, of one that there is, what lengths count from."""
        start = self.cleaned_data.get("start")
        if self.found or start is None:
            return self.now
        return self.now + start if isinstance(start, timedelta) else start

    @property
    def happenings(self) -> list[Happening]:
        return [
            Happening(self._instant(self.cleaned_data[f"at_{number}"]), what)
            for number in range(1, self.row_count + 1)
            if (what := self.cleaned_data.get(f"what_{number}"))
        ]

    @property
    def looked_at(self) -> datetime:
        asked = self.cleaned_data.get("as_of")
        if asked is not None:
            return self._instant(asked)
        return max([self.start_at, *(each.at for each in self.happenings)])

    @property
    def attributes(self) -> dict[str, Any]:
        """Return what a promise may depend on, as the log keeps it."""
        names = ("organization", "brand", "product", "request_type")
        return {name: self.cleaned_data[name] for name in names}

    def clean_ticket(self) -> str:
        number = self.cleaned_data["ticket"]
        if number:
            said = NUMBER.fullmatch(number)
            seen = Ticket.objects.visible_to(self.reader)
            self.found = said and seen.filter(pk=said["key"], prefix__iexact=said["prefix"]).first()
            if self.found is None:
                raise ValidationError(_("There is no ticket %(number)s.") % {"number": number})
        return number

    def clean_organization(self) -> int | None:
        name = self.cleaned_data["organization"]
        if not name:
            return None
        found = Organization.objects.filter(name__iexact=name).first()
        if found is None:
            raise ValidationError(_("There is no organization “%(name)s”.") % {"name": name})
        return found.pk

    def clean(self):
        if self.errors:
            return
        begins = self.found.created_at if self.found else self.start_at
        for number in range(1, self.row_count + 1):
            self._check_row(number, begins=begins)
        if not self.errors and self.looked_at < begins:
            self.add_error("as_of", _("This is before the ticket was received."))

    def _check_row(self, number: int, *, begins: datetime) -> None:
        at, what = self.cleaned_data.get(f"at_{number}"), self.cleaned_data.get(f"what_{number}")
        if what and at is None:
            self.add_error(f"at_{number}", _("Say when this happens."))
        elif at is not None and not what:
            self.add_error(f"what_{number}", _("Say what happens then."))
        elif at is not None and self._instant(at) < begins:
            self.add_error(f"at_{number}", _("This is before the ticket was received."))

    def _instant(self, when: datetime | timedelta) -> datetime:
        return self.start_at + when if isinstance(when, timedelta) else when

    def _add_rows(self) -> None:
        filled = [number for number in range(1, MOST_ROWS + 1) if self._is_filled(number)]
        self.row_count = min(max(AT_FIRST, max(filled, default=0) + FREE), MOST_ROWS)
        choices: Sequence[Any] = [("", _("nothing")), *HAPPENINGS.items()]
        for number in range(1, self.row_count + 1):
            words = {"number": number}
            self.fields[f"at_{number}"] = When(label=_("When, %(number)d") % words, required=False)
            self.fields[f"what_{number}"] = forms.ChoiceField(
                label=_("What, %(number)d") % words, required=False, choices=choices
            )

    def _is_filled(self, number: int) -> bool:
        return any(self.data.get(f"{name}_{number}", "").strip() for name in ("at", "what"))

    def _fields(self, name: str) -> Any:
        return self.fields[name]
