"""A request on its way: what its draft says, read through the catalog. Nothing typed is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.forms import BoundField
from django.utils.translation import gettext_lazy

from tickets import drafts, patient_data
from tickets.beforehand import Beforehand
from tickets.catalog.forms import DetailsForm, ImpactForm
from tickets.forms import ask_beside
from tickets.models import PhoneAnswer, Ticket
from tickets.patient_data import Sort
from tickets.submission import Submission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# Stored beside what was typed: that its sender was asked about patient data.
ASKED = "asked_about_patient_data"
PATIENT_DATA = {
    Sort.SOCIAL_SECURITY_NUMBER: gettext_lazy("a social security number"),
    Sort.RECORD_NUMBER: gettext_lazy("a record number"),
    Sort.DATE_OF_BIRTH: gettext_lazy("a date of birth"),
}


@dataclass(frozen=True)
class Doubt:
    """What looks like patient data, in words, and the field where it stands."""

    what: StrOrPromise
    field: BoundField


class Underway:
    """A draft, and what it comes to for whoever has it open: type, level, promise, submission."""

    def __init__(self, request, draft):
        self.draft = draft
        self.request = request
        self.catalog = request.catalog

    @cached_property
    def type_spec(self):
        return self.catalog.offered_type(self.draft.request_type_id)

    @property
    def subcategory(self):
        """Return what of the catalog it is about; None where that is not said or not needed."""
        of_type = self.type_spec.subcategories
        return next((each for each in of_type if each.id == self.draft.subcategory_id), None)

    @cached_property
    def beforehand(self) -> Beforehand:
        return Beforehand(self.request, self.type_spec)

    def details(self, **data) -> DetailsForm:
        """Build the form of the details, from `data=` (a POST) or `initial=` (the draft's)."""
        form = DetailsForm(
            catalog=self.catalog,
            type_spec=self.type_spec,
            subcategory=self.subcategory,
            user=self.request.user if self.request.user.is_authenticated else None,
            **data,
        )
        ask_beside(form, signed_out=not self.request.user.is_authenticated)
        return form

    @cached_property
    def impact(self) -> dict[str, Any] | None:
        """The checked answers that give the level, with what was asked beside them.

        None where one of them is missing.
        """
        if self.type_spec.prompts:
            about = ImpactForm(self.draft.data, catalog=self.catalog, type_spec=self.type_spec)
            return about.cleaned_data if about.is_valid() else None
        form = self.details(data=self.draft.data)
        form.full_clean()
        needed = {"affected", "ability", "urgent"}
        return form.cleaned_data if needed <= form.cleaned_data.keys() else None

    def level(self) -> int | None:
        """Return the level that the answers on impact give, 1 (most urgent) to 4, or None."""
        given = self.impact
        if given is None:
            return None
        return self.catalog.level_for(
            affected=given["affected"], ability=given["ability"], urgent=given["urgent"]
        )

    def affected(self) -> str:
        """Return who is affected, "" where that is not said."""
        return self.impact["affected"] if self.impact else ""

    def must_call_first(self, level: int) -> bool:
        """Tell whether its sender is to be asked to call, and was not asked yet."""
        phone_first = self.catalog.levels[level].is_phone_first
        return phone_first and self.draft.phone_answer == PhoneAnswer.NONE

    def doubt_to_ask_about(self, form: DetailsForm) -> Doubt | None:
        """Return what looks like patient data in the texts of a valid form; once for a draft."""
        found = patient_data.first_in(form.texts())
        if found is None or ASKED in self.draft.data:
            return None
        drafts.keep(self.draft, {ASKED: [found.name]})
        return Doubt(PATIENT_DATA[found.sort], form[found.name])

    def submission(self, form: DetailsForm, *, requester, level: int) -> Submission:
        """Return what becomes the ticket, but for its files; `form` is valid.

        `level` comes of its impact.
        """
        draft, given = self.draft, self.impact
        if given is None:
            raise ValueError("A request without checked answers on impact has no level.")
        # Who changed the answers after the phone page was asked about another level.
        was_asked = self.catalog.levels[level].is_phone_first
        return Submission(
            requester=requester,
            brand=draft.brand,
            request_type=draft.request_type,
            subcategory=draft.subcategory,
            level=level,
            kind=given["kind"],
            affected=given["affected"],
            ability=given["ability"],
            urgent=given["urgent"],
            subject=form.cleaned_data["subject"],
            description=form.cleaned_data["description"],
            answers=form.answers(),
            copies=form.cleaned_data.get("copy_to", ()),
            phone_answer=draft.phone_answer if was_asked else PhoneAnswer.NONE,
            phone_reference=draft.phone_reference if was_asked else "",
            draft_key=draft.pk,
            follows=self._follows(requester),
        )

    def _follows(self, requester) -> Ticket | None:
        """Return the closed ticket that this goes on from, if its requester still sees that."""
        if self.draft.follows_id is None:
            return None
        return Ticket.objects.visible_to(requester).filter(pk=self.draft.follows_id).first()
