"""Who an e-mail address and a password belong to, found out in the same time for any address."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission

from accounts.models import User
from accounts.querysets import normal_email


class OneAddressBackend(AuthenticationBackend):
    """Ask the table of users alone, as a person has one address here.

    allauth looks for more of them, with one query for some addresses and with two for others,
    which a stopwatch can tell apart.
    """

    def get_user(self, user_id):
        """Return the person of a session, with the organization whose time zone pages show."""
        user = User.objects.select_related("organization").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj, obj=None):
        """Ask for a person's own permissions and their groups' at once, as staff pages all do."""
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            names = ("content_type__app_label", "codename")
            own = Permission.objects.filter(user=user_obj).order_by().values_list(*names)
            groups = Permission.objects.filter(group__user=user_obj).order_by().values_list(*names)
            user_obj._perm_cache = {f"{app}.{name}" for app, name in own.union(groups)}
        return user_obj._perm_cache

    def _authenticate_by_email(self, email, password):
        return self._check_password(
            User.objects.filter(email=normal_email(email)).first(), password
        )
