"""
Ask a running gateway whether it tells who is a customer: by its words, or by the time that it takes.

    python -m tests.e2e.oracle [--pairs N] [--at-once N]

A pair is two posts that one rule blocks: one for a number that only the register of customers knows, one for a number
that anybody knows by its check digits. Statuses and bytes must be equal but for the id of the decision; the times of
both are compared over all pairs, sent alternately. Ends with 0, or with 1 where an answer differs or the means of the
times lie 2 ms or more apart. All numbers are invented.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import Shared
from tests.e2e.gateway import Gateway, Setup
from tests.registers import KEY, PUBLIC_KEY, write_customers

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTERED, PROVEN = "KD-4711-0815", "756.9217.0769.85"
STEP_S = 0.25
MOST_APART_S = 0.002
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|d_[0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client sees of one post."""

    status: int
    body: str
    """Without the id of its decision."""
    seconds: float


@dataclass(slots=True, kw_only=True)
class Told:
    """The answers to both kinds of posts, in the order of their pairs."""

    registered: list[Answer] = field(default_factory=list)
    proven: list[Answer] = field(default_factory=list)

    @property
    def words(self) -> set[tuple[int, str]]:
        """Return the different answers."""
        return {(one.status, one.body) for one in (*self.registered, *self.proven)}

    @property
    def apart(self) -> float:
        """Return how far the means of the times lie apart, in seconds."""
        means = [statistics.fmean(one.seconds for one in answers) for answers in (self.registered, self.proven)]
        return abs(means[0] - means[1])

    @property
    def error(self) -> float:
        """Return the standard error of that."""
        return float(
            sum(statistics.variance([one.seconds for one in a]) / len(a) for a in (self.registered, self.proven)) ** 0.5
        )


def with_register(gateway: Gateway) -> None:
    """Give a prepared house a register with one number."""
    folder = gateway.directory
    key = folder / "register.key"
    key.write_text(KEY.hex(), encoding="ascii")
    key.chmod(0o600)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: TID251 - the gateway looks at a real clock
    number = REGISTERED.replace("-", "")
    write_customers(
        folder / "customers", [(Kind.NUMBER, number, Shared.ONE)], built_at=now, number_lengths=(len(number),)
    )
    with gateway.config.open("a", encoding="utf-8") as config:
        config.write(
            f"register: {{customers: {folder}/customers, key: 'file:{key}', signed_by: '{PUBLIC_KEY.hex()}'}}\n"
        )


def ask(gateway: Gateway, pairs: int, *, at_once: int = 1) -> Told:
    """Send pairs of posts, several at once, and return what a client sees."""
    told = Told()
    with ThreadPoolExecutor(at_once) as pool:
        for registered, proven in pool.map(lambda number: _pair(gateway, number), range(pairs)):
            told.registered.append(registered)
            told.proven.append(proven)
    return told


def _pair(gateway: Gateway, number: int) -> tuple[Answer, Answer]:
    order = (REGISTERED, PROVEN) if number % 2 else (PROVEN, REGISTERED)
    answers = {
        wanted: _sent(gateway, f"Bild {number} vom Sommerfest, {wanted} steht auf dem Schild.") for wanted in order
    }
    return answers[REGISTERED], answers[PROVEN]


def _sent(gateway: Gateway, text: str) -> Answer:
    begun = time.perf_counter()
    response = requests.post(
        f"{gateway.address}/api/v1/statuses",
        headers={"Authorization": f"Bearer {gateway.token}"},
        json={"status": text},
        timeout=60,
    )
    seconds = time.perf_counter() - begun
    return Answer(status=response.status_code, body=_ID.sub("ID", response.text), seconds=seconds)


def _lines(told: Told) -> Iterator[str]:
    for name, answers in (("registered", told.registered), ("proven", told.proven)):
        times = sorted(one.seconds for one in answers)
        median, last = statistics.median(times) * 1000, times[-1] * 1000
        yield f"{name}: {len(times)} posts, median {median:.1f} ms, last {last:.1f} ms"
    yield f"different answers: {len(told.words)}"
    yield f"means apart: {told.apart * 1000:.2f} ms (standard error {told.error * 1000:.2f} ms)"


def main() -> int:
    """Ask, and print what was told."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[1])
    parser.add_argument("--pairs", type=int, default=2_000)
    parser.add_argument("--at-once", type=int, default=4)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Gateway(Path(folder), Setup(upstream="http://127.0.0.1:9")) as gateway,
    ):
        gateway.prepare()
        with_register(gateway)
        gateway.launch()
        told = ask(gateway, arguments.pairs, at_once=arguments.at_once)
        gateway.stop()
    sys.stdout.write("\n".join((*_lines(told), "")))
    return int(len(told.words) != 1 or told.apart >= MOST_APART_S)


if __name__ == "__main__":
    sys.exit(main())
