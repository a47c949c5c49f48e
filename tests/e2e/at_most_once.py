"""
Show that a post goes out at most once, whatever happens to the lines before and behind the gateway.

    python -m tests.e2e.at_most_once [--runs N] [--retries N] [--seed N] [--platform NAME ...]

Between a stubborn client and the gateway stands a relay, and another one between the gateway and a server: snac2 and
Bluesky's PDS, which are real, and the contract servers of X, LinkedIn, Facebook and Threads. Both break connections,
wait, or say that the server broke, before, within, during and after a request and in its answer, or do not listen. The
client sends its post again and again, with the same key, alone or two at a time; without a key it sends again what is
not surely out.

A run is one post with the faults of its seed, on the real servers. Retries are counted one by one, on each contract
server: the client is kept from hearing any answer until its tenth try. Afterwards the server is asked how often it has
the text, and the log must verify, with one outcome for each intent. Prints figures; ends with 0, or with the first
thing that does not hold.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.broken_lines import PLATFORMS, REAL, broken_lines
from tests.e2e.servers.relay import FAULTS, REFUSED, Fault, What, When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.broken_lines import BrokenLines, Told

TRIES = 10
"""Of one post on a contract server; all but the last are retries that were forced."""
_LOST = tuple(fault for fault in FAULTS if fault.what in {What.CLOSE, What.CUT, What.ERROR})
_BEHIND = (None, REFUSED, REFUSED, *FAULTS)
_DOUBLED = Fault(what=What.TWICE, when=When.DURING)


@dataclass(slots=True, kw_only=True)
class Figures:
    """What was seen on one platform."""

    platform: str
    posts: int = 0
    tries: int = 0
    """Requests of the client."""
    unheard: int = 0
    """Tries whose answer never came, or was broken."""
    broken: Counter[str] = field(default_factory=Counter)
    """Faults behind the gateway."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Attempts on record, by their results."""
    ends: Counter[str] = field(default_factory=Counter)
    """What the client was told at last."""
    out: int = 0
    """Posts that are on the server."""
    most: int = 0
    """How often the server has a text, at most."""
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.platform}: {self.posts} posts, {self.tries} tries, {self.unheard} of them unheard,"
            f" {self.broken.total()} requests broken behind the gateway in {len(self.broken)} ways; attempts on record:"
            f" {_list(self.outcomes)}; told at last: {_list(self.ends)}; {self.out} on the server, each at most"
            f" {self.most} time(s). {self.seconds:.0f} s\n"
        )


def _list(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One post: what is done to the lines at each try."""

    text: str
    key: str | None
    at_once: int
    tries: tuple[tuple[Fault | None, Fault | None], ...]
    """Before and behind the gateway."""


def any_plan(number: int, chance: random.Random) -> Plan:
    """Return a post whose lines break as chance will have it."""
    keyed = chance.random() < 0.8
    before = (None, *FAULTS, _DOUBLED) if keyed else (None,)
    tries = tuple((chance.choice(before), chance.choice(_BEHIND)) for _ in range(chance.randint(1, 5)))
    return Plan(
        text=_text(number), key=f"run-{number}" if keyed else None, at_once=chance.choice((1, 1, 2)), tries=tries
    )


def deaf_plan(number: int, chance: random.Random, *, tries: int) -> Plan:
    """Return a post whose client hears nothing until its last try."""
    lines = tuple((chance.choice(_LOST), chance.choice(_BEHIND)) for _ in range(tries - 1))
    return Plan(text=_text(number), key=f"deaf-{number}", at_once=1, tries=lines)


def carry_out(lines: BrokenLines, plan: Plan, figures: Figures) -> None:
    """Send a post as planned, then once more over whole lines, and ask the server."""
    heard = list(_answers(lines, plan, figures))
    lines.before.quiet()
    lines.behind.quiet()
    times = lines.count(plan.text)
    figures.posts += 1
    figures.out += times > 0
    figures.most = max(figures.most, times)
    figures.ends[heard[-1].word] += 1
    assert times <= 1, f"{times} times on the server: {plan}"
    assert times == 1 or not any(told.word == "published" for told in heard), f"told, and not there: {plan}"
    assert lines.sent(plan.text) <= 1, f"sent more than once: {plan}"
    assert heard[-1].word in {"published", "unknown", "not sent"}, f"no clear word at last: {heard[-1]}, {plan}"
    assert heard[-1].word != "not sent" or times == 0, f"told that nothing was sent, and there: {plan}"


def _answers(lines: BrokenLines, plan: Plan, figures: Figures) -> Iterator[Told]:
    """Send until nothing more is planned; without a key until the post is out, for the next would be another one."""
    for before, behind in (*plan.tries, (None, None)):
        lines.before.break_next(before)
        lines.behind.break_next(behind)
        passed = len(lines.behind.passed())
        told = _send(lines, plan, plan.at_once if plan.key is not None else 1)
        figures.tries += len(told)
        figures.unheard += sum(one.word == "unheard" for one in told)
        met = lines.behind.passed()[passed:]
        figures.broken.update(str(one.fault) for one in met if one.fault not in {None, REFUSED})
        yield from told
        if plan.key is None and told[-1].word == "published":
            return


def _send(lines: BrokenLines, plan: Plan, at_once: int) -> list[Told]:
    give_up = time.monotonic() + 60
    while True:
        with ThreadPoolExecutor(at_once) as pool:
            told = list(pool.map(lambda _: lines.post(plan.text, plan.key), range(at_once)))
        if all(one.word != "in progress" for one in told) or time.monotonic() > give_up:
            return told
        time.sleep(0.05)


def _text(number: int) -> str:
    return f"Ausgabe {number} unseres Newsletters ist da, wir wünschen viel Freude beim Lesen!"


def prove(platform: str, directory: Path, seed: int, *, runs: int = 0, retries: int = 0) -> Figures:
    """Carry out so many runs, or force so many retries, on one platform, and check its log."""
    figures, started = Figures(platform=platform), time.monotonic()
    with broken_lines(platform, directory) as lines:
        for number in range(runs):
            carry_out(lines, any_plan(number, random.Random(f"{seed} {platform} {number}")), figures)
        forced = 0
        while forced < retries:
            tries = min(TRIES, retries - forced + 1)
            chance = random.Random(f"{seed} {platform} deaf {forced}")
            carry_out(lines, deaf_plan(forced, chance, tries=tries), figures)
            forced += tries - 1
        figures.outcomes = lines.check_log()
    figures.seconds = time.monotonic() - started
    return figures


def main() -> int:
    """Break lines, and print figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.at_most_once", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="on each real server")
    parser.add_argument("--retries", type=int, default=1000, help="on each contract server")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--platform", choices=PLATFORMS, action="append")
    arguments = parser.parse_args()
    sys.stdout.write(f"seed {arguments.seed}\n")
    for platform in arguments.platform or PLATFORMS:
        much = {"runs": arguments.runs} if platform in REAL else {"retries": arguments.retries}
        with tempfile.TemporaryDirectory(prefix="postgate-lines-") as directory:
            sys.stdout.write(str(prove(platform, Path(directory), arguments.seed, **much)))
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
