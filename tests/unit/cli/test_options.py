from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from proxy.cli.options import carry_out, json_text, plain, print_table
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße:\n\t8\u202f% 👩\u200d💻", "Grüße:\n\t8\u202f% 👩\u200d💻"),
        ("gut\x1b[2K\rbesser", "gut<U+001B>[2K<U+000D>besser"),
        ("\x9b2Jx\u202egnudliB\u2069", "<U+009B>2Jx<U+202E>gnudliB<U+2069>"),
        ("a\ud800b\u2028c\U000e0041", "a<U+D800>b<U+2028>c<U+E0041>"),
    ],
)
def test_nothing_that_others_wrote_steers_a_terminal(text: str, shown: str) -> None:
    """What would draw over the text, or turn it round, is spelled out; everything else stays."""
    assert plain(text) == shown


def test_a_cell_is_text_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """No markup, and nothing that steers."""
    print_table(("id",), [("[red]1[/] [/x] \x1b[8m",)])

    assert capsys.readouterr().out.splitlines()[1].rstrip() == "[red]1[/] [/x] <U+001B>[8m"


@pytest.mark.parametrize("indent", [None, 1])
def test_json_steers_no_terminal_and_says_the_same(indent: int | None) -> None:
    """Control signs, those that turn a text round, half characters and tags are escaped; other letters stay."""
    value = {"Größe": "gut\x9b2J\x7f\u202egnu\u2069\u2028a\ud800\U000e0041 👩\u200d💻"}

    text = json_text(value, indent=indent)

    assert json.loads(text) == value
    assert "Größe" in text
    assert "gut\\u009b2J\\u007f\\u202egnu\\u2069\\u2028a\\ud800\\udb40\\udc41 👩\u200d💻" in text
