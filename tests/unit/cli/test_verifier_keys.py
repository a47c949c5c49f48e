from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from proxy.cli.verifier_keys import KeyOfALog
from tests.exports import SIGNER, VKEY

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_read_from_its_line_or_a_file(tmp_path: Path) -> None:
    """With or without a line feed."""
    file = tmp_path / "key.vkey"
    file.write_text(f"{VKEY}\n", encoding="utf-8")

    assert KeyOfALog()(VKEY) == KeyOfALog()(f" {VKEY}\n") == KeyOfALog()(str(file)) == SIGNER.key()
    assert KeyOfALog()(SIGNER.key()) == SIGNER.key()


@pytest.mark.parametrize("text", ["", "x", VKEY[:-1], f"{VKEY}+"])
def test_what_is_no_key_is_said(text: str) -> None:
    """In words that say where to get one."""
    with pytest.raises(click.BadParameter, match="postgate audit key"):
        KeyOfALog()(text)
