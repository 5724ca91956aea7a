"""Write the catalog and its target hours as a file that load_catalog takes."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sla.services import NotInHours, shipped_hours
from tickets.catalog import services
from tickets.catalog.planning import source

HEADING = """\
# The service catalog of this installation, as its rows say it. What may stand here is told at the
# head of the shipped file, portal/catalog.yaml. Edit it, then:
#
#     python manage.py load_catalog FILE --check     says what is wrong or would change
#     python manage.py load_catalog FILE             does it, all or nothing
#
# Logos are not in it: they are uploaded at the desk, and loading a file leaves them as they are.

"""


class Command(BaseCommand):
    help = "Write the catalog as a file: to change many things at once, or to take it elsewhere."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="by default standard output"
        )

    def handle(self, *args, file, **options):
        try:
            told = services.dump(shipped_hours())
        except NotInHours as error:
            raise CommandError(f"The catalog cannot be written as a file: {error}.") from None
        text = HEADING + source.write(told)
        try:
            services.check(source.read(text))
        except source.Refused as refused:
            raise CommandError(
                "The catalog cannot be loaded from a file as it stands, so none is written. "
                f"Mend this on the desk first:\n{refused}"
            ) from None
        if file is None:
            self.stdout.write(text, ending="")
            return
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        self.stdout.write(f"{file} written")
