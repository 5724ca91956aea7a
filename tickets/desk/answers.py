"""The desk's page of a ticket's open questions, which an agent fills in for its customer."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import answering, services
from tickets.catalog.answers import as_typed
from tickets.catalog.forms import SHOWN, DetailsForm, typed
from tickets.catalog.specs import not_required
from tickets.desk import verb_pages as pages


class AnswersForm(DetailsForm):
    """The questions that are not answered yet; none of them must be.

    What was answered before counts, whatever is sent beside it: words that differ are `overtaken`,
    and said to whoever typed them.
    """

    def __init__(self, data=None, *, catalog, about, answered, person):
        spec, subcategory = about
        known = _known(answered)
        super().__init__(
            None if data is None else _with(known, typed(data)),
            catalog=catalog,
            type_spec=not_required(spec),
            subcategory=subcategory and not_required(subcategory),
            user=person,
            initial=known,
        )
        for name in [each for each in self.fields if not each.startswith("q_") and each != SHOWN]:
            del self.fields[name]
        self.answered = {*known}
        self.overtaken = [] if data is None else list(_overtaken(answered, known, typed(data)))

    @property
    def leads_to(self):
        """Stay: what a ticket is about has a page of its own."""
        return None

    def clean(self):
        for answer, words in self.overtaken:
            self.add_error(
                None,
                _("“%(question)s” was answered meanwhile: “%(said)s”. Not saved: “%(typed)s”")
                % {"question": answer.label, "said": answer.display, "typed": words},
            )
        return super().clean()

    def new_answers(self):
        """Return what is answered here for the first time."""
        return [each for each in self.answers() if f"q_{each.key}" not in self.answered]

    def open_fields(self):
        """Return the fields of what is not answered yet, which are all that is shown."""
        return [bound for bound in self if bound.name not in self.answered]

    @property
    def asks(self):
        """Whether there is anything left to ask."""
        return any(bound.name != SHOWN for bound in self.open_fields())


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request, pk):
    """Show what is not answered on a ticket, and take what an agent was told."""
    ticket = pages.to_work_on(request, pk)
    form = _form(request, ticket)
    if request.method != "POST" or not form.is_valid():
        return _page(request, ticket, form)
    try:
        answering.fill_in(ticket, by=request.user, answers=form.new_answers())
    except answering.AnsweredMeanwhile:
        return _page(request, ticket, _form(request, ticket))
    except services.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, ticket, form)
    return pages.back(request, ticket, _("Saved on %(number)s.") % {"number": ticket.number})


def _form(request, ticket):
    """Return the form as the ticket is answered right now."""
    spec, subcategory = answering.form_of(ticket, request.catalog)
    if spec is None:
        raise Http404
    return AnswersForm(
        request.POST if request.method == "POST" else None,
        catalog=request.catalog,
        about=(spec, subcategory),
        answered=list(ticket.answers.all()),
        person=ticket.requester,
    )


def _page(request, ticket, form):
    page = pages.show(request, "desk/answers.html", ticket, title=_("Still to ask"), form=form)
    if form.overtaken:
        page.status_code = 409
    return page


def _known(answered):
    """Return what was answered before, as somebody would type it once more."""
    zone = timezone.get_current_timezone()
    return {
        f"q_{answer.key}": as_typed(answer.value, kind=answer.kind, time_zone=zone)
        for answer in answered
    }


def _with(known, data):
    for name, values in known.items():
        data.setlist(name, values)
    return data


def _overtaken(answered, known, data):
    """Yield each answer beside the other words that were sent for it."""
    for answer in answered:
        name = f"q_{answer.key}"
        words = [value for value in map(_plain, data.getlist(name)) if value]
        if words and sorted(words) != sorted(map(_plain, known[name])):
            yield answer, ", ".join(words)


def _plain(value):
    """Return a value without what a browser or a field changes of it."""
    return "\n".join(value.split("\r\n")).strip()
