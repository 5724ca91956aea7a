"""Reasons and actions on the desk: the how-to's recipe, and who may follow it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sla.acknowledging import acknowledge
from sla.models import Action, Breach, Reason
from sla.tests.broken import TALKED, TOO_FEW, action, break_first_responses, reason

MODELS = ["reason", "action"]


def page(name, *args):
    return reverse(f"admin:sla_{name}", args=args)


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


@pytest.fixture
def desk(browser_of, robin):
    return browser_of(robin)


def offered(model):
    return list(model.objects.filter(is_archived=False).values_list("name", flat=True))


def test_a_first_set_is_shipped(db):
    assert (len(offered(Reason)), len(offered(Action))) == (11, 8)
    assert offered(Reason)[-1] == "Something else"


def test_another_reason_stands_where_its_position_says(desk):
    response = desk.post(page("reason_add"), {"name": "A storm", "position": 1})

    assert response["Location"] == page("reason_changelist")
    assert offered(Reason)[:3] == ["A storm", TOO_FEW, "Not seen in time"]


def test_another_name_is_another_name_everywhere(desk, make_ticket, morgan, time):
    [breach] = break_first_responses(time, make_ticket(level=1))
    acknowledge(breach, by=morgan, reason=reason(), action=action())

    desk.post(page("reason_change", reason().pk), {"name": "Too few of us", "position": 1})

    assert str(Breach.objects.get().reason) == "Too few of us"


@pytest.mark.parametrize("model", [Reason, Action])
def test_what_is_archived_is_offered_no_more_and_can_be_offered_again(desk, model):
    first, name = model.objects.first(), model._meta.model_name
    before = offered(model)

    for verb, expected in (("archive", before[1:]), ("offer", before)):
        desk.post(page(f"{name}_changelist"), {"action": verb, "_selected_action": first.pk})
        assert offered(model) == expected


@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_deleted(desk, name):
    pk = {"reason": reason(TOO_FEW), "action": action(TALKED)}[name].pk

    assert desk.post(page(f"{name}_delete", pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in desk.get(page(f"{name}_changelist")).content.decode()


@pytest.mark.parametrize("role", ["agent", "manager", "read_only", "administrator"])
def test_only_administrators_edit_them(browser_of, make_user, role):
    browser = browser_of(make_user("Somebody", role=role))

    found = [browser.get(page(f"{name}_changelist")).status_code for name in MODELS]

    assert found == [200 if role == "administrator" else 403] * 2
