"""Runs a demo until Ctrl-C: checks, servers, database, services, and how to sign in.

usage: python -m portal.dev [COMMAND ...] (by bin/demo)

With a command: runs that command of manage.py in the surroundings of the demo that runs already.
"""

import os
import signal
import sys
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn

from portal.dev import checks
from portal.dev.home import Home
from portal.dev.people import PASSWORD, PEOPLE
from portal.dev.postgres import Postgres
from portal.dev.server import DidNotStart
from portal.dev.services import BRANDS, LOOPBACK, Ports, environment, services
from portal.dev.supervisor import Supervisor
from portal.dev.valkey import Valkey
from portal.dev.watcher import Watcher

ROOT = Path(__file__).resolve().parent.parent.parent
SERVERS = (("DATABASE_URL", Postgres), ("REDIS_URL", Valkey))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(command: list[str]) -> int:
    os.chdir(ROOT)
    path = Path(os.environ.get("TURNAROUND_HOME") or ROOT / ".turnaround")
    try:
        ports = checks.ports(dict(os.environ))
        if command:
            manage(checks.running(path), ports, command)
        home = checks.home(path)
        checks.lock(home)
        checks.free_ports(ports)
        run(home, ports)
    except (checks.CannotStart, DidNotStart) as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # nobody reads any more what it says
        return 1
    except OSError as error:
        print(f"{error}. Free some space or set TURNAROUND_HOME elsewhere.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before there was anything to stop
        return 130
    return 0


def manage(home: Home, ports: Ports, command: list[str]) -> NoReturn:
    """Become a command of manage.py that sees what the running demo sees."""
    surroundings = environment(home, ports, given=os.environ)
    for variable, server_class in SERVERS:
        surroundings.setdefault(variable, server_class(home).url)
    os.execve(sys.executable, [sys.executable, "manage.py", *command], surroundings)


def run(home: Home, ports: Ports) -> None:
    """Start everything, wait to be stopped, stop everything."""
    watcher = Watcher()
    for number in SIGNALS:
        if number is signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, stop_once)
    supervisor = Supervisor(
        home, environment=environment(home, ports, given=os.environ), watcher=watcher
    )
    with ExitStack() as stack:
        stack.callback(supervisor.stop)
        try:
            start(supervisor, home, ports)
            announce(home, ports)
            supervisor.keep_running()
        except Stopped:
            say("Stopping.")


class Stopped(BaseException):
    """The user wants the demo to end."""


def stop_once(number: int, frame: FrameType | None) -> None:
    """End in order at the first signal; at a second one at once, children by the watcher."""
    for other in SIGNALS:
        signal.signal(other, lambda *_: os._exit(1))
    raise Stopped


def start(supervisor: Supervisor, home: Home, ports: Ports) -> None:
    """Start servers, bring the database up to date, start services; return when all answer."""
    for variable, server_class in SERVERS:
        if variable not in supervisor.environment:
            say(f"Starting {server_class.__name__} …")
            server = server_class(home)
            supervisor.start_server(server, name=server_class.__name__)
            supervisor.environment[variable] = server.url
    say("Preparing the database …")
    supervisor.run_step(sys.executable, "-m", "portal.dev.prepare", name="prepare")
    say("Starting web, worker, beat, mails and mail_in …")
    for service in services(home, ports):
        supervisor.start_service(service)
    supervisor.wait_for("web", lambda: answers(ports.web, "/healthz"))
    supervisor.wait_for("mails", lambda: answers(ports.mails, "/style.css"))


def answers(port: int, path: str) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def announce(home: Home, ports: Ports) -> None:
    """Say where it is, and how to sign in."""
    say(f"READY http://{LOOPBACK}:{ports.web}")
    for person in PEOPLE:
        say(f"  {person.role:<14} {person.email:<24} {PASSWORD}")
    for brand in BRANDS:
        say(f"  {'brand':<14} http://{brand}.localhost:{ports.web}")
    say(f"  {'mails':<14} http://{LOOPBACK}:{ports.mails}")
    say(f"  {'mails to us':<14} SMTP, {LOOPBACK}:{ports.mail_in}")
    say(f"  {'logs':<14} {home.logs}")
    say("Stop with Ctrl-C.")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
