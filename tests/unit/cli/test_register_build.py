"""`postgate register build`: what an operator sees. All data is invented."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from proxy.cli.main import main
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import Shared, Table
from proxy.register.job import begun
from tests.house.files import REPOSITORY
from tests.registers import KEY, NOW, SEED, customer_row, digest_of, write_source

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = """\
schema: 1
sources:
  - name: customers
    format: csv
    columns: {customer: NR, first_name: FIRST, last_name: LAST, birth_date: BORN, email: MAIL, phone: PHONE}
"""
LISTS = """\
schema: 1
sources:
  - {name: insiders, format: csv, columns: {term: term, from: from, until: until}}
  - {name: projects, format: csv, columns: {term: term}}
"""
KEYS = {"KEY": KEY.hex(), "SEED": SEED.hex()}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a folder with mappings and an export."""
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "lists.yaml").write_text(LISTS, encoding="utf-8")
    write_source(tmp_path / "customers.csv", [customer_row(number, PHONE="030 0000000") for number in range(150)])
    return tmp_path


def _arguments(house: Path, *more: object, source: object = None, mapping: str = "mapping.yaml") -> list[str]:
    sources = [f"--source={one}" for one in (source or [house / "customers.csv"])]  # type: ignore[attr-defined]
    keys = ["--key=env:KEY", "--sign-with=env:SEED", f"--out={house / 'register'}", "--jobs=1"]
    return ["register", "build", *sources, f"--mapping={house / mapping}", *keys, *map(str, more)]


def _run(arguments: list[str]) -> Result:
    return CliRunner().invoke(main, arguments, env={"LANG": "en", **KEYS})


@pytest.mark.parametrize(
    ("language", "rows", "placeholders", "built"),
    [
        ("en", "150 rows, 0 bad", "1 phone numbers are shared", "150 customers or entries"),
        ("de", "150 Zeilen, 0 fehlerhaft", "1 Telefonnummern teilen sich", "150 Kunden oder Einträge"),
    ],
)
def test_a_register_is_built(house: Path, language: str, rows: str, placeholders: str, built: str) -> None:
    """With a report in the language of the reader."""
    done = _run(_arguments(house, "--language", language))

    assert done.exit_code == 0, done.output
    assert [words in done.stdout for words in (rows, placeholders, built)] == [True] * 3
    assert done.stderr == ""
    table = Table(memoryview((house / "register").read_bytes()))
    assert re.search(rf"[Vv]ersion {table.header.version}", done.stdout)
    assert table.find(digest_of(Kind.EMAIL, "kunde7@example.org")) is Shared.ONE


def test_bad_rows_are_named_by_their_line(house: Path) -> None:
    """The first twenty of each reason; with too many nothing is built, and no value is shown."""
    lines = [customer_row(number, MAIL="geheim") for number in range(30)]
    write_source(house / "customers.csv", lines)

    refused, allowed = _run(_arguments(house)), _run(_arguments(house, "--bad-rows", "100%"))

    assert (refused.exit_code, allowed.exit_code) == (1, 0)
    for done in (refused, allowed):
        assert "customers.csv: 30 rows, 30 bad" in done.stdout
        assert "no e-mail address: 30 (2, 3, " in done.stdout
        assert ", 21 ...)" in done.stdout
        assert "geheim" not in done.output
    assert "Too many bad rows: 30 of 30, 0.1 % are allowed." in refused.stderr


def test_restricted_lists_are_built(house: Path) -> None:
    """Each source by its name."""
    write_source(house / "a.csv", ["Nordlicht;2026-12-01;"], ("term", "from", "until"))
    write_source(house / "b=c.csv", ["Krume AG"], ("term",))
    sources = [f"insiders={house / 'a.csv'}", f"projects={house / 'b=c.csv'}"]

    done = _run(_arguments(house, "--restricted", source=sources, mapping="lists.yaml"))

    assert done.exit_code == 0, done.output
    assert "2 customers or entries" in done.stdout


@pytest.mark.parametrize(
    ("sources", "code", "words"),
    [
        (["customers.csv"], 1, "describes no source"),
        (["others=customers.csv"], 1, "no source others"),
        (["insiders=customers.csv"], 1, "NAME=FILE: projects"),
    ],
)
def test_a_source_that_the_mapping_does_not_know(house: Path, sources: list[str], code: int, words: str) -> None:
    """Or that the mapping has and nobody gave."""
    done = _run(_arguments(house, "--restricted", source=sources, mapping="lists.yaml"))

    assert done.exit_code == code
    assert words in done.output


def test_a_single_source_needs_no_name(house: Path) -> None:
    """Even if its file has an equals sign; a name that is wrong is told."""
    write_source(house / "a=b.csv", [customer_row(1)])

    assert _run(_arguments(house, source=[house / "a=b.csv"])).exit_code == 0
    assert _run(_arguments(house, source=[f"customers={house / 'a=b.csv'}"])).exit_code == 0
    assert "no source costumers" in _run(_arguments(house, source=[f"costumers={house / 'a=b.csv'}"])).output


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--bad-rows", "much"), "share such as 0.1%"),
        (("--key", "env:NONE"), "key-variable"),
        (("--restricted",), "register-restricted"),
    ],
)
def test_mistakes_of_the_command_line(house: Path, more: tuple[str, ...], words: str) -> None:
    """Nothing is begun."""
    done = _run(_arguments(house, *more))

    assert done.exit_code == 2
    assert words in done.output
    assert not (house / "register").exists()


def test_what_was_broken_off_is_told(house: Path) -> None:
    """A second build of the same target waits for its end; a broken one is finished."""
    with begun(house / "register", {}, NOW):
        done = _run(_arguments(house))

    assert done.exit_code == 1
    assert "is running here" in done.stderr


def test_the_command_itself(house: Path) -> None:
    """As a process, with workers of its own; without a terminal there is no bar."""
    arguments = [one for one in _arguments(house) if one != "--jobs=1"]
    done = subprocess.run(
        [sys.executable, "-I", "-m", "proxy", *arguments, "--jobs=2"],
        env={"LANG": "de", **KEYS},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Gebaut: Version" in done.stdout
    assert done.stderr == ""
