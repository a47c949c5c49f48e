from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.cli.options import carry_out, print_table
from proxy.core.errors import Conflict, Localised
from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.assembly.operations import Operations


async def _lose(_opened: Operations) -> None:
    raise Conflict(what="account")


def test_a_conflict_is_told_in_the_commands_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it means here; without such words, in general ones."""
    house = Installation(tmp_path)

    with pytest.raises(SystemExit) as ended:
        carry_out(house.config, _lose, lost=Localised(de="gibt es", en="exists"))
    with pytest.raises(SystemExit) as general:
        carry_out(house.config, _lose)

    assert (ended.value.code, general.value.code) == (1, 1)
    assert capsys.readouterr().err.splitlines()[0] in {"gibt es", "exists"}


def test_a_missing_key_ends_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a mistake of the configuration, with the file's name."""
    house = Installation(tmp_path)
    (house.keys / "pepper").unlink()

    with pytest.raises(SystemExit) as ended:
        carry_out(house.config, _lose)

    assert ended.value.code == 2
    assert "pepper" in capsys.readouterr().err


def test_a_table_in_a_pipe_has_a_fixed_width(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is cut because nobody is looking."""
    print_table(("seq", "name"), [("1", "x" * 100)])

    assert "x" * 100 in capsys.readouterr().out
