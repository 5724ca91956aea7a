"""Requests over connections that stay open, how long they took, and what that is held to."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse

LOOPBACK = "127.0.0.1"
RUNS = 5


@dataclass(frozen=True)
class Verdict:
    """A figure with its limit; below it is good, or `at_least` it."""

    what: str
    figure: float
    limit: float
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def tell(self) -> "Verdict":
        sign = ">=" if self.at_least else "<="
        word = "kept" if self.is_kept else "MISSED"
        print(f"  {self.what:<54}{self.figure:>8.2f}  {sign} {self.limit:<6g} {word}", flush=True)
        return self


@dataclass(frozen=True)
class Request:
    """What is sent, as whom, and what the answer must be."""

    path: str
    cookies: str
    body: str | None = None
    status: int = 200


def send(connection: HTTPConnection, request: Request) -> float:
    """Return how many milliseconds the answer took."""
    headers = {"Cookie": request.cookies, "Host": LOOPBACK}
    if request.body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    began = time.perf_counter()
    connection.request(
        "GET" if request.body is None else "POST", request.path, request.body, headers
    )
    response = connection.getresponse()
    page = response.read()
    took = (time.perf_counter() - began) * 1000
    check(request, response, page)
    return took


def check(request: Request, response: HTTPResponse, page: bytes) -> None:
    """A page that is not what was asked for is no measure of it."""
    if response.status != request.status:
        words = page.decode(errors="replace")[:2000]
        raise SystemExit(f"{request.path} answered {response.status}: {words}")


def each_in_turn(port: int, requests: Iterator[Request], *, seconds: float) -> list[float]:
    """Ask over one connection for so long; return how long each answer took."""
    connection = HTTPConnection(LOOPBACK, port, timeout=60)
    end = time.monotonic() + seconds
    times = []
    while time.monotonic() < end:
        times.append(send(connection, next(requests)))
    connection.close()
    return times


def side_by_side(port: int, requests: Sequence[Iterator[Request]], *, seconds: float) -> float:
    """Ask over as many connections as there are streams; return answers in a second."""
    with ThreadPoolExecutor(len(requests)) as pool:
        began = time.perf_counter()
        asked = list(pool.map(lambda each: each_in_turn(port, each, seconds=seconds), requests))
        return sum(map(len, asked)) / (time.perf_counter() - began)


def alternate(*measures: Callable[[], float]) -> list[list[float]]:
    """Take each measure five times in turn, after one run that warms up and does not count."""
    for measure in measures:
        measure()
    runs = [[measure() for measure in measures] for _run in range(RUNS)]
    return [list(figures) for figures in zip(*runs, strict=True)]


def percentile(times: Sequence[float], part: int) -> float:
    return statistics.quantiles(times, n=100)[part - 1]
