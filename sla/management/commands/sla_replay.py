"""Answer worked cases of promises: a file of events in, what became of each clock out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sla.replay import Malformed, replay


class Command(BaseCommand):
    help = (
        "Answer each case of a JSON file with one JSON object a line: its clocks, or an error. "
        "Nothing is read from the database or written to it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="the cases; - reads standard input")
        parser.add_argument(
            "--why", action="store_true", help="say by which steps each due time came about"
        )

    def handle(self, *args, file, why, **options):
        malformed = []
        try:
            for answered in replay(read(file), why=why):
                self.stdout.write(json.dumps(answered))
                if answered.get("error", "").startswith("malformed"):
                    malformed.append(str(answered["id"]))
        except Malformed as why:
            raise CommandError(f"{file}: {why}") from None
        if malformed:
            raise CommandError(f"{file}: malformed: {', '.join(malformed)}. See their lines above.")


def read(file: str) -> dict:
    """Return the JSON of a file, or of standard input. Raises CommandError in words."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{file} is not JSON: {error}") from None
