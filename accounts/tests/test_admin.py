"""People at the desk: who may look, who may change, and what nobody can do here."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse

from accounts.models import Organization, Team, User
from accounts.tests.people import make, sign_in, signed_in

PEOPLE = "/admin/accounts/user/"


def change(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def answers(user, **changed):
    role = {"Agents": "agent", "Administrators": "administrator"}.get(
        user.groups.values_list("name", flat=True).first(), "customer"
    )
    return {
        "email": user.email,
        "name": user.name,
        "is_active": "on",
        "role": role,
        "phone": "",
        "product": "",
        "time_zone": "",
        "organization": "",
    } | changed


def test_administrator_makes_somebody_who_then_gets_a_password(robin, client):
    response = signed_in(robin).post(
        reverse("admin:accounts_user_add"),
        {"email": "New@Support.example", "name": "Nia Cole", "role": "agent", "organization": ""},
    )

    user = User.objects.get(email="new@support.example")
    assert response.status_code == 302
    assert (user.name, user.is_staff, user.is_active, user.is_superuser) == (
        "Nia Cole",
        True,
        True,
        False,
    )
    assert [group.name for group in user.groups.all()] == ["Agents"]
    assert not user.has_usable_password()
    client.post(reverse("account_reset_password"), {"email": "new@support.example"})
    assert [message.to for message in mail.outbox] == [["new@support.example"]]


def test_form_for_a_new_person_asks_for_no_password(robin):
    page = signed_in(robin).get(reverse("admin:accounts_user_add")).content.decode()

    assert 'type="password"' not in page
    assert "by “Get a password”" in page


def test_same_address_twice_is_refused_in_words(robin, dana):
    response = signed_in(robin).post(
        reverse("admin:accounts_user_add"),
        {"email": "DANA@clinic.example", "name": "Other", "role": "customer"},
    )

    assert response.context["adminform"].form.errors == {
        "email": ["Somebody with this address is here already."]
    }


def test_role_is_changed_by_name(robin, dana):
    signed_in(robin).post(change(dana), answers(dana, role="manager"))

    dana.refresh_from_db()
    assert (dana.is_staff, [group.name for group in dana.groups.all()]) == (True, ["Managers"])


def test_right_to_legal_requests_is_given_and_taken(robin, alex):
    legal = Group.objects.get(name="Legal requests")
    client = signed_in(robin)

    client.post(change(alex), answers(alex, rights=[legal.pk]))
    given = set(alex.groups.values_list("name", flat=True))
    client.post(change(alex), answers(alex, role="agent"))

    assert given == {"Agents", "Legal requests"}
    assert set(alex.groups.values_list("name", flat=True)) == {"Agents"}


def test_customer_gets_no_right_of_staff(robin, dana):
    legal = Group.objects.get(name="Legal requests")

    response = signed_in(robin).post(change(dana), answers(dana, rights=[legal.pk]))

    assert list(response.context["adminform"].form.errors) == ["rights"]


def test_nobody_makes_themselves_more_here(robin):
    signed_in(robin).post(
        change(robin),
        answers(
            robin,
            is_superuser="on",
            is_staff="on",
            user_permissions=["1", "2"],
            groups=["1"],
            password="pbkdf2",
        ),
    )

    before = robin.password
    robin.refresh_from_db()
    assert (robin.is_superuser, robin.user_permissions.count(), robin.password) == (
        False,
        0,
        before,
    )
    assert [group.name for group in robin.groups.all()] == ["Administrators"]


def test_administrator_does_not_reach_a_superuser(robin):
    boss = User.objects.create_superuser("boss@support.example")

    signed_in(robin).post(change(boss), answers(boss, email="mine@support.example"))

    boss.refresh_from_db()
    assert boss.email == "boss@support.example"


@pytest.mark.parametrize("role", ["agent", "manager", "read_only"])
def test_others_look_and_change_nothing(dana, role):
    client = signed_in(make("x@support.example", role=role))

    statuses = [
        client.get(PEOPLE).status_code,
        client.get(change(dana)).status_code,
        client.post(change(dana), answers(dana, name="Else")).status_code,
        client.get(reverse("admin:accounts_user_add")).status_code,
        client.get("/admin/auth/group/").status_code,
    ]

    dana.refresh_from_db()
    assert (statuses, dana.name) == ([200, 200, 403, 403, 403], "Dana Reyes")


def test_customers_find_no_desk(dana):
    assert signed_in(dana).get(PEOPLE).status_code == 404


def test_inactive_ends_access_at_once(robin, alex):
    browser = signed_in(alex)
    browser.get(PEOPLE)
    signed_in(robin).post(
        change(alex), {key: value for key, value in answers(alex).items() if key != "is_active"}
    )

    assert browser.get(PEOPLE)["Location"].startswith(reverse("account_login"))


def test_new_address_is_unproved_and_the_old_one_hears_of_it(robin, dana, client):
    signed_in(robin).post(change(dana), answers(dana, email="dana@harbor.example"))

    assert list(
        EmailAddress.objects.filter(user=dana).values_list("email", "verified", "primary")
    ) == [("dana@harbor.example", False, True)]
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["dana@clinic.example"], "Your e-mail address was changed")
    ]
    assert sign_in(client, "dana@harbor.example")["Location"] == reverse(
        "account_email_verification_sent"
    )


def test_saving_without_changing_the_address_keeps_it_proved(robin, dana):
    signed_in(robin).post(change(dana), answers(dana, name="Dana R. Reyes"))

    assert EmailAddress.objects.get(user=dana).verified
    assert mail.outbox == []


@pytest.mark.parametrize("lookup", ["password__startswith", "password", "password__regex"])
def test_list_does_not_tell_what_a_hash_begins_with(alex, lookup):
    response = signed_in(alex).get(PEOPLE, {lookup: "md5"})

    assert response.status_code == 400


@pytest.mark.parametrize(
    "term, found",
    [("reyes", ["dana@clinic.example"]), ("DANA@clin", ["dana@clinic.example"]), ("nobody", [])],
)
def test_people_are_found_by_name_and_address(alex, dana, term, found):
    response = signed_in(alex).get(PEOPLE, {"q": term})

    assert [user.email for user in response.context["cl"].result_list] == found


def test_people_are_offered_to_forms_that_name_them(alex, dana):
    member_field = {
        "app_label": "accounts",
        "model_name": "membership",
        "field_name": "user",
        "term": "reyes",
    }

    response = signed_in(alex).get("/admin/autocomplete/", member_field)

    assert response.json()["results"] == [{"id": str(dana.pk), "text": "Dana Reyes"}]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_many(robin, count, django_assert_num_queries):
    for number in range(count):
        user = make(f"person{number}@clinic.example")
        user.organization = Organization.objects.create(name=f"Clinic {number}")
        user.save()
    client = signed_in(robin)
    client.get(PEOPLE)

    with django_assert_num_queries(7):
        client.get(PEOPLE)


def test_lost_phone_is_helped_by_an_administrator(robin, alex):
    Authenticator.objects.create(user=alex, type="totp", data={})

    signed_in(robin).post(
        PEOPLE, {"action": "let_set_up_second_step", "_selected_action": [alex.pk]}
    )

    assert Authenticator.objects.count() == 0


def test_second_step_of_a_superuser_is_not_for_administrators(robin):
    boss = User.objects.create_superuser("boss@support.example")
    Authenticator.objects.create(user=boss, type="totp", data={})

    signed_in(robin).post(
        PEOPLE, {"action": "let_set_up_second_step", "_selected_action": [boss.pk]}
    )

    assert Authenticator.objects.count() == 1


@pytest.mark.parametrize("path", ["/admin/account/emailaddress/", "/admin/mfa/authenticator/"])
def test_addresses_and_secrets_have_no_pages(path):
    boss = User.objects.create_superuser("boss@support.example")

    assert signed_in(boss).get(path).status_code == 404


def test_organization_is_made_with_its_domains(robin):
    signed_in(robin).post(
        reverse("admin:accounts_organization_add"),
        {
            "name": "Harbor Health",
            "time_zone": "",
            "domains-TOTAL_FORMS": "1",
            "domains-INITIAL_FORMS": "0",
            "domains-0-domain": "harbor.example",
        },
    )

    assert list(Organization.objects.values_list("name", "domains__domain")) == [
        ("Harbor Health", "harbor.example")
    ]


def test_team_is_made_with_its_members_and_lead(robin, alex):
    signed_in(robin).post(
        reverse("admin:accounts_team_add"),
        {
            "name": "Night",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-0-user": str(alex.pk),
            "memberships-0-is_lead": "on",
        },
    )

    assert list(Team.objects.values_list("name", "members__email", "memberships__is_lead")) == [
        ("Night", "alex@support.example", True)
    ]
