"""Becomes another program that ends when its parent does; run by path, needs nothing but Python.

usage: leash.py SIGNAL PARENT_PID ACCOUNT /PATH/TO/COMMAND...

SIGNAL     is sent to the command when its parent ends, even by kill -9 (Linux only; elsewhere the
           watcher does it, see watcher.py)
ACCOUNT    same: stay who we are; namespace: root, but seen by the command as an ordinary user;
           nobody: become the account "nobody". PostgreSQL refuses to run as root.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
ORDINARY_ID = 1000


def main(arguments: list[str]) -> None:
    death_signal, parent, account, *command = arguments
    ACCOUNTS[account]()
    # After the change of account: the kernel forgets this wish when credentials change.
    if sys.platform.startswith("linux"):
        call_libc("prctl", PR_SET_PDEATHSIG, signal.Signals[death_signal].value, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("The process that started this one has ended.")
    os.execv(command[0], command)


def stay_the_same() -> None:
    pass


def enter_namespace() -> None:
    """In a new user namespace, map the id that the command sees as its own to root outside."""
    call_libc("unshare", CLONE_NEWUSER)
    for file, text in (("setgroups", "deny"), ("uid_map", None), ("gid_map", None)):
        with open(f"/proc/self/{file}", "w") as stream:
            stream.write(text or f"{ORDINARY_ID} 0 1")


def become_nobody() -> None:
    account = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


ACCOUNTS = {"same": stay_the_same, "namespace": enter_namespace, "nobody": become_nobody}


def call_libc(name: str, *arguments: int) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    main(sys.argv[1:])
