"""Saved views: what an agent looks at again and again, under a name; leads keep those of a team.

They are rows without consequences for any ticket, so no event tells of them.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User
from tickets import clock
from tickets.models import SavedView
from tickets.services import Refused

MOST = 30


def may_keep(user: User, view: SavedView) -> bool:
    """Whether this user names and removes a view: their own, and those of a team they lead."""
    return view.owner_id == user.pk or (view.team_id is not None and leads(user, view.team_id))


def leads(user: User, team_id: int) -> bool:
    return Membership.objects.filter(user=user, team=team_id, is_lead=True).exists()


def save(*, by: User, name: str, query: str, team: Team | None = None) -> SavedView:
    """Keep what an address shows, for oneself or for a team. Raises `Refused`."""
    if team is not None and not leads(by, team.pk):
        raise Refused(_("Only a lead of %(team)s saves views for it.") % {"team": team})
    whose = {"owner": by} if team is None else {"team": team}
    if SavedView.objects.filter(**whose).count() >= MOST:
        raise Refused(_("There are %(most)d views already. Remove one first.") % {"most": MOST})
    return _keep(SavedView(name=name, query=query, created_at=clock.now(), **whose))


def rename(view: SavedView, *, by: User, name: str) -> SavedView:
    """Give a view another name. Raises `Refused`."""
    _check(view, by=by)
    view.name = name
    return _keep(view)


def remove(view: SavedView, *, by: User) -> None:
    """Remove a view; what it showed stays where it is. Raises `Refused`."""
    _check(view, by=by)
    view.delete()


def _check(view: SavedView, *, by: User) -> None:
    if not may_keep(by, view):
        raise Refused(_("Only a lead of its team changes this view."))


def _keep(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused(_("There is a view of this name already. Choose another one.")) from None
    return view
