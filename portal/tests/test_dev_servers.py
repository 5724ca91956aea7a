"""PostgreSQL and Valkey start whatever a killed predecessor left behind."""

import os

import psycopg
import pytest

from portal.dev import account
from portal.dev.children import kill_group, stop
from portal.dev.home import Home
from portal.dev.postgres import DATABASE, USER, Postgres
from portal.dev.server import DidNotStart
from portal.dev.valkey import Valkey


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.create()
    yield home
    home.remove()


@pytest.fixture
def started():
    """Start a server, which is stopped at the end."""
    running = []

    def start(server):
        running.append((server, child := server.start()))
        return child

    yield start
    for server, child in running:
        stop(child, ask=server.ask)


def answer(postgres):
    """What the server says to the simplest of questions."""
    with psycopg.connect(host=str(postgres.sockets), user=USER, dbname=DATABASE) as connection:
        return connection.execute("SELECT 1").fetchall()


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can be somebody else.")
def test_postgres_runs_for_root_where_user_namespaces_are_forbidden(home, started, monkeypatch):
    monkeypatch.setattr(account, "choose", lambda: "nobody")
    postgres = Postgres(home, keep=False)

    started(postgres)

    assert answer(postgres) == [(1,)]
    assert not postgres.data.is_relative_to(home.root)


def test_postgres_starts_after_it_was_killed(home, started):
    postgres = Postgres(home, keep=False)
    kill_group(started(postgres))

    started(postgres)

    assert answer(postgres) == [(1,)]


def test_postgres_starts_although_another_program_has_its_number(home, started):
    postgres = Postgres(home, keep=False)
    postgres.initialize()
    (postgres.data / "postmaster.pid").write_text(f"{os.getppid()}\n{postgres.data}\n")

    started(postgres)

    assert answer(postgres) == [(1,)]


def test_postgres_ends_a_predecessor_that_lost_its_supervisor(home, started):
    postgres = Postgres(home, keep=False)
    former = started(postgres)

    started(postgres)

    assert (former.poll(), answer(postgres)) == (0, [(1,)])


def test_a_server_that_cannot_start_says_why(home):
    postgres = Postgres(home, keep=False)
    postgres.settings["no_such_setting"] = "on"

    with pytest.raises(DidNotStart, match="unrecognized configuration parameter"):
        postgres.start()


def test_valkey_starts_after_it_was_killed(home, started):
    valkey = Valkey(home)
    kill_group(started(valkey))

    started(valkey)

    assert valkey.is_ready()
