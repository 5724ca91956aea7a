"""Forms as the portal builds them, and answers that every shipped one takes."""

from tickets.catalog import store
from tickets.catalog.forms import DetailsForm, ImpactForm

IMPACT = {"affected": "one", "ability": "partly", "kind": "issue"}
TEXTS = {"subject": "Wrong schedule", "description": "It shows last week."}
BY_FORMAT = {"npi": "1234567893", "invoice": "INV-42"}
BY_KIND = {
    "text": "Somebody",
    "textarea": "Some\nlines",
    "email": "dana@example.com",
    "phone": "877-844-7727",
    "integer": "12",
    "date": "2026-11-27",
    "datetime": "2026-11-27T14:30",
    "checkbox": "on",
}


def sample(question, pick=0):
    """Return an answer; of several choices the one at `pick`, or the last."""
    if question.choices:
        labels = [choice.label for choice in question.choices if choice.leads_to is None]
        return labels[min(pick, len(labels) - 1)]
    return BY_FORMAT.get(question.format) or BY_KIND[question.kind]


def samples(questions, pick=0):
    return {f"q_{question.key}": sample(question, pick) for question in questions}


def details(type_key, about=None, data=None, **options):
    catalog = store.current()
    spec = catalog.type(type_key)
    return DetailsForm(
        data,
        catalog=catalog,
        type_spec=spec,
        subcategory=spec.subcategory(about),
        time_zone="America/New_York",
        **options,
    )


def impact(data=None, type_key="perfectserve", **options):
    catalog = store.current()
    return ImpactForm(data, catalog=catalog, type_spec=catalog.type(type_key), **options)


def by_key(form):
    return {answer.key: answer for answer in form.answers()}
