"""`postgate check`: JSON lines in, JSON lines out, nothing lost, nothing repeated that should not be."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from proxy.cli.check import _lines as lines_of
from proxy.cli.check import answers, check_command, read_question
from proxy.core.model import PartKind
from tests.fakes.gate_house import GateHouse
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BytesIO
    from pathlib import Path

SECRET = "Kanarienvogel"


def _line(**row: object) -> bytes:
    return json.dumps({"id": "1", "text": SECRET} | row).encode()


class TestReading:
    """One line, one question, or words about what is wrong with it."""

    @pytest.mark.parametrize(
        ("line", "identifier"),
        [
            (_line(), "1"),
            (_line(id=7), "7"),
            (_line(id=10**100), str(10**100)),
            (_line(lang="de", platform="bluesky"), "1"),
            (_line() + b"\r\n", "1"),
            (_line(parts=[]), "1"),
            (json.dumps({"id": "ü", "text": SECRET}, ensure_ascii=False).encode(), "ü"),
            (b'{"id":"1","text":"\\ud83d\\ude00"}', "1"),
        ],
    )
    def test_what_can_be_read(self, line: bytes, identifier: str) -> None:
        """Ids are strings or whole numbers; escapes of one character are one character."""
        assert read_question(line).id == identifier

    def test_parts_follow_the_text(self) -> None:
        """Kinds are the vocabulary's own."""
        question = read_question(_line(parts=[{"kind": "alt_text", "text": "Bild"}]))

        assert [(part.kind, part.text) for part in question.parts] == [
            (PartKind.BODY, SECRET),
            (PartKind.ALT_TEXT, "Bild"),
        ]

    @pytest.mark.parametrize(
        ("line", "found"),
        [
            (b"not json " + SECRET.encode(), "no JSON"),
            (_line()[:-1], "no JSON"),
            (b"[" * 100_000, "no JSON"),
            (b'{"id":' + b"1" * 5000 + b',"text":"x"}', "no JSON"),
            (b"\xff\xfe{\x00", "bytes that are no UTF-8"),
            (b"[]", "JSON that is no object"),
            (b'"' + SECRET.encode() + b'"', "JSON that is no object"),
            (b"null", "JSON that is no object"),
            (b'{"id":"1","text":"a","text":"b"}', "a key twice"),
            (b'{"id":"1","text":"a","parts":[{"kind":"link","text":"a","text":"b"}]}', "a key twice"),
            (_line(texts=SECRET, more=1), "2 unknown keys"),
            (b"{}", '"id"'),
            (_line(id=True), '"id"'),
            (_line(id=1.5), '"id"'),
            (_line(id=None), '"id"'),
            (b'{"id":1e999,"text":"x"}', '"id"'),
            (_line(text=None), '"text"'),
            (_line(text=[SECRET]), '"text"'),
            (_line(platform=5), '"platform"'),
            (_line(lang=5), '"lang"'),
            (_line(parts=None), "parts"),
            (_line(parts=5), "parts"),
            (_line(parts={"kind": "link", "text": SECRET}), "parts"),
            (_line(parts=[SECRET]), "parts"),
            (_line(parts=[{"kind": "footnote", "text": SECRET}]), "parts"),
            (_line(parts=[{"kind": "link", "text": 5}]), "parts"),
            (_line(parts=[{"kind": 5, "text": SECRET}]), "parts"),
            (_line(parts=[{"kind": "link", "text": SECRET, "slot": "x"}]), "parts"),
            (_line(text="\ud800"), "surrogate"),
            (_line(id="\udfff"), "surrogate"),
            (_line(platform="\udfff"), "surrogate"),
            (_line(parts=[{"kind": "link", "text": "a\ud800b"}]), "surrogate"),
        ],
    )
    def test_what_cannot_be_read_is_said_without_repeating_it(self, line: bytes, found: str) -> None:
        """Nothing unknown is ignored, and no text ends up in the message."""
        with pytest.raises(ValueError, match=r".") as told:
            read_question(line)

        assert found in str(told.value)
        assert SECRET not in str(told.value)


class Feed:
    """A source that gives one line after the other, when the test says so."""

    def __init__(self, *lines: bytes) -> None:
        self._lines = lines
        self.given = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.given += 1
            yield line


async def _answers(house: GateHouse, *lines: bytes) -> list[dict[str, object]]:
    source: BytesIO = Feed(*lines)  # type: ignore[assignment]  # lines are all that is asked of it
    return [row async for row in answers(lines_of(source), house.scanner, house.policies, width=3)]


async def test_answers_come_in_the_order_of_the_lines() -> None:
    """Also when there are many more lines than places in flight; empty lines have no answer."""
    texts = ["IBAN" if number % 3 == 0 else "frei" for number in range(50)]
    lines = [_line(id=number, text=text) for number, text in enumerate(texts)]
    rows = await _answers(GateHouse(), *lines[:20], b"\n", b"  \r\n", *lines[20:])

    assert [row["id"] for row in rows] == [str(number) for number in range(50)]
    assert [row["decision"] for row in rows] == ["block" if text == "IBAN" else "allow" for text in texts]


async def test_an_unreadable_line_has_an_answer_too() -> None:
    """With its number, so that it can be found; the lines after it are answered."""
    rows = await _answers(GateHouse(), _line(), b"\n", SECRET.encode(), _line(id="4"))

    assert [row["id"] for row in rows] == ["1", None, "4"]
    assert rows[1]["line"] == 3
    assert "decision" not in rows[1]
    assert SECRET not in json.dumps(rows[1])


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
async def test_a_byte_order_mark_is_no_text(bom: bytes) -> None:
    """Windows writes one at the beginning of a file; anywhere else it is a mistake."""
    first, second = await _answers(GateHouse(), bom + _line(), bom + _line(id="2"))

    assert first["decision"] == "allow"
    assert ("error" in second) == bool(bom)


async def test_an_answer_does_not_wait_for_the_next_line() -> None:
    """Another program may write a line, read its answer, and only then write the next."""
    source = Feed(_line(), _line(id="2"))
    house = GateHouse()
    asked = asyncio.Event()

    def lines() -> Iterator[bytes]:
        for number, line in enumerate(source):
            if number:
                asyncio.run_coroutine_threadsafe(asked.wait(), loop).result(5)
            yield line

    loop = asyncio.get_running_loop()
    rows = answers(lines_of(lines()), house.scanner, house.policies, width=3)  # type: ignore[arg-type]
    assert (await anext(rows))["id"] == "1"
    asked.set()
    assert (await anext(rows))["id"] == "2"
    await rows.aclose()


async def test_who_stops_reading_stops_the_rest() -> None:
    """`postgate check | head -1`: nothing goes on in the background."""
    house = GateHouse()
    rows = answers(lines_of(Feed(*[_line()] * 100)), house.scanner, house.policies, width=3)  # type: ignore[arg-type]
    await anext(rows)
    await rows.aclose()

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_source_that_breaks_is_an_error_after_its_last_line() -> None:
    """A disk that cannot be read on: what was read is answered, and nobody takes it for the whole."""

    def lines() -> Iterator[bytes]:
        yield _line()
        raise OSError(5, "Input/output error")

    house, rows = GateHouse(), []
    with pytest.raises(OSError, match="Input/output"):
        async for row in answers(lines_of(lines()), house.scanner, house.policies, width=3):  # type: ignore[arg-type]
            rows.append(row)  # noqa: PERF401  it raises

    assert [row["id"] for row in rows] == ["1"]


@pytest.mark.blocking
def test_the_command_decides_with_the_policies_named(tmp_path: Path) -> None:
    """The stable interface: rows on standard output, exit code 1 because one line could not be read."""
    sources = write_policies(tmp_path, sample=policy_text())
    lines = b'{"id":"1","text":"Meine IBAN: DE02 1203 0000 0000 2020 51"}\n{"id":"2","text":"Hallo"}\nkaputt\n'
    done = CliRunner().invoke(
        check_command,
        ["--policies", str(sources.directory), "--jobs", "1"],
        input=lines,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.exit_code == 1
    assert [row.get("decision") for row in rows] == ["block", "allow", None]
    assert rows[0]["rules"] == ["sample/iban"]
    (iban,) = (one for one in rows[0]["findings"] if one["type"] == "IBAN_CODE")
    assert iban | {"rule": ""} == {
        "start": 12, "end": 39, "type": "IBAN_CODE", "rule": "", "confidence": "high", "part": 0,
    }  # fmt: skip
    assert rows[0].keys() == rows[1].keys() == {"id", "decision", "rules", "findings", "missing"}
    assert "1 lines could not be read" in done.stderr


@pytest.mark.blocking
def test_broken_policies_end_the_command_with_every_mistake(tmp_path: Path) -> None:
    """Exit code 2, file, line and what to do; no text was decided."""
    sources = write_policies(tmp_path, sample=policy_text() + "surprise: 1\nanother: 2\n")
    done = CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(
        check_command, ["--policies", str(sources.directory), "--jobs", "1"], input=_line()
    )

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("sample.yaml:") == 2
