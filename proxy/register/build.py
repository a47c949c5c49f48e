"""
Build a register of customers from the exports of the house.

    1 read    rows become digests, a file for some thousand of them
    2 merge   digests become keys, each once, with how many customers share it
    3 write   the file, signed
    4 replace it takes the place of the one before

Killed between any two instructions it leaves the old file serving; the same command goes on and makes the same file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from proxy.core.detection.register.digests import key_id
from proxy.core.detection.register.table import MOST_KEYS, Contents, Header, index_bits
from proxy.register.chunks import TAGGED, Chunk, ChunkWriter
from proxy.register.exports import rows
from proxy.register.job import begun
from proxy.register.merging import Merge, customers, groups, merge
from proxy.register.refusals import RegisterRefused
from proxy.register.spill import array_of, head_of
from proxy.register.tally import Tally
from proxy.register.workers import spread
from proxy.register.writing import put_in_place, write_register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from proxy.register.exports import Source
    from proxy.register.files import Keys
    from proxy.register.job import Job

    Progress = Callable[[str, int, int], None]
    """Told a step, how far it is, and its end."""

__all__ = ["CHUNK_ROWS", "Built", "Order", "build", "check_rows", "described", "unchanged"]

CHUNK_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be built."""

    sources: tuple[Source, ...]
    key: bytes = field(repr=False)
    """32 bytes; digests are taken with it."""
    seed: bytes = field(repr=False)
    """32 bytes; an Ed25519 key, which signs."""
    out: Path
    now: datetime
    """In UTC."""
    most_bad: float = 0.001
    """Share of bad rows up to which a register is built."""
    jobs: int = 1
    """Processes."""
    chunk_rows: int = CHUNK_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of it."""

    header: Header
    tallies: tuple[tuple[str, Tally], ...]
    """By source."""
    many: dict[str, int]
    """Values that a hundred customers or more share, though they should be one's: `number`, `phone`, `email`."""
    continued: bool
    """A build that had been broken off was finished."""


def build(order: Order, progress: Progress) -> Built:
    """
    Build the register and let it take the place of the one before.

    Raises:
        RegisterRefused: a source cannot be read or has too many bad rows, or there is nothing in them, or no room.
    """
    before = described(order, progress)
    with begun(order.out, {**before, "contents": Contents.CUSTOMERS, "rows": order.chunk_rows}, order.now) as job:
        tallies = _read(order, job, progress)
        unchanged(order, before)
        check_rows(tallies, order.most_bad)
        many = _merge(order, job, progress)
        header = _write(order, job, [tally for _, tally in tallies], progress)
        put_in_place(job.folder / "register", order.out)
        return Built(header=header, tallies=tallies, many=many, continued=job.continued)


def described(order: Order, progress: Progress) -> dict[str, Any]:
    """
    Return everything that decides what comes out: the key, the layouts and the content of every source.

    Raises:
        RegisterRefused: a source cannot be read.
    """
    sources = []
    for place, source in enumerate(order.sources):
        progress("look", place, len(order.sources))
        try:
            with source.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            raise RegisterRefused("unreadable", source=source.path.name) from None
        sources.append([repr(source.layout), digest])
    return {"key": key_id(order.key), "sources": sources}


def unchanged(order: Order, before: dict[str, Any]) -> None:
    """
    Make sure that the sources are those that the build was begun with.

    Raises:
        RegisterRefused: one of them is another now: what was read may be of neither.
    """
    for source, (_, then), (_, now) in zip(
        order.sources, before["sources"], described(order, _silent)["sources"], strict=True
    ):
        if then != now:
            raise RegisterRefused("changed", source=source.path.name)


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def check_rows(tallies: Sequence[tuple[str, Tally]], most_bad: float) -> None:
    """
    Make sure that the sources are what their mapping says.

    Raises:
        RegisterRefused: more bad rows than allowed.
    """
    bad, every = sum(tally.bad_rows for _, tally in tallies), sum(tally.rows for _, tally in tallies)
    if bad > most_bad * every:
        raise RegisterRefused("bad-rows", tallies, bad=str(bad), rows=str(every), limit=f"{100 * most_bad:g}")


def _chunk_file(job: Job, source: int, number: int) -> Path:
    return job.folder / f"rows-{source:03}-{number:07}"


def _read(order: Order, job: Job, progress: Progress) -> tuple[tuple[str, Tally], ...]:
    """Step 1: leave a file for every chunk of rows."""
    total = sum(source.path.stat().st_size for source in order.sources)
    layouts = tuple(source.layout for source in order.sources)
    chunks = _chunks(order, job, partial(progress, "read"), total)
    for _ in spread(ChunkWriter, (order.key, layouts), chunks, order.jobs):
        pass
    found = []
    for place, source in enumerate(order.sources):
        tally = Tally()
        for file in sorted(job.folder.glob(f"rows-{place:03}-*")):
            tally.add(Tally.from_json(_head(file)["tally"]))
        found.append((source.path.name, tally))
    return tuple(found)


def _chunks(order: Order, job: Job, progress: Callable[[int, int], None], total: int) -> Iterator[Chunk]:
    """Yield the chunks that have no file yet."""
    before = 0
    for place, source in enumerate(order.sources):
        reading, size = _Reading(), source.path.stat().st_size
        stream, number = rows(source, reading.seen), 0
        while taken := list(islice(stream, order.chunk_rows)):
            file = _chunk_file(job, place, number)
            if head_of(file) is None:
                yield Chunk(file, place, taken)
            number += 1
            progress(before + min(reading.bytes, size), total)
        before += size


class _Reading:
    """How far a source was read."""

    bytes = 0

    def seen(self, read: int) -> None:
        """Note it."""
        self.bytes = read


def _head(file: Path) -> dict[str, Any]:
    head = head_of(file)
    if head is None:
        raise RegisterRefused("worker", source=file.name)
    return head


def _merge(order: Order, job: Job, progress: Progress) -> dict[str, int]:
    """Step 2: leave a file with keys for every few slices."""
    chunks = tuple(sorted(job.folder.glob("rows-*")))
    cuts = list(groups([_head(chunk)["bounds"] for chunk in chunks])) if chunks else []
    tasks = [Merge(job.folder / f"keys-{first:03}-{last:03}", first, last, chunks) for first, last in cuts]
    left = [task for task in tasks if head_of(task.file) is None]
    for done, _ in enumerate(spread(_merger, (), left, min(order.jobs, max(1, len(left)))), len(tasks) - len(left) + 1):
        progress("merge", done, len(tasks))
    many = [_head(task.file)["many"] for task in tasks]
    return {name: sum(one[name] for one in many) for name in TAGGED.values()}


def _merger() -> Callable[[Merge], None]:
    return merge


def _write(order: Order, job: Job, tallies: Sequence[Tally], progress: Progress) -> Header:
    """Step 3: put keys, index and header into one file beside the target."""
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    parts = sorted(job.folder.glob("keys-*"))
    keys = sum(_head(part)["lengths"][0] for part in parts)
    if not 0 < keys <= MOST_KEYS:
        raise RegisterRefused("too-many" if keys else "no-entries")
    progress("write", 0, 1)
    header = Header(
        contents=Contents.CUSTOMERS,
        key_id=key_id(order.key),
        built_at=job.built_at,
        records=customers(sorted(job.folder.glob("rows-*"))),
        keys=keys,
        index_bits=index_bits(keys),
        body_sha256="",
        counts={kind: whole.kinds[kind] for kind in sorted(whole.kinds)},
        number_lengths=tuple(sorted(whole.lengths)),
        predecessor=job.predecessor,
    )
    try:
        written = write_register(job.folder / "register", header, partial(_runs, parts), seed=order.seed)
    except OSError as error:
        raise RegisterRefused("disk", source=type(error).__name__) from None
    progress("write", 1, 1)
    return written


def _runs(parts: Sequence[Path]) -> Iterator[Keys]:
    for part in parts:
        keys = array_of(part, _head(part), 0)
        if len(keys):
            yield keys
