"""A register from the exports of the house. All data is invented."""

from __future__ import annotations

import mmap
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxy.core.detection.register.entries import entries
from proxy.core.detection.register.kinds import Kind, email
from proxy.core.detection.register.layout import Format, Layout
from proxy.core.detection.register.table import Contents, Shared, Table
from proxy.register import build as building
from proxy.register import merging
from proxy.register.build import Built, build
from proxy.register.exports import Source
from proxy.register.files import verify
from proxy.register.job import folder_of
from proxy.register.refusals import RegisterRefused
from proxy.register.rows import RowReader
from proxy.register.tally import Reason
from tests.house.files import REPOSITORY
from tests.registers import (
    COLUMNS,
    KEY_ID,
    LAYOUT,
    NOW,
    PUBLIC_KEY,
    customer_row,
    digest_of,
    make_order,
    silent,
    write_source,
)

if TYPE_CHECKING:
    from pathlib import Path

CELL = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=';"'), max_size=12)
ROWS = st.lists(st.tuples(*[CELL] * len(COLUMNS)), min_size=1, max_size=12)


def _table(path: Path) -> Table:
    return Table(memoryview(path.read_bytes()))


def _build(tmp_path: Path, lines: list[str], **order: Any) -> Built:
    return build(make_order(write_source(tmp_path / "source", lines), **order), silent)


def test_a_register_of_customers(tmp_path: Path) -> None:
    """Sound, signed, with what is known of it in its header."""
    built = _build(tmp_path, [customer_row(number) for number in range(50)])

    found = verify(tmp_path / "register", key_id=KEY_ID, public_key=PUBLIC_KEY, now=NOW)
    assert found == built.header
    assert (found.contents, found.records, found.predecessor) == (Contents.CUSTOMERS, 50, None)
    assert found.built_at == "2026-11-30T02:00:00Z"
    assert found.number_lengths == (7, 10)
    assert found.counts[Kind.EMAIL] == 50
    assert [(name, tally.rows, tally.bad_rows) for name, tally in built.tallies] == [("source", 50, 0)]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["register", "source"]


def test_the_next_register_names_the_one_before(tmp_path: Path) -> None:
    """And takes its place; whoever has the old one mapped goes on reading it."""
    first = _build(tmp_path, [customer_row(1)])
    with (tmp_path / "register").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as old:
        second = _build(tmp_path, [customer_row(2)])
        with memoryview(old) as whole:
            assert bytes(whole[:16]) == b"postgate-reg-01\n"

    assert second.header.predecessor == first.header.version
    assert _table(tmp_path / "register").find(digest_of(Kind.EMAIL, "kunde2@example.org")) is Shared.ONE
    assert _table(tmp_path / "register").find(digest_of(Kind.EMAIL, "kunde1@example.org")) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(ROWS)
def test_whatever_a_customer_is_known_by_is_found(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    """Every entry of every row, with how many customers share it, and as many keys as there are different ones."""
    rows.append(tuple(customer_row(1).split(";")))
    source = write_source(tmp_path / "source", map(";".join, rows))
    build(make_order(source, most_bad=1.0, chunk_rows=5), silent)
    reader, owners = RowReader(LAYOUT), defaultdict(set)
    for number, row in enumerate(rows):
        customer = reader.customer(row)
        for kind, value in entries(customer.record):
            owners[digest_of(kind, value)].add(customer.number or number)
    looked = _table(tmp_path / "register")

    assert {digest: looked.find(digest) for digest in owners} == {
        digest: Shared((len(found) > 1) + (len(found) > 9)) for digest, found in owners.items()
    }
    assert looked.header.keys == len(owners)


def test_several_sources_are_one_register(tmp_path: Path) -> None:
    """One customer in two of them is one; another layout for each."""
    lines = write_source(tmp_path / "one", [customer_row(1), customer_row(2)])
    json_lines = tmp_path / "two"
    json_lines.write_text('{"NR": 1000001, "MAIL": "anna@example.org"}\n', encoding="utf-8")
    other = Layout(name="mails", format=Format.JSON_LINES, columns={key: LAYOUT.columns[key] for key in LAYOUT.columns})
    order = make_order(
        lines, sources=(Source(layout=LAYOUT, path=lines), Source(layout=other, path=json_lines)), jobs=2
    )

    built = build(order, silent)

    assert built.header.records == 2
    assert _table(tmp_path / "register").find(digest_of(Kind.EMAIL, "anna@example.org")) is Shared.ONE
    assert [name for name, _ in built.tallies] == ["one", "two"]


def test_placeholders_are_told(tmp_path: Path) -> None:
    """A phone number of a hundred customers proves nothing; how many there are is in the report."""
    built = _build(tmp_path, [customer_row(number, PHONE="030 0000000") for number in range(100)])

    assert built.many == {"number": 0, "phone": 1, "email": 0}
    assert _table(tmp_path / "register").find(digest_of(Kind.PHONE, "300000000")) is Shared.MANY


@pytest.mark.parametrize(("most_bad", "refused"), [(0.009, True), (0.01, False)])
def test_too_many_bad_rows_build_nothing(tmp_path: Path, most_bad: float, refused: bool) -> None:
    """What was counted is told, and the file of before is as it was."""
    (tmp_path / "register").write_bytes(b"old")
    lines = [customer_row(number) for number in range(99)] + [customer_row(99, MAIL="keine Adresse")]
    order = make_order(write_source(tmp_path / "source", lines), most_bad=most_bad)
    if not refused:
        (_, tally), *_ = build(order, silent).tallies
        assert tally.places == {Reason.EMAIL: [101]}
        return

    with pytest.raises(RegisterRefused) as error:
        build(order, silent)

    assert error.value.why == "bad-rows"
    assert [(name, tally.places) for name, tally in error.value.tallies] == [("source", {Reason.EMAIL: [101]})]
    assert (tmp_path / "register").read_bytes() == b"old"
    assert not folder_of(tmp_path / "register").exists()


@pytest.mark.parametrize("lines", [[], [customer_row(1, FIRST="", LAST="", NR="", MAIL="", PHONE="", ACCOUNT="")]])
def test_sources_without_anything_build_nothing(tmp_path: Path, lines: list[str]) -> None:
    """An export that went wrong must not let a bank publish what it likes."""
    with pytest.raises(RegisterRefused) as error:
        _build(tmp_path, lines, most_bad=1.0)

    assert error.value.why == "no-entries"


def test_a_source_that_changes_meanwhile_builds_nothing(tmp_path: Path) -> None:
    """What was read may be of neither version."""
    source = write_source(tmp_path / "source", [customer_row(1)])

    def told(step: str, done: int, total: int) -> None:
        if step == "read":
            write_source(source, [customer_row(2)])

    with pytest.raises(RegisterRefused) as error:
        build(make_order(source), told)

    assert error.value.why == "changed"


def test_a_source_that_is_not_there_builds_nothing(tmp_path: Path) -> None:
    """And leaves nothing behind."""
    with pytest.raises(RegisterRefused) as error:
        build(make_order(tmp_path / "nowhere"), silent)

    assert error.value.why == "unreadable"
    assert list(tmp_path.iterdir()) == []


def test_more_keys_than_a_file_can_hold_build_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index has 32 bits."""
    monkeypatch.setattr(building, "MOST_KEYS", 5)

    with pytest.raises(RegisterRefused) as error:
        _build(tmp_path, [customer_row(1)])

    assert error.value.why == "too-many"


def test_what_is_built_does_not_depend_on_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process or two, large pieces or small ones: the same bytes."""
    lines = [customer_row(number % 70) for number in range(100)]
    _build(tmp_path, lines)
    expected = (tmp_path / "register").read_bytes()
    (tmp_path / "register").unlink()
    monkeypatch.setattr(merging, "_ENTRIES", 100)

    _build(tmp_path, lines, jobs=2, chunk_rows=7)

    assert (tmp_path / "register").read_bytes() == expected


@pytest.mark.parametrize("step", ["read", "merge", "write"])
def test_a_build_that_broke_off_goes_on(tmp_path: Path, step: str) -> None:
    """From what is done, and makes the same file as if nothing had happened."""
    source = write_source(tmp_path / "source", [customer_row(number) for number in range(60)])
    build(make_order(source), silent)
    expected = (tmp_path / "register").read_bytes()
    (tmp_path / "register").unlink()

    def told(now: str, done: int, total: int) -> None:
        if (now, done > 0 or now != "read") == (step, True):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(make_order(source, chunk_rows=20), told)
    assert not (tmp_path / "register").exists()
    built = build(make_order(source, chunk_rows=20), silent)

    assert built.continued
    assert (tmp_path / "register").read_bytes() == expected
    assert not folder_of(tmp_path / "register").exists()


def test_a_chunk_that_went_away_ends_the_build(tmp_path: Path) -> None:
    """Rather than a register without its customers."""
    source = write_source(tmp_path / "source", [customer_row(number) for number in range(60)])

    def told(step: str, done: int, total: int) -> None:
        if step == "write" and not done:
            for file in folder_of(tmp_path / "register").rglob("keys-*"):
                file.write_bytes(b"")

    with pytest.raises(RegisterRefused) as error:
        build(make_order(source), told)

    assert error.value.why == "worker"


def test_no_value_is_in_any_file(tmp_path: Path) -> None:
    """Neither in the register nor in what lies beside it while it is built."""
    rows = [customer_row(number, FIRST=f"Vorname{'abcdefghij'[number % 10]}") for number in range(30)]
    source = write_source(tmp_path / "source", rows)
    seen: list[bytes] = []

    def told(step: str, done: int, total: int) -> None:
        seen.extend(path.read_bytes().lower() for path in folder_of(tmp_path / "register").rglob("*") if path.is_file())

    build(make_order(source), told)
    seen.append((tmp_path / "register").read_bytes().lower())

    values = {cell.lower() for row in rows for cell in row.split(";")} | {str(email("kunde1@example.org"))}
    assert any(len(data) > 1_000 for data in seen)
    assert [value for value in values if any(value.encode() in data for data in seen)] == []


MEASURED = """
import sys
from pathlib import Path
from proxy.register.build import build
from tests.registers import make_order, silent
build(make_order(Path(sys.argv[1])), silent)
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""
"""The most memory of this process alone: what `getrusage` tells begins with that of the process that started it."""


def test_memory_does_not_grow_with_the_customers(tmp_path: Path) -> None:
    """Thirty times as many rows need about as much."""
    used = {}
    for count in (2_000, 60_000):
        source = write_source(tmp_path / str(count), (customer_row(number) for number in range(count)))
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(source)], cwd=REPOSITORY, capture_output=True, text=True, check=True
        )
        used[count] = int(done.stdout)

    assert used[60_000] < used[2_000] + 200
    assert used[60_000] < 400


def test_an_order_does_not_show_its_keys(tmp_path: Path) -> None:
    """Neither of them."""
    shown = repr(make_order(tmp_path))

    assert "key=" not in shown
    assert "seed=" not in shown
