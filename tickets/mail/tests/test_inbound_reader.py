"""Mails are read in a process with limits, which poison ends and nothing else."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tickets.mail.inbound.mail import Limits, Mail, ReadingFailed, Unreadable
from tickets.mail.inbound.reader import ROOT, Reader
from tickets.mail.tests import corpus
from tickets.mail.tests.raw import FROM_CASEY, a_mail, a_part, of_parts

MB = 2**20
LARGE = a_mail("word word word\n" * MB)
# Fifty levels, each of which looks at all of it.
SLOW = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(50)
) + b"\r\n--b--\r\n" * (2 * MB)


@pytest.fixture
def folders(tmp_path):
    """New folders, one after another."""
    return iter(tmp_path / str(number) for number in range(1000))


def ask(reader: Reader, raw: bytes | Path, folders) -> Mail:
    folder = next(folders)
    folder.mkdir()
    return reader.read(raw, envelope=FROM_CASEY, folder=folder)


def reason_of(reader: Reader, raw: bytes, folders) -> str:
    with pytest.raises(Unreadable) as unreadable:
        ask(reader, raw, folders)
    return unreadable.value.reason


def child_of(reader: Reader) -> subprocess.Popen[bytes]:
    assert reader._child is not None
    return reader._child


def test_bytes_and_paths_are_read_and_files_lie_in_the_folder(folders, tmp_path):
    raw = of_parts(a_part("text/plain", "Hello"), a_part("image/png; name=a.png", "png"))
    lying = tmp_path / "lying.eml"
    lying.write_bytes(raw)

    with Reader(Limits(), authserv_id="portal.test") as reader:
        mails = [ask(reader, raw, folders), ask(reader, lying, folders)]

    for number, mail in enumerate(mails):
        (file,) = mail.files
        assert (mail.sender, mail.text, file.name) == ("casey@clinic.test", "Hello", "a.png")
        assert Path(file.path).parent == tmp_path / str(number)
        assert hashlib.sha256(Path(file.path).read_bytes()).hexdigest() == file.sha256


def test_the_whole_corpus_is_read_by_one_process(folders):
    with Reader(Limits()) as reader:
        for id in corpus.MAILS.keys() - {"M06", "M09"}:
            ask(reader, corpus.fill(id), folders)
        child = child_of(reader)
        assert reason_of(reader, corpus.fill("M06"), folders) == "too_deep"
        assert reason_of(reader, corpus.fill("M09"), folders) == "empty"
        assert child_of(reader) is child


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not keep this limit")
def test_a_mail_that_takes_too_much_memory_is_unreadable_and_the_next_is_read(folders):
    with Reader(Limits(memory_mb=1)) as reader:
        assert reason_of(reader, LARGE, folders) == "too_much_memory"
        assert ask(reader, a_mail("Next"), folders).text == "Next"


def test_the_largest_mail_fits_the_memory_that_is_usual(folders):
    body = "A" * 76 + "\r\n"
    raw = of_parts(
        a_part(
            "application/pdf; name=a.pdf",
            body * (29 * MB // len(body)),
            Content_Transfer_Encoding="base64",
        )
    )

    with Reader(Limits()) as reader:
        assert len(ask(reader, raw, folders).files) == 1


def test_a_mail_that_takes_too_much_time_is_unreadable_and_the_next_is_read(folders):
    with Reader(Limits(cpu_seconds=1)) as reader:
        assert reason_of(reader, SLOW, folders) == "too_slow"
        assert ask(reader, a_mail("Next"), folders).text == "Next"


def test_a_process_that_does_not_answer_is_ended_and_the_next_is_read(folders, monkeypatch):
    monkeypatch.setattr("tickets.mail.inbound.reader.SECONDS_BESIDES", 0)
    with Reader(Limits(cpu_seconds=1)) as reader:
        ask(reader, a_mail(), folders)
        stuck = child_of(reader)
        os.kill(stuck.pid, signal.SIGSTOP)

        assert reason_of(reader, a_mail(), folders) == "too_slow"
        assert stuck.returncode == -signal.SIGKILL
        assert ask(reader, a_mail("Next"), folders).text == "Next"


def test_a_process_that_was_killed_is_started_again(folders):
    with Reader(Limits()) as reader:
        ask(reader, a_mail(), folders)
        os.kill(child_of(reader).pid, signal.SIGKILL)
        child_of(reader).wait()

        assert ask(reader, a_mail("Next"), folders).text == "Next"


def test_what_the_machine_cannot_do_is_no_fault_of_the_mail(folders, tmp_path):
    with Reader(Limits()) as reader, pytest.raises(ReadingFailed, match="FileNotFoundError"):
        ask(reader, tmp_path / "nowhere.eml", folders)


def test_no_process_is_left_when_the_reader_is_done(folders):
    with Reader(Limits()) as reader:
        ask(reader, a_mail(), folders)
        child = child_of(reader)

    assert child.returncode == -signal.SIGKILL


READS_ONE = """
import sys
from pathlib import Path
from tickets.mail.inbound.mail import Envelope, Limits
from tickets.mail.inbound.reader import Reader

reader = Reader(Limits())
reader.read(b"Subject: a\\n\\nb", envelope=Envelope(), folder=Path(sys.argv[1]))
print(reader._running().pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux knows the wish")
def test_no_process_outlives_who_started_it(tmp_path, eventually):
    """It asks the kernel for this before it answers for the first time."""
    parent = subprocess.Popen(
        [sys.executable, "-c", READS_ONE, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with parent:
        pid = int(parent.stdout.readline())
        parent.kill()

    eventually(lambda: not is_running(pid), seconds=5)


def is_running(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_the_process_knows_neither_django_nor_a_password(folders, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://canary")
    with Reader(Limits()) as reader:
        ask(reader, a_mail(), folders)
        pid = child_of(reader).pid
        if Path(f"/proc/{pid}/environ").exists():
            assert b"canary" not in Path(f"/proc/{pid}/environ").read_bytes()

    listed = "import sys, tickets.mail.inbound.child; print('django' in sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", listed], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "False\n"
