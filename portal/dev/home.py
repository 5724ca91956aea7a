"""Where one demo or one test run keeps its data, logs, mails and sockets."""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The kernel's limit for a socket's path is 104 bytes on macOS, 108 on Linux.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME_ROOM = len("/.s.PGSQL.5432.lock")
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")
SHORT, LASTING = Path("/tmp"), Path("/var/tmp")  # noqa: S108 (only folders by mkdtemp)


@dataclass(frozen=True)
class Home:
    root: Path

    def create(self) -> None:
        """Make the home and its folders, closed to other accounts."""
        for folder in (self.root, self.logs, self.mails, self.files, self.records):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def mails(self) -> Path:
        return self.root / "mails"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def records(self) -> Path:
        """Holds, for each folder of this home that had to lie elsewhere, where that is."""
        return self.root / "elsewhere"

    def sockets(self) -> Path:
        """A folder whose path is short enough for the sockets in it, and can stand in a URL."""
        inside = self.root / "run"
        length = len(str(inside)) + SOCKET_NAME_ROOM
        if length > LONGEST_SOCKET_PATH or not PLAIN.fullmatch(str(inside)):
            return self.elsewhere("sockets", base=SHORT)
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside

    def elsewhere(self, name: str, *, base: Path) -> Path:
        """A private folder under `base`, the same one each time as long as it exists."""
        record = self.records / name
        if record.exists() and Path(record.read_text()).is_dir():
            return Path(record.read_text())
        folder = Path(tempfile.mkdtemp(prefix=f"turnaround-{name}-", dir=base))
        record.write_text(str(folder))
        return folder

    def remove(self) -> None:
        """Delete the home and what lies elsewhere for it."""
        for record in self.records.glob("*"):
            shutil.rmtree(record.read_text(), ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)
