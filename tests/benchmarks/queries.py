"""
Searching a log of a million records, and proving one of them, on SQLite and on PostgreSQL.

    python -m tests.benchmarks.queries [--records N] [--asked N] [--json] [--all]

The records are invented, and made as the gateway makes them: leaves, tree and head by the writing side of the log,
thousands in a transaction. They are a year of posts on three platforms and forty accounts; some are held, few are
blocked. Each filter that a search has is asked alone and with each other one, for a month in the middle of the year and
for the newest one, newest first and oldest first, a first page of fifty records. PostgreSQL is analysed first, as its
autovacuum does by itself; SQLite is not, as nothing does it in production.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, islice
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.ledger import Ledger
from proxy.audit.nodes import SqlNodes
from proxy.audit.query import Filter, search
from proxy.audit.tlog.proving import head_of, prove_inclusion
from proxy.audit.writer import prepare
from proxy.gate.work import Subject, Work
from proxy.storage.engines import create_engine, create_reader
from tests.e2e.servers.postgres import PostgresServer
from tests.stores import ORIGIN, migrated
from tests.works import Sample, decided, intended, outcome_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Connection

    from proxy.gate.work import AuditRecord

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MONTHS = {
    "in the middle": (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)),
    "the newest": (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
}
_PLATFORMS = {"mastodon": 30, "bluesky": 9, "linkedin": 1}
"""Accounts of each."""
_RULES = ("bank/iban", "bank/customer-name", "funds/promise", "rates/missing-note")
_RARE_RULE = "insider/quiet-period"
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Seconds that the first pages and the proofs of one database took."""

    database: str
    pages: dict[str, list[float]]
    """By filter."""
    proofs: list[float]
    built_s: float
    bytes: int

    @property
    def worst(self) -> tuple[str, float]:
        """Return the filter with the slowest 95th percentile, and that."""
        slow = {name: _p95(seconds) for name, seconds in self.pages.items()}
        name = max(slow, key=slow.__getitem__)
        return name, slow[name]


def main() -> int:
    """Build, ask and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.queries", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=5, help="times that each page is asked for")
    parser.add_argument("--json", action="store_true", help="for the benchmark that prints everything")
    parser.add_argument("--all", action="store_true", help="a line for each filter, not only the slowest")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments = parser.parse_args()
    found = [
        _measure(database, records=arguments.records, asked=arguments.asked)
        for database in arguments.database or ["sqlite", "postgresql"]
    ]
    lines = list(_table(found, records=arguments.records, every=arguments.all))
    if arguments.json:
        page = max(one.worst[1] for one in found) * 1000
        lines = [
            json.dumps({"lines": lines, "page_ms": page, "proof_ms": max(_p95(one.proofs) for one in found) * 1000})
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _measure(database: str, *, records: int, asked: int) -> Found:
    with tempfile.TemporaryDirectory(prefix="postgate-queries-") as name:
        if database == "sqlite":
            return _measure_at("SQLite", f"sqlite:///{name}/log.db", records=records, asked=asked)
        server = PostgresServer.start(log_directory=Path(name))
        try:
            server.create_database("log")
            return _measure_at("PostgreSQL", server.url("log"), records=records, asked=asked)
        finally:
            server.stop()


def _measure_at(database: str, url: str, *, records: int, asked: int) -> Found:
    started = time.perf_counter()
    fill(migrated(url), records)
    built = time.perf_counter() - started
    reader = create_reader(url)
    try:
        with reader.connect() as connection:
            size, rule = records, _RARE_RULE
            post, policy = connection.execute(
                sa.text(
                    "SELECT post_id, policy_digest FROM audit_records WHERE code = 'PG-101' AND seq >= :seq LIMIT 1"
                ),
                {"seq": size // 2},
            ).one()
            filters = dict(_filters({"post": post, "rule": rule, "policy": policy}))
            pages = {name: list(_asked(connection, wanted, asked)) for name, wanted in filters.items()}
            chance = random.Random(1)
            proofs = [_seconds(lambda: _prove(connection, chance.randrange(size), size)) for _ in range(200)]
            return Found(database=database, pages=pages, proofs=proofs, built_s=built, bytes=_bytes(connection))
    finally:
        reader.dispose()


def fill(url: str, count: int) -> None:
    """Write so many invented records, thousands in a transaction."""
    engine = create_engine(url)
    ledger = Ledger(engine, origin=ORIGIN, faults=lambda _name: None)
    ledger.open()
    made = records_of_a_year(count)
    while batch := list(islice(made, _AT_ONCE)):
        ledger.append([prepare(Work(records=tuple(batch)), node="n1")])
    ledger.close()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE audit_records"))
            connection.execute(sa.text("VACUUM ANALYZE audit_nodes"))
    engine.dispose()


def records_of_a_year(count: int) -> Iterator[AuditRecord]:
    """Yield invented records: three for a post that goes out, one for each that does not."""
    chance = random.Random(20_261_130)
    accounts = [f"{name}:account-{number}" for name, several in _PLATFORMS.items() for number in range(several)]
    step = timedelta(days=365) / count
    made = 0
    while made < count:
        sample = Sample(at=YEAR + made * step)
        subject = Subject(account=accounts[min(int(chance.expovariate(0.15)), len(accounts) - 1)], post=sample.post)
        verdict = chance.choices(["allow", "hold", "block", "redact"], [940, 45, 14, 1])[0]
        digest = f"sha256:{sample.at.timetuple().tm_yday // 3:064x}"
        for record in islice(_of_a_post(sample, verdict, digest, chance), count - made):
            made += 1
            yield replace(record, subject=subject)


def _of_a_post(sample: Sample, verdict: str, digest: str, chance: random.Random) -> Iterator[AuditRecord]:
    rules = [] if verdict == "allow" else [_RARE_RULE if chance.random() < 0.002 else chance.choice(_RULES)]
    matched = [{"rule": rule, "verdict": verdict} for rule in rules]
    yield replace(decided(sample, verdict, rules=matched, policy_digest=digest), content=None)
    if verdict == "allow":
        yield intended(sample)
        yield outcome_record(sample)


def _filters(rare: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every filter alone and in pairs; by what is frequent and by what hardly ever happens."""
    values = {
        "nothing else": {},
        "platform": {"platform": "linkedin"},
        "account": {"account": "bluesky:account-8"},
        "frequent account": {"account": "mastodon:account-0"},
        "decision": {"decision": "redact"},
        "frequent decision": {"decision": "allow"},
        "rule": {"rule": rare["rule"]},
        "frequent rule": {"rule": _RULES[0]},
        "rule that is unknown": {"rule": "bank/nothing"},
        "code": {"code": "PG-301"},
        "frequent code": {"code": "PG-103"},
        "post": {"post": rare["post"]},
        "policy": {"policy_digest": rare["policy"]},
        "entity that is unknown": {"entity": "nothing"},
        "outcome": {"outcome": "rejected"},
        "frequent outcome": {"outcome": "published"},
    }
    yield from values.items()
    for (one, first), (other, second) in combinations(islice(values.items(), 1, None), 2):
        if not set(first) & set(second):
            yield f"{one} and {other}", first | second


def _asked(connection: Connection, wanted: dict[str, str], times: int) -> Iterator[float]:
    for since, until in MONTHS.values():
        for oldest_first in (False, True):
            one = Filter(since=since, until=until, oldest_first=oldest_first, **wanted)
            for _ in range(times):
                yield _seconds(lambda one=one: search(connection, one))  # type: ignore[misc]


def _prove(connection: Connection, seq: int, size: int) -> None:
    """Do what a single proof takes: the leaf, its path, the head it leads to."""
    nodes = SqlNodes(connection, 1)
    connection.execute(sa.text("SELECT leaf FROM audit_records WHERE log_id = 1 AND seq = :seq"), {"seq": seq}).one()
    prove_inclusion(nodes, index=seq, size=size)
    head_of(nodes, size)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _bytes(connection: Connection) -> int:
    size = "pg_database_size(current_database())"
    if connection.dialect.name == "sqlite":
        size = "page_count * page_size FROM pragma_page_count, pragma_page_size"
    return int(connection.execute(sa.text(f"SELECT {size}")).scalar_one())


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


def _table(found: list[Found], *, records: int, every: bool) -> Iterator[str]:
    yield f"| {records:,} records, a first page of 50 of one month | p50, ms | p95, ms |"
    yield "|---|---|---|"
    for one in found:
        everything = [second for seconds in one.pages.values() for second in seconds]
        yield _row(f"{one.database}, {len(one.pages)} filters, all together", everything)
        yield _row(f"{one.database}, the slowest filter ({one.worst[0]})", one.pages[one.worst[0]])
        if every:
            for name, seconds in one.pages.items():
                yield _row(f"{one.database}, {name}", seconds)
        yield _row(f"{one.database}, proof of one record", one.proofs)
    for one in found:
        yield ""
        yield f"{one.database}: built in {one.built_s:.0f} s, {one.bytes / 2**20:,.0f} MiB."


def _row(name: str, seconds: list[float]) -> str:
    return f"| {name} | {statistics.median(seconds) * 1000:.1f} | {_p95(seconds) * 1000:.1f} |"


if __name__ == "__main__":
    raise SystemExit(main())
