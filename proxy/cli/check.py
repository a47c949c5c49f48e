"""
`postgate check`: what would the gate decide? JSON lines in, JSON lines out, in the order of the input.

Nothing is sent and nothing is recorded. A line that cannot be read gets a line with `error` instead of a decision, so
that no input is lost and none is taken for allowed.
"""

from __future__ import annotations

import asyncio
import codecs
import json
import sys
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proxy.assembly.looking import Looking, looking
from proxy.cli.failures import explained
from proxy.gate.check import Question, body_and_parts, check, opinion_row
from proxy.observability.system import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from typing import BinaryIO

    from proxy.core.model import Part
    from proxy.gate.ports import Policies, Scanner

EXPECTED = 'an object {"id", "text", optional "lang", "platform", "parts": [{"kind", "text"}]}'
_KEYS = {"id", "text", "lang", "platform", "parts"}
_IN_FLIGHT_PER_WORKER = 16


class _Unreadable(ValueError):
    """A line that is no question; says what is wrong with it, never what stands in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    text: bytes = field(repr=False)


@click.command("check")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings of a gateway.")
@click.option("--organisation", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The house's file.")
@click.option("--policies", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Policy directory.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Detection processes.")
@click.argument("source", type=click.File("rb"), default="-", metavar="[FILE|-]")
def check_command(
    config: Path | None, organisation: Path | None, policies: Path | None, jobs: int, source: BinaryIO
) -> None:
    """
    Decide JSON lines without sending or recording anything.

    Each line is {"id", "text"} with optional "lang", "platform" and "parts"; each answer has the decision, the rules,
    the findings with offsets in code points of the original text, and the detectors that are missing. Rules that are
    being rolled out count for every line: the answer is that of the posts for which they count.

    Exit code 0: every line was answered; 1: some lines could not be read; 2: the configuration has mistakes.
    """
    wanted = Looking(config=config, organisation=organisation, policies=policies, jobs=jobs)
    with explained():
        unreadable = asyncio.run(_run(wanted, source))
    if unreadable:
        click.echo(f"{unreadable} lines could not be read", err=True)
        sys.exit(1)


async def _run(wanted: Looking, source: BinaryIO) -> int:
    unreadable = 0
    async with looking(wanted) as (scanner, policies):
        width = wanted.jobs * _IN_FLIGHT_PER_WORKER
        async with aclosing(answers(_lines(source), scanner, policies, width=width)) as rows:
            async for row in rows:
                unreadable += "error" in row
                click.echo(json.dumps(row, ensure_ascii=False))
    return unreadable


def _lines(source: BinaryIO) -> Iterator[_Line]:
    for number, line in enumerate(source, start=1):
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if text.strip():
            yield _Line(number=number, text=text)


async def answers(
    lines: Iterator[_Line], scanner: Scanner, policies: Policies, *, width: int
) -> AsyncGenerator[dict[str, object], None]:
    """Answer in input order, each line as soon as it can be, with at most `width` lines in flight."""
    loop = asyncio.get_running_loop()
    places = asyncio.Semaphore(width)
    asked: asyncio.Queue[asyncio.Task[dict[str, object]] | None] = asyncio.Queue()
    running: set[asyncio.Task[dict[str, object]]] = set()

    async def read() -> None:
        try:
            while (line := await asyncio.to_thread(next, lines, None)) is not None:
                await places.acquire()
                task = loop.create_task(_answer(line, scanner, policies))
                running.add(task)
                asked.put_nowait(task)
        finally:
            asked.put_nowait(None)

    reading = loop.create_task(read())
    try:
        while (task := await asked.get()) is not None:
            row = await task
            running.discard(task)
            places.release()
            yield row
        await reading
    finally:  # no TaskGroup: it would wrap the end of a generator, and a closed pipe, in a group of errors
        for left in (reading, *running):
            left.cancel()
        await asyncio.gather(reading, *running, return_exceptions=True)


async def _answer(line: _Line, scanner: Scanner, policies: Policies) -> dict[str, object]:
    try:
        question = read_question(line.text)
    except _Unreadable as problem:
        return {
            "id": None,
            "line": line.number,
            "error": {"expected": EXPECTED, "found": str(problem), "remedy": "correct the line and check it again"},
        }
    return opinion_row(question, await check(question, scanner=scanner, policies=policies, clock=SystemClock()))


def read_question(line: bytes) -> Question:
    """
    Read one line.

    Raises:
        ValueError: it is no question; the message says what is wrong without repeating the line.
    """
    return question_of(read_row(line))


def question_of(row: dict[str, Any]) -> Question:
    """
    Return the question that an object is.

    Raises:
        ValueError: it is none; the message says what is wrong without repeating the object.
    """
    unknown = len(row.keys() - _KEYS)
    if unknown:
        message = f"{unknown} unknown keys"
        raise _Unreadable(message)
    identifier = row.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int):
        message = 'no string or whole number as "id"'
        raise _Unreadable(message)
    body, platform = row.get("text"), row.get("platform", "mastodon")
    if not all(isinstance(value, str) for value in (body, platform, row.get("lang", ""))):
        message = 'no text as "text", or something else than a string as "lang" or "platform"'
        raise _Unreadable(message)
    parts = _parts(str(body), row.get("parts", []))
    if _has_surrogate("".join((str(identifier), str(platform), *(part.text for part in parts)))):
        message = "a lone surrogate, which is no text"
        raise _Unreadable(message)
    return Question(id=str(identifier), platform=str(platform), parts=parts)


def _parts(body: str, rows: object) -> tuple[Part, ...]:
    try:
        if not isinstance(rows, list):
            raise _Unreadable
        return body_and_parts(body, tuple(_part(item) for item in rows))
    except ValueError:
        message = "parts that are no list of {kind, text} with known kinds"
        raise _Unreadable(message) from None


def _part(item: object) -> tuple[str, str]:
    if not isinstance(item, dict) or set(item) != {"kind", "text"}:
        raise _Unreadable
    kind, text = item["kind"], item["text"]
    if not isinstance(kind, str) or not isinstance(text, str):
        raise _Unreadable
    return kind, text


def _has_surrogate(text: str) -> bool:
    return not text.isprintable() and any(0xD800 <= ord(sign) <= 0xDFFF for sign in text)


def read_row(line: bytes) -> dict[str, Any]:
    """
    Read the object of one line.

    Raises:
        ValueError: it is none, or has a key twice; the message does not repeat the line.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) != len(pairs):
            message = "a key twice"
            raise _Unreadable(message)
        return row

    try:
        row = json.loads(line.decode(), object_pairs_hook=unique)
    except _Unreadable:
        raise
    except UnicodeDecodeError:
        message = "bytes that are no UTF-8"
        raise _Unreadable(message) from None
    except (ValueError, RecursionError):
        message = "no JSON"
        raise _Unreadable(message) from None
    if not isinstance(row, dict):
        message = "JSON that is no object"
        raise _Unreadable(message)
    return row
