"""Pages of the catalog at the desk, filled in and posted as a browser would."""

from django.urls import reverse

from tickets.catalog.forms import is_given
from tickets.catalog.models import Question


def url(model, row=None, page="change"):
    name = f"admin:catalog_{model._meta.model_name}_{page}"
    return reverse(name, args=[row.pk] if row else [])


def typed(response):
    """Return what a browser would post back from an admin page."""
    context = response.context
    forms = [context["adminform"].form]
    for formset in (inline.formset for inline in context["inline_admin_formsets"]):
        forms += [formset.management_form, *formset.forms]
    return {
        bound.html_name: bound.value()
        for form in forms
        for bound in form
        if is_given(bound.value())
    }


def save(desk, row, **changes):
    address = url(type(row), row)
    data = typed(desk.get(address)) | changes
    return desk.post(address, {name: value for name, value in data.items() if value is not None})


def problems(response):
    context = response.context
    found = [*context["adminform"].form.errors.values()]
    for inline in context["inline_admin_formsets"]:
        found += [
            inline.formset.non_form_errors(),
            *(errors for form in inline.formset.errors for errors in form.values()),
        ]
    return [message for errors in found for message in errors]


def question(key, about="practitioner"):
    return Question.objects.get(request_type__key="perfectserve", subcategory__key=about, key=key)
