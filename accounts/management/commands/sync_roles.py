"""Makes the groups of accounts/roles.py and gives each exactly its permissions."""

from django.core.management.base import BaseCommand

from accounts.services import sync_roles


class Command(BaseCommand):
    help = "Make the roles' groups, each with exactly the permissions of accounts/roles.py."

    def handle(self, *args, **options):
        sync_roles()
        self.stdout.write("Roles are as accounts/roles.py says.")
