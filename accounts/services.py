"""What is done to people: made, given a role, their address proved or changed."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from accounts.models import Organization, User
from accounts.querysets import normal_email
from accounts.roles import RIGHTS, ROLES, Role

CUSTOMER = "customer"


@transaction.atomic
def sync_roles() -> None:
    """Make the groups of roles.py, each with exactly the permissions listed there.

    Raises LookupError, and changes nothing, when a listed permission does not exist.
    """
    for app_config in apps.get_app_configs():
        create_permissions(app_config, verbosity=0)
    ids = _permission_ids()
    for role in [*ROLES.values(), *RIGHTS.values()]:
        group, _created = Group.objects.get_or_create(name=role.group)
        group.permissions.set(_ids_of(role, ids))


def _permission_ids() -> dict[str, int]:
    names = Concat(F("content_type__app_label"), Value("."), F("codename"))
    return dict(Permission.objects.annotate(full_name=names).values_list("full_name", "id"))


def _ids_of(role: Role, ids: dict[str, int]) -> list[int]:
    missing = role.permissions - ids.keys()
    if missing:
        raise LookupError(f"{role.group}: no such permission: {', '.join(sorted(missing))}")
    return [ids[name] for name in role.permissions]


@transaction.atomic
def give_role(user: User, role: str) -> None:
    """Make the user a "customer" or one of roles.ROLES, instead of what they were.

    Rights beside the role (RIGHTS) stay with staff and end with a customer. Raises KeyError for
    an unknown role, Group.DoesNotExist before sync_roles() has run.
    """
    user.groups.remove(*Group.objects.filter(name__in=[r.group for r in ROLES.values()]))
    if role == CUSTOMER:
        user.groups.clear()
    else:
        user.groups.add(Group.objects.get(name=ROLES[role].group))
    user.is_staff = role != CUSTOMER or user.is_superuser
    user.save(update_fields=["is_staff"])


@transaction.atomic
def make_person(
    *, email: str, name: str = "", role: str = CUSTOMER, organization: Organization | None = None
) -> User:
    """Make somebody who has no password yet and comes in by "Get a password"."""
    user: User = User.objects.create_user(email, name=name, organization=organization)
    if role != CUSTOMER:
        give_role(user, role)
    return user


def find_or_make_person(*, email: str, name: str) -> User:
    """Return whom an address belongs to, or make them: without a password, as a customer."""
    person: User
    person, _made = User.objects.get_or_create(
        email=normal_email(email), defaults={"name": name, "password": make_password(None)}
    )
    return person


@transaction.atomic
def introduce(*, email: str, name: str, phone: str = "", organization: str = "") -> User:
    """Return whom an address belongs to, or make them as an agent who spoke to them knows them.

    What is known of somebody is not changed. The organization is what they say: it grants nothing
    until an agent confirms it.
    """
    person = find_or_make_person(email=email, name=name)
    said = {"phone": phone, "stated_organization": organization}
    new = {name: value for name, value in said.items() if value and not getattr(person, name)}
    if new:
        for column, value in new.items():
            setattr(person, column, value)
        person.save(update_fields=[*new])
    return person


def join(user: User, organization: Organization) -> None:
    """Let somebody without an organization belong to one, once an agent confirmed it."""
    if user.organization_id is None:
        user.organization = organization
        user.save(update_fields=["organization"])


def chose_password(user: User) -> bool:
    """Whether the user has a password that is theirs: not one of somebody who only typed
    their address at a sign-up and never confirmed it."""
    return (
        user.has_usable_password()
        and EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
    )


@transaction.atomic
def first_password(user: User, password: str) -> None:
    """Give a password to somebody who has just shown that they read mail to their address."""
    user.set_password(password)
    user.save(update_fields=["password"])
    prove_address(user)


@transaction.atomic
def prove_address(user: User) -> None:
    """Note that the user reads mail sent to their address; it is the only one they have.

    An address that somebody else typed and never proved does not stand in the way.
    """
    EmailAddress.objects.filter(email=user.email).exclude(user=user).delete()
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


@transaction.atomic
def change_address(user: User, *, to: str) -> None:
    """Give the user another address; it opens nothing before a mail to it was answered."""
    user.email = normal_email(to)
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)


def forget_second_factor(user: User) -> None:
    """Let somebody who lost phone and recovery codes set up both again."""
    Authenticator.objects.filter(user=user).delete()
