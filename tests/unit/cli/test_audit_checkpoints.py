"""What an auditor needs to check the log without us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.audit.checkpointing import Checkpointing
from proxy.audit.signed import Trust, signer_of
from proxy.storage.engines import create_engine, create_reader
from proxy.storage.reads import Reads
from proxy.vault.kek import FileKek
from proxy.vault.keys import load_keys
from tests import outsider
from tests.fakes.clock import START
from tests.installation import ORIGIN, Installation

if TYPE_CHECKING:
    from pathlib import Path


def _sign(house: Installation, state: Path) -> None:
    """Sign the log, as a running node does."""
    seed = load_keys(house.keys, FileKek(house.keys)).checkpoint
    assert seed is not None
    engine, reader = create_engine(house.url), create_reader(house.url)
    signing = Checkpointing(
        reads=Reads(reader, threads=1),
        engine=engine,
        trust=Trust(origin=ORIGIN, keys=(signer_of(ORIGIN, seed).key(),)),
        signer=signer_of(ORIGIN, seed),
        state=state,
        now=lambda: START,
    )
    assert signing.sign() is not None
    engine.dispose()
    reader.dispose()


def test_the_printed_key_verifies_the_printed_checkpoint(tmp_path: Path) -> None:
    """Both come alone on standard output, so that they can be kept as files; an outsider needs nothing else."""
    house = Installation(tmp_path).with_account()
    _sign(house, tmp_path)

    key = house.run("audit", "key")
    checkpoint = house.run("audit", "checkpoint")
    stated = outsider.checkpoint(checkpoint.stdout_bytes, key.stdout.removesuffix("\n"))

    assert (key.exit_code, checkpoint.exit_code) == (0, 0)
    assert stated is not None
    assert stated[:2] == (ORIGIN, 1)


@pytest.mark.parametrize(
    ("language", "no_key", "none_yet"),
    [("en", "is missing", "No checkpoint was signed"), ("de", "fehlt", "noch kein Prüfpunkt")],
)
def test_what_is_not_there_is_said(tmp_path: Path, language: str, no_key: str, none_yet: str) -> None:
    """Exit code 1, nothing on standard output; a checkpoint is read without any key."""
    house = Installation(tmp_path).with_account()
    (house.keys / "checkpoint").unlink()
    key = house.run("audit", "key", language=language)
    (house.keys / "kek").unlink()
    checkpoint = house.run("audit", "checkpoint", language=language)

    assert (key.exit_code, key.stdout, checkpoint.exit_code, checkpoint.stdout) == (1, "", 1, "")
    assert no_key in key.stderr
    assert str(house.keys / "checkpoint") in key.stderr
    assert none_yet in checkpoint.stderr


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """As everywhere: exit code 2, with the remedy."""
    house = Installation(tmp_path)
    (house.keys / "checkpoint").chmod(0o644)

    done = house.run("audit", "key")

    assert done.exit_code == 2
    assert "chmod 600" in done.stderr
