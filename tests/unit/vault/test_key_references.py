"""Keys named by where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError
from proxy.vault.key_references import draw_key, read_key

if TYPE_CHECKING:
    from pathlib import Path

KEY = bytes(range(32))


def test_a_drawn_key_is_read_back_from_its_file(tmp_path: Path) -> None:
    """The file is readable by its owner alone."""
    file = tmp_path / "key"

    drawn = draw_key(file)

    assert read_key(f"file:{file}", {}) == drawn
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_comes_from_a_variable() -> None:
    """As an orchestrator hands it over; white space around it does no harm."""
    assert read_key("env:REGISTER_KEY", {"REGISTER_KEY": f" {KEY.hex()}\n"}) == KEY


def test_no_key_is_written_over(tmp_path: Path) -> None:
    """Who draws once more into the same file keeps the key that is there."""
    file = tmp_path / "key"
    drawn = draw_key(file)

    with pytest.raises(ConfigurationError) as refused:
        draw_key(file)

    assert [one.code for one in refused.value.problems] == ["key-exists"]
    assert read_key(f"file:{file}", {}) == drawn


@pytest.mark.parametrize(
    ("reference", "environ", "code"),
    [
        (KEY.hex(), {}, "key-reference"),
        ("file:", {}, "key-reference"),
        ("env:", {}, "key-reference"),
        ("vault:one", {}, "key-reference"),
        ("env:NONE", {}, "key-variable"),
        ("env:SHORT", {"SHORT": "00"}, "key-variable"),
        ("file:/nowhere/at/all", {}, "key-missing"),
    ],
)
def test_what_names_no_key_is_refused(reference: str, environ: dict[str, str], code: str) -> None:
    """With a reason, and without what was written: somebody may have put the key itself there."""
    with pytest.raises(ConfigurationError) as refused:
        read_key(reference, environ)

    assert [one.code for one in refused.value.problems] == [code]
    assert KEY.hex() not in refused.value.render("en")
