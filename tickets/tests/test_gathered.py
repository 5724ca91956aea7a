"""What is gathered beside a ticket in one statement is what each agent would get, asked for singly.

The statement is written for one of a kind and run for all others: of most kinds there are two here.
"""

import json

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Team
from tickets import looking_on, unsent, watching
from tickets.catalog.models import Brand, RequestType
from tickets.desk import gathered
from tickets.models import DeskSettings, Macro, Presence, Proposal, Tag, Ticket

BRANDS = ("perfectserve", "clinical-collaboration")
ORGANIZATIONS = ("Riverside Clinic", "Harbor Health")
ALIKE = ("of_subcategory_rows", "of_organization_rows")


@pytest.fixture
def staff(make_user, make_team):
    """Agents of one team, the other, both and none, with more rights and fewer."""
    here = make_team("Here", brands=[BRANDS[0]])
    there = make_team("There", brands=[BRANDS[1]])
    colleague = {"sees_organization": True}
    kinds = [
        ("Plain", "agent", {}, [here]),
        ("Plain too", "agent", {}, []),
        ("Legal", "agent", {}, [here]),
        ("Legal too", "agent", {}, [here, there]),
        ("Colleague", "agent", colleague | {"organization": ORGANIZATIONS[0]}, [there]),
        ("Colleague too", "agent", colleague | {"organization": ORGANIZATIONS[1]}, [here]),
        ("Legal colleague", "agent", colleague | {"organization": ORGANIZATIONS[1]}, []),
        ("Member", "agent", {"organization": ORGANIZATIONS[0]}, [there]),
        ("Nowhere", "agent", colleague, [here, there]),
        ("Morgan", "manager", {}, [there]),
        ("Root", None, {"is_staff": True, "is_superuser": True}, []),
        ("Root too", None, {"is_staff": True, "is_superuser": True}, [here]),
        ("Reader", None, {"is_staff": True}, [there]),
    ]
    made = []
    for name, role, columns, teams in kinds:
        user = make_user(name.replace(" ", ""), role=role, **columns)
        for team in teams:
            team.memberships.create(user=user)
        if name.startswith("Legal"):
            _permit(user, "view_restricted_ticket")
        made.append(user)
    _permit(made[-1], "view_ticket")
    return made


def _permit(user, codename):
    user.user_permissions.add(Permission.objects.get(codename=codename))


@pytest.fixture
def tickets(staff, make_ticket, make_user, time):
    """Of both brands and organizations, some restricted, with something in every list."""
    legal = RequestType.objects.filter(restricted=True).first()
    askers = [
        make_user(f"Asker{place}", organization=name) for place, name in enumerate(ORGANIZATIONS)
    ]
    made = []
    for brand in BRANDS:
        for asker in askers:
            made.append(make_ticket(requester=asker, brand=brand))
            made.append(make_ticket(requester=asker, brand=brand, type=legal.key, about=""))
    made.append(make_ticket(requester=staff[5]))
    for number, ticket in enumerate(made):
        _furnish(ticket, staff[number], staff[-1 - number], at=time.at)
    _offer(staff)
    return made


def _furnish(ticket, user, other, *, at):
    """Let agents watch it, look on, have it open and write on it."""
    watching.watch(ticket, by=user, added_by=ticket.requester)
    looking_on.watch(ticket, by=other)
    unsent.keep(ticket, user, {"body": [f"Of {user}"]})
    unsent.keep(ticket, other, {"body": [f"Of {other}"]})
    Presence.objects.create(ticket=ticket, user=user, opened_at=at, seen_at=at)
    Proposal.objects.create(
        ticket=ticket,
        email="pat@example.com",
        token_hash=str(ticket.pk),
        proposed_by=ticket.requester,
        created_at=at,
        expires_at=at,
    )


def _offer(staff):
    """Write macros for each team and brand and for all, and some agents' settings."""
    for team in (None, *Team.objects.all()):
        for brand in (None, *Brand.objects.all()):
            Macro.objects.create(name=f"{team} {brand}", text="Hello.", team=team, brand=brand)
    Tag.objects.create(name="late")
    for number, user in enumerate(staff[::2]):
        DeskSettings.objects.create(user=user, shortcuts=number % 2 == 0)


def asked_singly(user):
    """Return the lists beside each ticket of a desk, as this very user's own statement has them."""
    found = Ticket.objects.on_desk_of(user).order_by().values("pk", **gathered._lists(user))
    return {each.pop("pk"): {name: _read(value) for name, value in each.items()} for each in found}


def _read(value):
    if not isinstance(value, list):
        return value
    return [json.loads(row) if isinstance(row, str) else row for row in value]


def plain(found):
    """Return what was gathered as `asked_singly` tells it."""
    ticket, rows = found
    for name, columns in gathered.POINTED_AT.items():
        row = getattr(ticket, name)
        rows[f"{name}_rows"] = [{each: getattr(row, each) for each in columns}] if row else []
    return rows


def test_a_ticket_comes_as_its_row_is_with_what_it_points_to(staff, tickets):
    for ticket in tickets:
        found, _rows = gathered.gathered(staff[-2], ticket.pk)

        fresh = Ticket.objects.get(pk=ticket.pk)
        assert {name: getattr(found, name) for name in gathered.COLUMNS} == (
            {name: getattr(fresh, name) for name in gathered.COLUMNS}
        )
        assert (str(found.requester), found.requester.time_zone) == (
            str(fresh.requester),
            fresh.requester.time_zone,
        )


def test_whoever_a_statement_was_written_for_each_agent_gets_their_own(staff, tickets):
    seen = {
        user: set(Ticket.objects.visible_to(user).values_list("pk", flat=True)) for user in staff
    }
    singly = {user: asked_singly(user) for user in staff}

    for order in (staff, staff[::-1]):
        gathered._written.cache_clear()
        for user in order:
            found = {ticket.pk: gathered.gathered(user, ticket.pk) for ticket in tickets}
            told = {pk: plain(each) for pk, each in found.items() if each}
            assert told == singly[user], str(user)
            alike = {row["id"] for rows in told.values() for name in ALIKE for row in rows[name]}
            assert alike <= seen[user]
        assert gathered._written.cache_info().currsize == 4

    # Or they would see the same, and it would say nothing.
    told = {user: json.dumps(lists, sort_keys=True) for user, lists in singly.items()}
    assert len(set(told.values())) > 10
    assert len({len(keys) for keys in seen.values()}) > 4
