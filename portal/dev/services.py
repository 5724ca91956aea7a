"""The processes that make up the site, besides its two servers, and what they read from outside."""

import secrets
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.dev.home import Home

LOOPBACK = "127.0.0.1"
BRANDS = ("perfectserve", "clinical-collaboration")
WEB_WORKERS, WEB_THREADS, WORKER_PROCESSES = 2, 8, 2


@dataclass(frozen=True)
class Ports:
    """Where a demo answers: the site, the mail sink's pages, its SMTP, and the site's own."""

    web: int
    mails: int
    smtp: int
    mail_in: int


@dataclass(frozen=True)
class Service:
    """A process to keep running. `ask` ends it in peace, `death` at once (see leash.py)."""

    name: str
    command: tuple[str, ...]
    ask: signal.Signals = signal.SIGTERM
    death: signal.Signals = signal.SIGTERM


def services(home: Home, ports: Ports) -> tuple[Service, ...]:
    """In the order they start; they stop in the opposite order."""
    python = (sys.executable, "-m")
    return (
        Service(
            "mails",
            (*python, "portal.dev.sink", str(home.mails), str(ports.smtp), str(ports.mails)),
        ),
        Service("worker", (*python, *worker(WORKER_PROCESSES)), death=signal.SIGQUIT),
        Service("beat", (*python, *beat(home.root / "schedule"))),
        Service("mail_in", (sys.executable, "manage.py", "mail_in")),
        Service("web", (*python, *web(ports.web)), death=signal.SIGQUIT),
    )


def worker(processes: int) -> tuple[str, ...]:
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return ("celery", "-A", "portal", "worker", "-l", "INFO", "-c", str(processes), *quiet)


def beat(schedule: Path) -> tuple[str, ...]:
    return ("celery", "-A", "portal", "beat", "-l", "INFO", "--schedule", str(schedule))


def web(port: int) -> tuple[str, ...]:
    return (
        *("gunicorn", "portal.wsgi:application", "--bind", f"{LOOPBACK}:{port}"),
        *("--worker-class", "gthread", "--no-control-socket"),
        *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
        *("--graceful-timeout", "5", "--access-logfile", "-"),
    )


def environment(home: Home, ports: Ports, *, given: Mapping[str, str]) -> dict[str, str]:
    """What the settings of a demo read; the user's own environment has the last word."""
    defaults = {
        "DEMO": "on",
        "STAFF_MFA": "off",
        "SECRET_KEY": secret_key(home),
        "HOSTS": ",".join(f"{brand}.localhost={brand}" for brand in BRANDS),
        "ORIGIN": f"http://{LOOPBACK}:{ports.web}",
        "EMAIL_HOST": LOOPBACK,
        "EMAIL_PORT": str(ports.smtp),
        "MAIL_IN_SMTP": f"{LOOPBACK}:{ports.mail_in}",
        # Standard output is a log file here; nothing may wait in a buffer when a process dies.
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **given, "TURNAROUND_HOME": str(home.root), "PORT": str(ports.web)}


def secret_key(home: Home) -> str:
    """A key of this home's own, so that nobody stays signed in to another demo."""
    file = home.root / "secret-key"
    if not file.exists():
        file.write_text(secrets.token_urlsafe(50))
        file.chmod(0o600)
    return file.read_text()
