"""A site for a benchmark: PostgreSQL with fsync on, the shipped catalog, gunicorn as in a demo."""

import os
import sys
import tempfile
from contextlib import ExitStack
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path

from portal.dev import services
from portal.dev.children import spawn, stop
from portal.dev.home import Home
from portal.dev.postgres import Postgres
from portal.dev.server import free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent
SITE = "portal.wsgi:application"


class Servers:
    """A database of its own, and as many sites on it as asked for; all end with `stack`."""

    def __init__(self, stack: ExitStack, **environment: str) -> None:
        self.stack = stack
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="turnaround-bench-"))
        self.home = Home(Path(folder) / "home")
        self.home.create()
        stack.callback(self.home.remove)
        database = Postgres(self.home)
        stack.callback(stop, database.start(), ask=database.ask)
        self.url = database.url
        os.environ |= environment | {
            "DATABASE_URL": database.url,
            "TURNAROUND_HOME": str(self.home.root),
            "SECRET_KEY": "only-for-this-run-of-the-benchmark-which-nobody-else-reaches",
            "INSECURE_HTTP": "on",
            "LOG_LEVEL": "ERROR",
        }
        os.chdir(ROOT)
        furnish()

    def serve(self, application: str = SITE, *, database: str | None = None) -> int:
        """Start gunicorn for an application and return the port that answers."""
        port = free_port()
        log = self.home.logs / f"web-{port}.log"
        command = [application if part == SITE else part for part in services.web(port)]
        web = spawn(
            [sys.executable, "-m", *command], log=log, env={"DATABASE_URL": database or self.url}
        )
        self.stack.callback(stop, web)
        self.stack.push(lambda kind, error, trace: kind and tell_errors(log))
        wait_until(lambda: answers(port), child=web, name="The site", log=log)
        return port


def tell_errors(log: Path) -> None:
    """Print what a site said that failed, without the requests that it answered."""
    said = [line for line in log.read_text().splitlines() if "HTTP/1.1" not in line]
    print("\n".join(said[-40:]))


def furnish() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("sync_roles", verbosity=0, stdout=StringIO())
    call_command("load_catalog", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def answers(port: int) -> bool:
    try:
        connection = HTTPConnection(services.LOOPBACK, port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
