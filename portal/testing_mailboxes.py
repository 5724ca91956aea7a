"""Fixtures for mail servers that are not ours: a real Dovecot, and certificates for TLS.

A test that asks for `dovecot` is marked `imap` by that alone.
"""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.dev.children import spawn, stop
from portal.dev.dovecot import ADVICE, find
from portal.dev.server import free_port, wait_until

LOOPBACK, PASSWORD = "127.0.0.1", "pass;of@boxes/ours"
# For root, mails belong to somebody else (Dovecot insists), and so do those who listen.
OF_ROOT = {"internal": "dovecot", "login": "dovenull", "mails": "nobody"}
CONFIGURATION = """
protocols = imap
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/run
log_path = /dev/stderr
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mails/%u
mail_fsync = never
maildir_very_dirty_syncs = no
mail_max_userip_connections = 100
imap_capability = {capability}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mails/%u allow_all_users=yes
}}
"""


class Certificates:
    """An authority of our own, and what it vouches for; `authority` is the file to trust it by."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
        self.authority = folder / "authority.pem"
        self._write(self.authority, self._signed(self._name, self._key, authority=True))

    def issue(self, host: str = "localhost") -> tuple[Path, Path]:
        """Return the files of a certificate for this host, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate, secret = self.folder / f"{host}.pem", self.folder / f"{host}.key"
        self._write(certificate, self._signed(name, key, host=host))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        secret.chmod(0o600)
        return certificate, secret

    def _signed(self, name: x509.Name, key: Any, *, host: str = "", authority: bool = False) -> Any:
        today = datetime.fromtimestamp(time.time(), UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if host:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            made = made.add_extension(names, critical=False)
        return made.sign(self._key, hashes.SHA256())

    @staticmethod
    def _write(file: Path, certificate: Any) -> None:
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


class Dovecot:
    """A server with any number of accounts, all with one password; `put` brings them mails."""

    password = PASSWORD

    def __init__(self, program: str, certificates: Certificates) -> None:
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="turnaround-dovecot-"))
        self.folder.chmod(0o755)
        self.log = self.folder / "log"
        self.port, self.tls_port = free_port(), free_port()
        self.certificate, self.key = certificates.issue()
        self.owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.child: subprocess.Popen[bytes] | None = None
        mails = self.folder / "mails"
        mails.mkdir()
        os.chown(mails, self.owner.pw_uid, self.owner.pw_gid)

    def start(self, *, capability: str = "") -> None:
        """Start it; `capability` is all that it then says it can do."""
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(CONFIGURATION.format(**self._words(), capability=capability))
        self.child = spawn(
            [self.program, "-F", "-c", configuration], log=self.log, death_signal=signal.SIGTERM
        )
        wait_until(self._answers, child=self.child, name="Dovecot", log=self.log)

    def stop(self) -> None:
        if self.child is not None:
            stop(self.child)
            self.child = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, user: str, *, asked: str = "", scheme: str = "imaps") -> str:
        """The address of a mailbox, as MAIL_IN_BOXES names it."""
        port = self.tls_port if scheme == "imaps" else self.port
        secret = quote(PASSWORD, safe="")
        return f"{scheme}://{user}:{secret}@localhost:{port}/INBOX?{asked}"

    def _words(self) -> dict[str, object]:
        me = self.owner.pw_name
        accounts = OF_ROOT if os.geteuid() == 0 else {"internal": me, "login": me}
        return {
            "host": LOOPBACK,
            "folder": self.folder,
            "certificate": self.certificate,
            "key": self.key,
            "internal": accounts["internal"],
            "login": accounts["login"],
            "group": grp.getgrgid(pwd.getpwnam(accounts["internal"]).pw_gid).gr_name,
            "port": self.port,
            "tls_port": self.tls_port,
            "password": PASSWORD,
            "uid": self.owner.pw_uid,
            "gid": self.owner.pw_gid,
        }

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=5) as probe:
                return probe.recv(100).startswith(b"* OK")
        except OSError:
            return False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "dovecot" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.imap)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates that nobody trusts who was not told to."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def dovecot(certificates: Certificates) -> Generator[Dovecot]:
    """A running IMAP server, with TLS by a certificate for “localhost”."""
    program = find()
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ADVICE)
    server = Dovecot(str(program), certificates)
    try:
        server.start()
        yield server
        print(server.log.read_text()[-4000:])  # pytest shows it when the test failed
    finally:
        server.remove()
