"""
`postgate check`: what would the gate decide? JSON lines in, JSON lines out, in the order of the input.

Nothing is sent and nothing is recorded. A line that cannot be read gets a line with `error` instead of a decision, so
that no input is lost and none is taken for allowed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proxy.assembly.looking import Looking, looking
from proxy.cli.failures import explained
from proxy.gate.check import Question, body_and_parts, check, opinion_row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import TextIO

    from proxy.gate.ports import Policies, Scanner

EXPECTED = 'an object {"id", "text", optional "lang", "platform", "parts": [{"kind", "text"}]}'
_KEYS = {"id", "text", "lang", "platform", "parts"}
_IN_FLIGHT_PER_WORKER = 16


class _Unreadable(ValueError):
    """A line that is no question; says what is wrong with it, never what stands in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    text: str = field(repr=False)


@click.command("check")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings of a gateway.")
@click.option("--organisation", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The house's file.")
@click.option("--policies", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Policy directory.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Detection processes.")
@click.argument("source", type=click.File("r", encoding="utf-8", errors="strict"), default="-", metavar="[FILE|-]")
def check_command(
    config: Path | None, organisation: Path | None, policies: Path | None, jobs: int, source: TextIO
) -> None:
    """
    Decide JSON lines without sending or recording anything.

    Each line is {"id", "text"} with optional "lang", "platform" and "parts"; each answer has the decision, the rules,
    the findings with offsets in code points of the original text, and the detectors that are missing.

    Exit code 0: every line was answered; 1: some lines could not be read; 2: the configuration has mistakes.
    """
    wanted = Looking(config=config, organisation=organisation, policies=policies, jobs=jobs)
    with explained():
        unreadable = asyncio.run(_run(wanted, source))
    if unreadable:
        click.echo(f"{unreadable} lines could not be read", err=True)
        sys.exit(1)


async def _run(wanted: Looking, source: TextIO) -> int:
    unreadable = 0
    async with looking(wanted) as (scanner, policies):
        async for row in _answers(_lines(source), scanner, policies, width=wanted.jobs * _IN_FLIGHT_PER_WORKER):
            unreadable += "error" in row
            click.echo(json.dumps(row, ensure_ascii=False))
    return unreadable


def _lines(source: TextIO) -> Iterator[_Line]:
    return (_Line(number=number, text=line) for number, line in enumerate(source, start=1) if line.strip())


async def _answers(
    lines: Iterator[_Line], scanner: Scanner, policies: Policies, *, width: int
) -> AsyncIterator[dict[str, object]]:
    """Answer in input order with at most `width` lines in flight."""
    waiting: list[asyncio.Task[dict[str, object]]] = []
    async with asyncio.TaskGroup() as group:
        for line in lines:
            waiting.append(group.create_task(_answer(line, scanner, policies)))
            if len(waiting) >= width:
                yield await waiting.pop(0)
        for task in waiting:
            yield await task


async def _answer(line: _Line, scanner: Scanner, policies: Policies) -> dict[str, object]:
    try:
        question = read_question(line.text)
    except _Unreadable as problem:
        return {
            "id": None,
            "line": line.number,
            "error": {"expected": EXPECTED, "found": str(problem), "remedy": "correct the line and check it again"},
        }
    return opinion_row(question, await check(question, scanner=scanner, policies=policies))


def read_question(text: str) -> Question:
    """
    Read one line.

    Raises:
        ValueError: it is no question; the message says what is wrong without repeating the line.
    """
    row = _object(text)
    unknown = len(row.keys() - _KEYS)
    if unknown:
        message = f"{unknown} unknown keys"
        raise _Unreadable(message)
    body, identifier, platform = row.get("text"), row.get("id"), row.get("platform", "mastodon")
    if not isinstance(body, str) or not isinstance(identifier, (str, int)) or not isinstance(platform, str):
        message = 'no text as "text", or no string or number as "id"'
        raise _Unreadable(message)
    try:
        parts = body_and_parts(body, tuple(_part(item) for item in row.get("parts", ())))
    except ValueError:
        message = "a part that is not {kind, text} with a known kind"
        raise _Unreadable(message) from None
    if any(not part.text.isprintable() and _has_surrogate(part.text) for part in parts):
        message = "a lone surrogate, which is no text"
        raise _Unreadable(message)
    return Question(id=str(identifier), platform=platform, parts=parts)


def _part(item: object) -> tuple[str, str]:
    if not isinstance(item, dict) or set(item) != {"kind", "text"}:
        raise _Unreadable
    kind, text = item["kind"], item["text"]
    if not isinstance(kind, str) or not isinstance(text, str):
        raise _Unreadable
    return kind, text


def _has_surrogate(text: str) -> bool:
    return any(0xD800 <= ord(sign) <= 0xDFFF for sign in text)


def _object(text: str) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(pairs)
        if len(row) != len(pairs):
            message = "a key twice"
            raise _Unreadable(message)
        return row

    try:
        row = json.loads(text, object_pairs_hook=unique)
    except _Unreadable:
        raise
    except (ValueError, RecursionError):
        message = "no JSON"
        raise _Unreadable(message) from None
    if not isinstance(row, dict):
        message = "JSON that is no object"
        raise _Unreadable(message)
    return row
