"""bin/test on every core: who is handed what, what runs alone, and what is told at the end."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings as installation

from portal.dev import suite
from portal.testing_parallel import WholeFiles

INI = """
[pytest]
addopts = -p portal.testing_parallel -p no:django -p no:cacheprovider
markers = alone
"""
# Each test writes down when it begins and when it ends. It lasts long enough for one of the other
# process to begin meanwhile, where that may be: what is asked is whether they overlap.
TESTS = """
import os, time, pytest

def live(name):
    for what in ("begins", "ends"):
        with open(os.environ["DIARY"], "a") as diary:
            diary.write(f"{name} {what}\\n")
        time.sleep(0.2)

@pytest.mark.alone
@pytest.mark.parametrize("number", range(2))
def test_alone(number):
    live("alone")

@pytest.mark.parametrize("number", range(6))
def test_beside(number):
    live("beside")

def test_wrong():
    assert not os.environ.get("WRONG")
"""


@pytest.fixture
def run(tmp_path):
    """Run these tests in two processes; returns exit code, what is told, and the diary."""
    (tmp_path / "pytest.ini").write_text(INI)
    (tmp_path / "test_diary.py").write_text(TESTS)
    diary = tmp_path / "diary"
    inherited = {key: value for key, value in os.environ.items() if "PYTEST" not in key}

    def run(*arguments, **environment):
        diary.write_text("")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "2", *arguments],
            cwd=tmp_path,
            env=inherited
            | {"PYTHONPATH": str(installation.BASE_DIR), "DIARY": str(diary)}
            | environment,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout, diary.read_text().splitlines()

    return run


def test_what_is_marked_alone_runs_beside_none(run):
    code, told, diary = run()

    assert (code, len(diary)) == (0, 16)
    for place, line in enumerate(diary):
        if line == "alone begins":
            before = diary[:place]
            assert before.count("beside begins") == before.count("beside ends")
            assert diary[place + 1] == "alone ends"
    assert "= 9 ran in 2 processes, 2 alone; exit code 0 =" in told


def test_what_fails_is_told_at_the_end_with_the_exit_code(run):
    code, told, _diary = run(WRONG="yes")

    at_the_end = told[told.index("9 ran in 2 processes, 2 alone; exit code 1") :]
    assert code == 1
    assert "FAILED test_diary.py::test_wrong" in at_the_end
    assert "= 1 failed, 8 passed in " in at_the_end


def test_arguments_of_pytest_are_still_heard(run):
    code, told, diary = run("-k", "alone")

    assert (code, diary) == (0, ["alone begins", "alone ends"] * 2)
    assert "2 ran in 2 processes, 2 alone" in told


class Node:
    """A process, as the scheduler sees it: what it was handed."""

    gateway = SimpleNamespace(id="gw")
    shutting_down = False

    def __init__(self):
        self.handed = []

    def send_runtest_some(self, indices):
        self.handed.extend(indices)

    def shutdown(self):
        self.shutting_down = True


def test_no_file_is_cut_before_the_last_part(monkeypatch):
    monkeypatch.setattr("xdist.scheduler.load.parse_tx_spec_config", lambda config: [1, 2])
    names = [f"test_{file}.py::test_{test}" for file in range(20) for test in range(7)]
    scheduler = WholeFiles(SimpleNamespace(getoption=lambda name: None))
    nodes = [Node(), Node()]
    for node in nodes:
        scheduler.add_node(node)
        scheduler.add_node_collection(node, names)

    scheduler.schedule()
    while scheduler.has_pending:
        for node in nodes:
            for place in scheduler.node2pending[node][:1]:
                scheduler.mark_test_complete(node, place)

    assert sorted(nodes[0].handed + nodes[1].handed) == list(range(len(names)))
    for node in nodes:
        assert node.handed == sorted(node.handed)
    whole = len(names) * 3 // 4 // 7
    handed = [{place // 7 for place in node.handed} & set(range(whole)) for node in nodes]
    assert (handed[0] | handed[1], handed[0] & handed[1]) == (set(range(whole)), set())


@pytest.mark.parametrize(
    "arguments",
    [
        ["portal/tests/test_dev_suite.py"],
        ["portal/tests/test_dev_suite.py::test_no_file_is_cut_before_the_last_part"],
        ["sla"],
        ["-k", "clock"],
        ["-mbrowser"],
        ["--lf"],
        ["-n", "3"],
    ],
)
def test_what_is_chosen_runs_in_one_process(arguments, monkeypatch):
    monkeypatch.chdir(installation.BASE_DIR)

    assert suite.spread(arguments) == ()


@pytest.mark.parametrize("arguments", [[], ["-x"], ["--maxfail=3", "-v", "--durations=60"]])
def test_everything_runs_on_every_core(arguments, monkeypatch):
    for name in suite.ONE_PLACE:
        monkeypatch.delenv(name)

    assert suite.spread(arguments) == ("-n", "auto")


def test_one_broker_for_all_is_for_one_process():
    assert suite.spread([]) == ()
