"""Load a catalog file: brands, forms and levels into the catalog, target hours into the SLA."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from sla.opening import BeyondHorizon
from sla.services import load_policy
from tickets.catalog import services
from tickets.catalog.planning import source

SHIPPED = Path(__file__).resolve().parents[2] / "catalog.yaml"


class Command(BaseCommand):
    help = (
        "Load a catalog file. What it names is made or changed by its key, what it does not "
        "name stays. Without FILE: the shipped one, unless there is a catalog already, "
        "which administrators may have edited since."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            metavar="FILE",
            help="by default the shipped one, if nothing is loaded yet",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="say what would change, or what is wrong, and write nothing",
        )

    def handle(self, *args, file, check, verbosity, **options):
        self.is_quiet = verbosity == 0
        if file is None and not check and services.is_loaded():
            self._say(
                f"There is a catalog already; to load the shipped one over it: "
                f"load_catalog {SHIPPED}"
            )
            return
        path = file or SHIPPED
        try:
            self._load(source.read(path.read_text(encoding="utf-8")), check=check)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: {error}") from None
        except IntegrityError as error:
            raise CommandError(
                f"{path}: nothing was loaded; what it names is at odds with rows "
                f"that it does not name.\n{error}"
            ) from None
        except (source.Refused, BeyondHorizon) as refused:
            raise CommandError(f"{path}: nothing was loaded.\n{refused}") from None

    @transaction.atomic
    def _load(self, data, *, check):
        lines = [*services.load(data).lines(), load_policy(services.target_hours(data))]
        if check:
            transaction.set_rollback(True)
            lines.append("only checked, nothing was written")
        for line in lines:
            self._say(line)

    def _say(self, line):
        if not self.is_quiet:
            self.stdout.write(line)
