"""How two registers differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import BrokenRegister, Shared
from proxy.register import files
from proxy.register.comparing import compare
from tests.registers import OTHER_KEY, write_customers, write_restricted

if TYPE_CHECKING:
    from pathlib import Path

VALUES = st.dictionaries(st.integers(0, 40).map(str), st.sampled_from(Shared), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, VALUES, st.integers(1, 9))
def test_keys_that_came_and_went_are_counted(
    tmp_path: Path, before: dict[str, Shared], after: dict[str, Shared], piece: int
) -> None:
    """However the files are read."""
    for name, values in (("before", before), ("after", after)):
        write_customers(tmp_path / name, [(Kind.WORD, value, shared) for value, shared in values.items()])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "_PIECE", piece)
        found = compare(tmp_path / "before", tmp_path / "after")

    assert found.added == len(after.keys() - before.keys())
    assert found.removed == len(before.keys() - after.keys())
    assert found.shared_otherwise == sum(before[value] != after[value] for value in before.keys() & after.keys())
    assert (found.before.keys, found.after.keys) == (len(before), len(after))


def test_an_entry_of_a_restricted_list_counts_once(tmp_path: Path) -> None:
    """However many windows it has."""
    write_restricted(tmp_path / "before", [("nordlicht", (0, 1)), ("nordlicht", (3, 4))])
    write_restricted(tmp_path / "after", [("nordlicht", (0, 1)), ("krume", (3, 4)), ("krume", (6, 7))])

    found = compare(tmp_path / "before", tmp_path / "after")

    assert (found.added, found.removed, found.shared_otherwise) == (1, 0, 0)


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    """Other keys make other digests of the same customers."""
    write_customers(tmp_path / "ours")
    write_customers(tmp_path / "theirs", key=OTHER_KEY)
    write_restricted(tmp_path / "list")
    codes = []
    for other in ("theirs", "list", "nowhere"):
        with pytest.raises(BrokenRegister) as broken:
            compare(tmp_path / "ours", tmp_path / other)
        codes.append(broken.value.code)

    assert codes == ["other-key", "other", "unreadable"]
