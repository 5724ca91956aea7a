"""Does time tell who has an account? Measures every account form for known and unknown addresses.

usage: python bench/accounts.py [ROUNDS [FORM]]

A site of its own is started: PostgreSQL with fsync on, gunicorn as in a demo, real hashes of
passwords. Each round sends one form for one address of each kind, in an order drawn by lot; the
last kind is unknown addresses once more, so that its difference is what this machine's noise makes
of two things that are the same. Ends with 1 where a difference of medians is above the goal, with 2
where this run cannot know a difference that small, whichever way it came out.
"""

import random
import re
import statistics
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/, which has a portal too

from bench.servers import Servers  # noqa: E402
from portal.dev import services  # noqa: E402

ROUNDS = 200
GOAL_MS = 10
UNKNOWN, CONTROL = "unknown", "unknown, again"
KINDS = ("known, with password", "known, only mailed", "known, inactive", UNKNOWN, CONTROL)
WRONG = "not the password of anybody"
FORMS = {
    "Sign in": ("/accounts/sign-in/", lambda email: {"login": email, "password": WRONG}),
    "Get a password": ("/accounts/password/get/", lambda email: {"email": email}),
    "Sign up": (
        "/accounts/sign-up/",
        lambda email: {
            "email": email,
            "name": "Kim Sato",
            "stated_organization": "Harbor Health",
            "phone": "555 0100",
            "password1": "three blue herons",
        },
    ),
}
NO_LIMITS = {
    f"LIMIT_{door}": "1000000/60"
    for door in ("SIGN_IN", "SIGN_IN_ADDRESS", "SIGN_UP", "GET_PASSWORD", "GET_PASSWORD_ADDRESS")
}


def main(rounds: int = ROUNDS, form: str | None = None) -> int:
    names = [form] if form else list(FORMS)
    with ExitStack() as stack:
        port = Servers(stack, **NO_LIMITS).serve()
        addresses = make_people(rounds)
        print(f"{rounds} rounds of {len(KINDS)} kinds; goal: medians within {GOAL_MS} ms")
        return max(report(name, measure(name, port, addresses)) for name in names)


# --- The people ------------------------------------------------------------------------


def make_people(rounds: int) -> dict[str, list[str]]:
    """Make those who are known, and return the addresses of each kind, for each form others."""
    from django.contrib.auth.hashers import make_password

    from accounts.models import User

    count = rounds * len(FORMS)
    addresses = {
        kind: [f"p{number}k{place}@clinic.example" for number in range(count)]
        for place, kind in enumerate(KINDS)
    }
    secret, none = make_password("a password that is right"), make_password(None)
    for kind, password, active in zip(KINDS, (secret, none, secret), (1, 1, 0), strict=False):
        User.objects.bulk_create(
            User(email=email, password=password, is_active=bool(active))
            for email in addresses[kind]
        )
    return addresses


# --- The stopwatch ----------------------------------------------------------------------


def measure(name: str, port: int, addresses: dict[str, list[str]]) -> dict[str, list[float]]:
    """Send the form for each address, the kinds in an order that every round draws anew."""
    path, fields = FORMS[name]
    browser = Browser(port, path)
    for warm_up in range(4 * services.WEB_WORKERS):
        browser.send(fields(f"warm{warm_up}@clinic.example"))
    draw = random.Random(1)  # the same orders in every run
    rounds, times = len(addresses[UNKNOWN]) // len(FORMS), defaultdict(list)
    for number in range(rounds):
        for kind in draw.sample(KINDS, len(KINDS)):
            email = addresses[kind][list(FORMS).index(name) * rounds + number]
            times[kind].append(browser.send(fields(email)))
    return times


def report(name: str, times: dict[str, list[float]]) -> int:
    """Print what one form took, how sure that is, and return the exit code.

    A run that cannot tell a difference as small as the goal from none neither passes nor fails.
    """
    base = statistics.median(times[UNKNOWN])
    print(
        f"\n{name:<24}{'median':>10}{'difference':>14}{'sure to':>12}{'in pairs':>13}{'ratio':>8}"
    )
    differences, sure_to = [], []
    for kind in KINDS:
        median = statistics.median(times[kind])
        pairs = statistics.median(a - b for a, b in zip(times[kind], times[UNKNOWN], strict=True))
        spread = uncertainty(times[kind], times[UNKNOWN])
        print(
            f"  {kind:<22}{median:>7.1f} ms{median - base:>+11.1f} ms{spread:>6.1f} ms"
            f"{pairs:>+10.1f} ms{median / base:>8.3f}"
        )
        sure_to.append(spread)
        if kind != CONTROL:
            differences.append(abs(median - base))
    return verdict(max(differences), max(sure_to))


def verdict(difference: float, sure_to: float) -> int:
    if sure_to > GOAL_MS:
        print(f"  cannot tell: the machine is too busy to know a difference of {GOAL_MS} ms")
        return 2
    within = difference <= GOAL_MS
    print(f"  {'within' if within else 'above'} the goal of {GOAL_MS} ms", flush=True)
    return 0 if within else 1


def uncertainty(some: list[float], others: list[float]) -> float:
    """Return how far to either side the difference of medians may be off, at 95 % (bootstrap)."""
    draw, rounds = random.Random(1), range(len(some))
    found = []
    for _ in range(1000):
        drawn = draw.choices(rounds, k=len(rounds))
        found.append(
            statistics.median(some[i] for i in drawn) - statistics.median(others[i] for i in drawn)
        )
    low, *_between, high = statistics.quantiles(found, n=40)
    return (high - low) / 2


class Browser:
    """Sends one form over a connection of its own each time, as strangers would."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path = port, path
        response, body = self.request("GET", None, {})
        self.cookie = response.getheader("Set-Cookie").partition(";")[0]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)[1]

    def send(self, fields: dict[str, str]) -> float:
        """Return how many milliseconds the answer took."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        began = time.perf_counter()
        response, page = self.request("POST", body, headers)
        took = (time.perf_counter() - began) * 1000
        if response.status not in (200, 302) or "csrf" in page[:200].lower():
            raise SystemExit(f"{self.path} answered {response.status}: {page[:500]}")
        return took

    def request(self, method: str, body: str | None, headers: dict[str, str]):
        connection = HTTPConnection(services.LOOPBACK, self.port, timeout=60)
        try:
            connection.request(method, self.path, body, headers)
            response = connection.getresponse()
            return response, response.read().decode()
        finally:
            connection.close()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2]), *sys.argv[2:3]))
