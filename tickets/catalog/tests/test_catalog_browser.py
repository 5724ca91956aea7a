"""The catalog's pages in a browser: accessible, and the public one at every width."""

import pytest
from django.test import Client
from django.urls import reverse

from tickets.catalog.models import (
    Brand,
    CommonField,
    ImpactRule,
    Question,
    RequestType,
    Subcategory,
)


@pytest.fixture
def desk(live_site, page, make_user, settings):
    settings.STAFF_MFA = "off"
    client = Client()
    client.force_login(make_user("Ada", role="administrator"))
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "url": live_site.url,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            }
        ]
    )
    return page


def test_the_contact_page_is_accessible_and_fits_from_narrow_to_wide(page, axe):
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto("/contact/")
            fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            found[scheme, width] = (axe(page), fits)

    assert set(map(str, found.values())) == {"([], True)"}, found


def test_what_administrators_edit_is_accessible(desk, axe):
    rows = [
        Brand.objects.first(),
        RequestType.objects.get(key="perfectserve"),
        Subcategory.objects.get(key="practitioner"),
        CommonField.objects.get(key="ability"),
        Question.objects.get(subcategory__key="practitioner", key="device"),
    ]
    found = {}
    for model in (Brand, RequestType, Subcategory, Question, CommonField, ImpactRule):
        url = reverse(f"admin:catalog_{model._meta.model_name}_changelist")
        desk.goto(url)
        found[url] = axe(desk)
    for row in rows:
        url = reverse(f"admin:catalog_{row._meta.model_name}_change", args=[row.pk])
        desk.goto(url)
        found[url] = axe(desk)

    assert {url: problems for url, problems in found.items() if problems} == {}


def test_a_condition_is_added_without_a_line_of_code(desk):
    steps = Question.objects.get(
        request_type__key="perfectserve", subcategory__key="practitioner", key="npi"
    )
    parent = Question.objects.get(subcategory=steps.subcategory, key="need")
    Question.objects.filter(pk=steps.pk).update(position=9)
    desk.goto(reverse("admin:catalog_question_change", args=[steps.pk]))

    desk.locator("#id_conditions-0-parent").select_option(label=parent.label)
    desk.locator("#id_conditions-0-choices").select_option(label="Information")
    desk.get_by_role("button", name="Save", exact=True).click()

    desk.get_by_text("was changed successfully").wait_for()
    desk.get_by_text("only when “What is needed?” is Information").wait_for()
