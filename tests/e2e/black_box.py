"""
Show from outside that no post is lost or doubled, whatever happens on the lines before and behind the gateway.

    python -m tests.e2e.black_box [--posts N] [--seed N] [--database NAME] [--platform NAME] [--away N]

The product runs as a process of its own over SQLite or PostgreSQL, between relays: clients reach its door and its API
through two of them, and it reaches a real server, snac2 or Bluesky's PDS, through a third. A share of all requests is
broken, also those by which the gateway logs in or looks something up: reset before, within, during or after the request
or in the middle of its answer, held up, answered with an error, or repeated. Some of the posts are for later. Now and
then nobody listens at the server at all.

Afterwards everything must have come to its end: published, unsent and told so, or listed for a person, who then settles
most of them. The server's own list of posts is held against the gateway's states, its log, and what clients were told.

A line that repeats a request is only put in front of the gateway, where its key makes it one post, and before Bluesky's
server, where the record's key does. A server without such keys, such as snac2, makes two posts of a repeated request;
nobody in front of it can prevent that.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from tests.e2e.black_box_house import LEASE_S, black_box, drawn
from tests.e2e.black_box_truth import (
    PERSON,
    UNSENT,
    Log,
    Sent,
    complaints,
    gathered,
    number_in,
    wait_until_nothing_is_open,
)
from tests.e2e.broken_lines import REAL
from tests.e2e.servers.postgres import PostgresServer
from tests.e2e.servers.relay import FAULTS, REFUSED, Fault, What, When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.black_box_house import BlackBox
    from tests.e2e.black_box_truth import Evidence

DATABASES = ("sqlite", "postgresql")
AT_ONCE = 4
"""Clients; snac2 sends each post to itself too, and waits for seconds when it is asked by more."""
SETTLE_S = 2.0
PAUSE_S = 2.0
"""Between two times when nobody listens, at least."""
SHARE, SHARE_OF_READS = 0.35, 0.15
WHOLE_AFTER = 5
"""Requests for the same post that may be broken."""
TWICE = Fault(what=What.TWICE, when=When.DURING)
_LONGER = LEASE_S + SETTLE_S / 2
"""Longer than a lease, shorter than what the gateway waits before it looks."""
_PLATFORM = (
    Fault(what=What.ERROR, when=When.BEFORE, status=429, retry_after=1),
    Fault(what=What.ERROR, when=When.BEFORE, status=422),
    Fault(what=What.DELAY, when=When.BEFORE, seconds=_LONGER),
    Fault(what=What.DELAY, when=When.DURING, seconds=_LONGER),
)


class Weather:
    """Breaks requests as a seed will have it: the same for each post, in whatever order they come."""

    def __init__(self, seed: object, platform: str) -> None:
        self._seed = seed
        self._behind = (*FAULTS, *_PLATFORM, *((TWICE,) if platform == "bluesky" else ()))
        self._lock = threading.Lock()
        self._times: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        """Faults so far, by side and kind."""

    def before(self, method: str, path: str, body: bytes) -> Fault | None:
        """Say what happens between a client and the gateway."""
        return self._drawn("before", method, path, body, (*FAULTS, TWICE))

    def behind(self, method: str, path: str, body: bytes) -> Fault | None:
        """Say what happens between the gateway and the server."""
        return self._drawn("behind", method, path, body, self._behind)

    def _drawn(self, side: str, method: str, path: str, body: bytes, faults: tuple[Fault, ...]) -> Fault | None:
        number = number_in(unquote_plus(body.decode("utf-8", "replace")))
        name = f"{side} {path.partition('?')[0] if number is None else number}"
        with self._lock:
            nth = self._times[name]
            self._times[name] += 1
        chance = random.Random(f"{self._seed} {name} {nth}")
        posts = number is not None
        if chance.random() > (SHARE if posts else SHARE_OF_READS) or (posts and nth >= WHOLE_AFTER):
            return None
        fault = chance.choice(faults if posts else FAULTS)
        with self._lock:
            self.broken[f"{side}: {fault}" + (f" {fault.status}" if fault.what is What.ERROR else "")] += 1
        return fault


@dataclass(slots=True, kw_only=True)
class Figures:
    """What was seen."""

    title: str
    posts: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    """Submissions by their ends."""
    cleared: Counter[str] = field(default_factory=Counter)
    """Unclear posts that became clear, by how and with what result."""
    person: int = 0
    """Posts that are still listed for a person."""
    broken: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    complaints: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        before = sum(count for name, count in self.broken.items() if name.startswith("before"))
        rows = [
            ("posts", self.posts),
            *((f"  {name}", count) for name, count in self.ends.most_common()),
            ("requests broken before the gateway", before),
            ("requests broken behind it", self.broken.total() - before),
            *((f"unclear, then {name}", count) for name, count in self.cleared.most_common()),
            ("still listed for a person", self.person),
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("other complaints", len(self.complaints) - self.lost - self.doubled),
            ("seconds", round(self.seconds)),
        ]
        return "\n".join((self.title, *(f"  {name:<44}{count:>6}" for name, count in rows), *self.complaints, ""))


def prove(
    platform: str,
    directory: Path,
    seed: int,
    *,
    posts: int,
    database: str | None = None,
    away: int = 0,
) -> Figures:
    """Send so many posts, wait for all their ends, let a person settle some, and compare."""
    started = time.monotonic()
    figures = Figures(title=f"{platform}, {'sqlite' if database is None else 'postgresql'}, seed {seed}", posts=posts)
    weather = Weather(f"{seed} {platform}", platform)
    submissions = [drawn(n, platform, random.Random(f"{seed} {platform} {n}")) for n in range(posts)]
    with black_box(platform, directory, database=database, settle_s=SETTLE_S) as box:
        for relay in box.before:
            relay.break_by(weather.before)
        box.behind.break_by(weather.behind)
        with _nobody_listens(box, away), ThreadPoolExecutor(AT_ONCE) as pool:
            heard = list(pool.map(box.send, submissions))
        sent = [Sent(submission=one, heard=told) for one, told in zip(submissions, heard, strict=True)]
        wait_until_nothing_is_open(box, still_s=3 * SETTLE_S)
        for relay in (*box.before, box.behind):
            relay.break_by(None)
            relay.quiet()
        wait_until_nothing_is_open(box, still_s=6 * SETTLE_S)
        _settle_some(box, sent)
        wait_until_nothing_is_open(box, still_s=0.5)
        _count(gathered(box, sent), figures)
    checked = [box.gateway.attempt("audit", words) for words in ("fsck", "verify")]
    figures.complaints += [done.stdout + done.stderr for done in checked if done.returncode != 0]
    figures.broken = weather.broken
    figures.seconds = time.monotonic() - started
    return figures


@contextmanager
def _nobody_listens(box: BlackBox, times: int) -> Iterator[None]:
    """Take the server away so many times, for half a second, while posts are sent."""
    over = threading.Event()

    def run() -> None:
        for _ in range(times):
            if over.wait(PAUSE_S):
                return
            box.behind.break_next(REFUSED)
            over.wait(0.5)
            box.behind.break_next(None)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _settle_some(box: BlackBox, sent: list[Sent]) -> None:
    """Be the person: look at the server, and say what is there, of all but every fifth post."""
    log, there = Log.of(box.gateway.records()), box.server.posts()
    numbers = {one.post(log): one.submission.number for one in sent}
    places = {number_in(text): name for name, text in there}
    for at, row in enumerate(box.operator.unclear()):
        decision = str(row["decision_id"])
        number = numbers.get(log.decisions[decision])
        place = places.get(number)
        if at % 5 == 4 or number is None:
            continue
        if place is not None:
            box.operator.settle(decision, platform_id=place)
        else:
            box.operator.settle(decision, then="resend" if at % 2 else "close")


def _count(evidence: Evidence, figures: Figures) -> None:
    states, log = evidence.states, evidence.log
    figures.complaints = complaints(evidence)
    figures.lost = sum("LOST" in one for one in figures.complaints)
    figures.doubled = sum("DOUBLED" in one for one in figures.complaints)
    figures.person = sum(state in PERSON for state in states.values())
    figures.ends.update(_end(one, states.get(one.post(log) or "")) for one in evidence.sent)
    figures.cleared.update(f"{one['method']}: {one['result']}" for one in log.data("PG-104"))


def _end(one: Sent, state: str | None) -> str:
    if one.submission.leaks:
        return "blocked, and told so"
    if state is None and one.late:
        return "unclear to the second of two at once"
    if state == "published":
        return "published, and told so at once" if one.word == "published" else "published later"
    if state in PERSON:
        return "with a person"
    return (
        "not sent, and on record so"
        if state in UNSENT and one.word in {"scheduled", "queued", "unknown"}
        else ("not sent, and told so")
    )


def main() -> int:
    """Run it, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.black_box", description=__doc__)
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--platform", choices=REAL, default="mastodon")
    parser.add_argument("--away", type=int, default=3, help="how often nobody listens at the server")
    arguments = parser.parse_args()
    with ExitStack() as held:
        directory = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="postgate-box-")))
        database = None
        if arguments.database == "postgresql":
            postgres = PostgresServer.start(log_directory=directory)
            held.callback(postgres.stop)
            postgres.create_database("box")
            database = postgres.url("box")
        figures = prove(
            arguments.platform,
            directory,
            arguments.seed,
            posts=arguments.posts,
            database=database,
            away=arguments.away,
        )
    sys.stdout.write(str(figures))
    sys.stdout.write("".join(f"    {count:>5} {name}\n" for name, count in sorted(figures.broken.items())))
    return 1 if figures.complaints else 0


if __name__ == "__main__":
    raise SystemExit(main())
