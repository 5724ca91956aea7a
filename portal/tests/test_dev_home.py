"""A home for a demo's data: where its sockets lie, and what stands in the way of starting."""

import socket

import pytest

from portal.dev import checks
from portal.dev.home import LONGEST_SOCKET_PATH, Home
from portal.dev.server import free_port
from portal.dev.services import Ports


@pytest.fixture
def make_home(tmp_path):
    """Make a home; what lies elsewhere for it goes with it."""
    homes = []

    def make(name="home"):
        home = Home(tmp_path / name)
        home.create()
        homes.append(home)
        return home

    yield make
    for home in homes:
        home.remove()


def test_a_home_is_closed_to_other_accounts(make_home):
    home = make_home()

    assert home.root.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["deep/" * 30 + "home", "with space", "50%20off", "ümlaut"])
def test_sockets_lie_elsewhere_when_the_path_is_too_long_or_odd(make_home, name):
    home = make_home(name)

    folder = home.sockets()

    assert folder == home.sockets()
    assert not folder.is_relative_to(home.root)
    assert len(str(folder / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
    assert folder.stat().st_mode & 0o777 == 0o700


def test_removing_a_home_removes_what_lies_elsewhere(make_home):
    home = make_home("with space")
    folder = home.sockets()

    home.remove()

    assert (folder.exists(), home.root.exists()) == (False, False)


def test_a_home_serves_one_demo_at_a_time(make_home):
    home = make_home()
    checks.lock(home)

    with pytest.raises(checks.CannotStart, match="already runs"):
        checks.lock(home)


def test_a_command_needs_a_demo_that_runs(make_home, tmp_path):
    home = make_home()

    for idle in (home.root, tmp_path / "nowhere"):
        with pytest.raises(checks.CannotStart, match="start one with bin/demo"):
            checks.running(idle)

    checks.lock(home)
    assert checks.running(home.root) == home


def test_a_home_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(checks.CannotStart, match="set TURNAROUND_HOME"):
        checks.home(tmp_path / "file/home")


def test_a_taken_port_is_named_with_its_variable():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        with pytest.raises(checks.CannotStart, match=f"^Port {taken} is taken .* set MAILS_PORT"):
            checks.free_ports(
                Ports(web=free_port(), mails=taken, smtp=free_port(), mail_in=free_port())
            )


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_said_so(text):
    with pytest.raises(checks.CannotStart, match="^PORT is"):
        checks.ports({"PORT": text})


def test_the_ports_for_mails_follow_the_sites():
    assert checks.ports({"PORT": "9000", "SMTP_PORT": "2525"}) == Ports(9000, 9001, 2525, 9003)
