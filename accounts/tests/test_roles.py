"""Roles: the groups are exactly the table, however they were before."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts import roles, services
from accounts.roles import RIGHTS, ROLES, Role
from accounts.services import give_role, make_person, sync_roles

ALL = [*ROLES.values(), *RIGHTS.values()]


def permissions_of(group):
    return {
        f"{app}.{name}"
        for app, name in Group.objects.get(name=group).permissions.values_list(
            "content_type__app_label", "codename"
        )
    }


@pytest.mark.parametrize("role", ALL, ids=lambda role: role.group)
def test_group_has_what_the_table_says(role):
    sync_roles()

    assert permissions_of(role.group) == role.permissions


def test_second_run_changes_nothing():
    sync_roles()
    before = set(Group.permissions.through.objects.values_list("id", flat=True))

    sync_roles()

    assert set(Group.permissions.through.objects.values_list("id", flat=True)) == before


def test_permission_that_left_the_table_is_taken_away():
    Group.objects.get(name="Agents").permissions.add(Permission.objects.get(codename="add_user"))

    call_command("sync_roles", verbosity=0)

    assert permissions_of("Agents") == ROLES["agent"].permissions


def test_permissions_are_made_where_no_migration_made_them():
    Permission.objects.all().delete()

    sync_roles()

    assert permissions_of("Managers") == ROLES["manager"].permissions


def test_permission_that_does_not_exist_is_said_loudly_and_changes_nothing(monkeypatch):
    Group.objects.all().delete()
    wrong = Role("Wrong", "Wrong", frozenset({"accounts.fly_user"}))
    monkeypatch.setitem(services.RIGHTS, "wrong", wrong)

    with pytest.raises(LookupError, match="Wrong: no such permission: accounts.fly_user"):
        sync_roles()

    assert Group.objects.count() == 0


def test_groups_of_others_are_left_alone():
    Group.objects.create(name="Night shift").permissions.add(Permission.objects.first())

    sync_roles()

    assert len(permissions_of("Night shift")) == 1


@pytest.mark.parametrize("role", ROLES)
def test_role_gives_exactly_its_permissions(role):
    user = make_person(email="x@support.example", role=role)

    assert user.get_all_permissions() == ROLES[role].permissions
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)


def test_new_role_takes_the_place_of_the_old():
    user = make_person(email="x@support.example", role="administrator")

    give_role(user, "read_only")

    assert [group.name for group in user.groups.all()] == ["Read only"]


def test_right_beside_the_role_stays_with_staff_and_ends_with_a_customer():
    user = make_person(email="x@support.example", role="agent")
    user.groups.add(Group.objects.get(name="Legal requests"))

    give_role(user, "manager")
    as_staff = set(user.groups.values_list("name", flat=True))
    give_role(user, "customer")

    assert as_staff == {"Managers", "Legal requests"}
    assert (user.groups.count(), user.is_staff) == (0, False)


def test_superuser_never_loses_the_desk(django_user_model):
    boss = django_user_model.objects.create_superuser("boss@support.example")

    give_role(boss, "customer")

    assert boss.is_staff


@pytest.mark.parametrize("role", ["agent", "manager", "read_only"])
def test_only_administrators_change_people(role):
    accounts = {name for name in ROLES[role].permissions if name.startswith("accounts.")}

    assert accounts == {"accounts.view_user", "accounts.view_organization", "accounts.view_team"}


def test_nobody_gets_restricted_tickets_or_permissions_by_role():
    given = frozenset().union(*(role.permissions for role in roles.ROLES.values()))

    assert [name for name in given if "restricted" in name or name.startswith("auth.")] == []
