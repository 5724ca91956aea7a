"""Policies on the desk: read by managers and administrators, edited by nobody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sla.models import Policy, PolicyRule, PolicyVersion
from sla.tests.standings import START, after
from tickets.catalog.models import Brand


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


def page(name, *args):
    return reverse(f"admin:sla_{name}", args=args)


def test_policies_versions_and_rules_can_be_read(client, robin, time):
    client.force_login(robin)
    version = PolicyVersion.objects.get()
    pages = [
        page("policy_changelist"),
        page("policy_change", version.policy_id),
        page("policyversion_changelist"),
        page("policyversion_change", version.pk),
        page("policyrule_changelist"),
        page("policyrule_change", PolicyRule.objects.get().pk),
    ]

    assert [client.get(url).status_code for url in pages] == [200] * 6


def test_a_version_shows_its_targets_in_lengths_and_offers_no_field(client, robin, time):
    client.force_login(robin)

    response = client.get(page("policyversion_change", PolicyVersion.objects.get().pk))

    html = response.content.decode()
    assert ">10d<" in html.replace("<p>", "").replace(" ", "").replace("\n", "")
    assert 'name="targets-0-seconds"' not in html


def test_nobody_edits_or_deletes_what_was_promised(client, robin, time):
    client.force_login(robin)
    version, rule = PolicyVersion.objects.get(), PolicyRule.objects.get()

    pages = [
        page("policy_delete", version.policy_id),
        page("policyversion_add"),
        page("policyversion_delete", version.pk),
        page("policyrule_delete", rule.pk),
    ]

    assert [client.post(url).status_code for url in pages] == [403] * 4
    assert client.post(page("policyrule_change", rule.pk), {"position": 9}).status_code == 403


def test_a_rule_is_added_from_now_on_and_ended_not_edited(client, robin, time):
    client.force_login(robin)
    brand = Brand.objects.get(key="clinical-collaboration")

    client.post(
        page("policyrule_add"),
        {"policy": Policy.objects.get().pk, "brand": brand.pk, "position": 0, "product": ""},
    )
    rule = PolicyRule.objects.get(brand=brand)
    time.advance(hours=1)
    client.post(page("policyrule_changelist"), {"action": "end", "_selected_action": [rule.pk]})

    rule.refresh_from_db()
    assert (rule.starts_at, rule.ends_at) == (START, after(hours=1))


def test_an_agent_finds_no_policies(client, alex):
    client.force_login(alex)

    assert client.get(page("policy_changelist")).status_code == 403
