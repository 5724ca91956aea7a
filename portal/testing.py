"""The pytest plugin: starts the servers that tests run on, before the settings are read.

Named by pytest.ini. PostgreSQL and Valkey are real ones, out of wheels; DATABASE_URL and REDIS_URL
name others instead. Of the processes of pytest-xdist each starts its own, so that none meets the
rows, messages or files of another; pytest-django names a database of another for each.
"""

import gc
import os
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.dev.children import stop
from portal.dev.home import Home
from portal.dev.postgres import Postgres
from portal.dev.valkey import Valkey

pytest_plugins = [
    "portal.testing_browser",
    "portal.testing_mailboxes",
    "portal.testing_parallel",
    "portal.testing_services",
    "portal.testing_forks",  # it imports the one above
]

SERVERS: dict[str, type[Postgres] | type[Valkey]] = {
    "DATABASE_URL": Postgres,
    "REDIS_URL": Valkey,
}
ONE_PLACE = {"REDIS_URL", "TURNAROUND_HOME"}  # these name what processes would get in a tangle over
WORKER = "PYTEST_XDIST_WORKER"  # names the process, in those that were handed tests


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the servers; a wrapper runs before pytest-django, which reads the settings."""
    os.environ.setdefault("HOSTS", "testserver=perfectserve")
    # To check all rows that a test wrote takes longer than a page may, on a busy machine.
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "120000")
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    if not hands_out(early_config):
        start_servers(stack)
    elif named := ONE_PLACE & os.environ.keys():
        raise pytest.UsageError(f"-n needs a place for each process: unset {', '.join(named)}.")
    return (yield)


def pytest_collection_finish() -> None:
    """Have garbage looked for less often, and never among what lasts: a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def hands_out(config: pytest.Config) -> bool:
    """Whether this process runs no test itself, as others do for it."""
    asked = config.known_args_namespace
    return bool(asked.numprocesses) and not asked.usepdb and WORKER not in os.environ


def start_servers(stack: ExitStack) -> None:
    """Make a home under the temporary folder and start what the environment does not name."""
    if "TURNAROUND_HOME" in os.environ and all(name in os.environ for name in SERVERS):
        return
    home = Home(Path(tempfile.mkdtemp(prefix="turnaround-tests-")))
    home.create()
    (home.root / "static").mkdir()  # WhiteNoise warns of a missing folder; warnings are errors
    stack.callback(home.remove)
    os.environ.setdefault("TURNAROUND_HOME", str(home.root))
    for variable, server_class in SERVERS.items():
        if variable not in os.environ:
            server = server_class(home, keep=False)
            stack.callback(stop, server.start(), ask=server.ask)
            os.environ[variable] = server.url
