"""The check of a whole file: what was changed anywhere is refused."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register.digests import key_id
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import BrokenRegister, Shared, body_start, write_header
from proxy.register import files
from proxy.register.files import index_entries, keys_of, opened, verify
from tests.registers import (
    KEY_ID,
    OTHER_KEY,
    OTHER_SEED,
    PUBLIC_KEY,
    digest_of,
    make_header,
    register_bytes,
    write_customers,
    write_restricted,
)

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.detection.register.table import Header

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
VALUES = [(Kind.WORD, f"name{number}", Shared(number % 4)) for number in range(300)]


def _verify(path: Path, **values: object) -> Header:
    known = {"key_id": KEY_ID, "public_key": PUBLIC_KEY, "now": NOW, "max_age": timedelta(days=3)}
    return verify(path, **(known | values))  # type: ignore[arg-type]  # arguments by name, as a test needs them


def _code(path: Path, **values: object) -> str:
    with pytest.raises(BrokenRegister) as broken:
        _verify(path, **values)
    return broken.value.code


def test_a_sound_file_passes(tmp_path: Path) -> None:
    """And says what is in it."""
    header = write_customers(tmp_path / "register", VALUES)

    assert _verify(tmp_path / "register") == header
    assert header.keys == len(VALUES)


def test_a_sound_restricted_list_passes(tmp_path: Path) -> None:
    """One entry may stand there with several windows."""
    header = write_restricted(tmp_path / "list", [("nordlicht", (10, 20)), ("nordlicht", (30, 40)), ("krume", (0, 9))])

    assert _verify(tmp_path / "list") == header


def test_a_file_of_many_pieces_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece is compared with the one before."""
    monkeypatch.setattr(files, "_PIECE", 7)
    write_customers(tmp_path / "register", VALUES)
    write_restricted(tmp_path / "list", [("nordlicht", (number, number)) for number in range(20)])

    assert _verify(tmp_path / "register").keys == len(VALUES)
    assert _verify(tmp_path / "list").keys == 20
    with opened(tmp_path / "register") as (file, header, _, _):
        runs = list(keys_of(file, header))
    assert [len(run) for run in runs[:2]] == [7, 7]
    assert sorted(digest_of(kind, value) | shared for kind, value, shared in VALUES) == np.concatenate(runs).tolist()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"key_id": key_id(OTHER_KEY)}, "other-key"),
        ({"public_key": bytes(32)}, "signature"),
        ({"public_key": b"short"}, "signature"),
        ({"now": NOW + timedelta(days=3)}, "too-old"),
        ({"now": NOW - timedelta(days=1)}, "not-yet"),
    ],
)
def test_a_file_of_others_or_of_another_time_is_refused(tmp_path: Path, changed: dict[str, object], code: str) -> None:
    """With its reason."""
    write_customers(tmp_path / "register", VALUES)

    assert _code(tmp_path / "register", **changed) == code


def test_without_a_limit_age_does_not_count(tmp_path: Path) -> None:
    """For whoever looks at an old file."""
    write_customers(tmp_path / "register")

    assert _verify(tmp_path / "register", now=NOW + timedelta(days=3_000), max_age=None).keys == 0


@pytest.mark.parametrize("built_at", ["yesterday", "2026-11-30T02:00:00"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, built_at: str) -> None:
    """Even signed: without it nobody knows the age."""
    write_customers(tmp_path / "register", built_at=built_at)

    assert _code(tmp_path / "register") == "altered"


def test_the_signature_is_that_of_the_builder(tmp_path: Path) -> None:
    """None, or that of another key, is refused."""
    write_customers(tmp_path / "foreign", VALUES, seed=OTHER_SEED)
    (tmp_path / "unsigned").write_bytes(register_bytes({4: Shared.ONE}))

    assert _code(tmp_path / "foreign") == "signature"
    assert _code(tmp_path / "unsigned") == "signature"


@pytest.mark.parametrize(("content", "code"), [(b"", "not-a-register"), (b"hello", "not-a-register")])
def test_what_is_no_register_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    """An empty file as well."""
    (tmp_path / "register").write_bytes(content)

    assert _code(tmp_path / "register") == code
    assert _code(tmp_path / "nowhere") == "unreadable"
    assert _code(tmp_path) == "unreadable"


def test_every_length_but_its_own_is_refused(tmp_path: Path) -> None:
    """A transfer that broke off at any byte."""
    write_customers(tmp_path / "register", VALUES)
    whole = (tmp_path / "register").read_bytes()

    for length in [*range(0, 700, 7), *range(700, len(whole), 97), len(whole) - 1]:
        (tmp_path / "cut").write_bytes(whole[:length])
        assert _code(tmp_path / "cut") in {"not-a-register", "cut"}
    (tmp_path / "cut").write_bytes(whole + b"\x00")
    assert _code(tmp_path / "cut") == "cut"


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """Whoever writes into it instead of replacing it."""
    write_customers(tmp_path / "register", VALUES)

    with opened(tmp_path / "register") as (file, header, _, _):
        file.seek(0, 2)
        with pytest.raises(BrokenRegister) as broken:
            files._check_body(file, header)

    assert broken.value.code == "cut"


def test_any_changed_byte_is_refused(tmp_path: Path) -> None:
    """Every byte of the head that means something, and a sample of the body."""
    write_customers(tmp_path / "register", VALUES)
    whole = (tmp_path / "register").read_bytes()
    with opened(tmp_path / "register") as (_, header, raw, _):
        head, start = 20 + len(raw) + 64, body_start(len(write_header(header)))
    chance = random.Random(1)

    for place in [*range(head), *chance.sample(range(start, len(whole)), 200)]:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        (tmp_path / "changed").write_bytes(changed)
        assert _code(tmp_path / "changed") in {
            "not-a-register", "cut", "altered", "format", "other-key", "signature",
        }  # fmt: skip


def _signed_over(tmp_path: Path, keys: list[list[int]], index: list[int] | None = None) -> Path:
    """Sign a file whose keys or index no builder writes."""
    from proxy.register import writing  # noqa: PLC0415

    def entries(_: object, bits: int) -> object:
        return iter([np.array(index, dtype=np.uint32)] if index else [np.zeros((1 << bits) + 1, dtype=np.uint32)])

    path = tmp_path / "register"
    header = make_header(keys=sum(map(len, keys)), index_bits=8)
    with pytest.MonkeyPatch.context() as patched:
        if index is not None:
            patched.setattr(writing, "index_entries", entries)
        writing.write_register(
            path, header, lambda: (np.array(run, dtype=np.uint64) for run in keys), seed=bytes(range(32, 64))
        )
    return path


@pytest.mark.parametrize(
    "keys",
    [
        [[8, 4]],
        [[4, 4]],
        [[4, 5]],
        [[2**63, 4]],
    ],
)
def test_keys_out_of_order_are_refused_even_signed(tmp_path: Path, keys: list[list[int]]) -> None:
    """A search by halves would pass customers by."""
    assert _code(_signed_over(tmp_path, keys)) == "unsorted"


def test_an_index_that_does_not_fit_is_refused_even_signed(tmp_path: Path) -> None:
    """It would lead past the customers."""
    assert _code(_signed_over(tmp_path, [[4, 8]], [0] * 257)) == "unsorted"


def test_a_window_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    """It would never count."""
    write_restricted(tmp_path / "list", [("nordlicht", (20, 10))])

    assert _code(tmp_path / "list") == "unsorted"


@given(st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=60).map(sorted), st.integers(1, 20))
def test_the_index_is_the_place_of_the_first_key_of_each_bucket(keys: list[int], size: int) -> None:
    """However the keys are cut into runs."""
    runs = [np.array(keys[start : start + size], dtype=np.uint64) for start in range(0, len(keys), size)]
    expected = [sum(key >> 56 < bucket for key in keys) for bucket in range(257)]

    assert np.concatenate(list(index_entries(runs, 8))).tolist() == expected
