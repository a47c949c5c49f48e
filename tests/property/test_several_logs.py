"""Logs that follow each other: whatever is changed where one ends and the next begins is noticed. Invented names."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.audit.export import outsider
from proxy.audit.export.exports import Exports
from proxy.audit.export.folder import Directory
from proxy.audit.export.verifying import VerifiedExport, verify_exports
from proxy.audit.orders.model import AUDIT, Kind
from proxy.audit.verify import Broken
from tests.checkpoints import ANOTHER, SIGNER
from tests.fakes.export_folder import MemoryFolder
from tests.orders import OPERATOR, desk_house
from tests.stores import ORIGIN, migrated
from tests.works import Sample, allowed, ended, new_id

if TYPE_CHECKING:
    from pathlib import Path

NEXT = ORIGIN.removesuffix("1") + "2"
KEY = (SIGNER.key(),)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with exports of two logs, and of the first one before it was closed."""
    directory = tmp_path_factory.mktemp("logs")
    asyncio.run(_export(directory))
    return directory


async def _export(directory: Path) -> None:
    url = await asyncio.to_thread(migrated, f"sqlite:///{directory}/log.db")
    async with desk_house(url) as house:
        exports = Exports(
            reads=house.reads, checkpoints=house.checkpoints, audit=house.audit, clock=house.clock, ids=new_id
        )
        auditor = await house.person("Rita Revision", AUDIT)
        order = await house.desk.open(Kind.ROTATE, by=auditor, case_number="IT-1", basis="yearly")
        sample = Sample()
        await house.audit.commit(allowed(sample))
        await exports.write(directory / "open", by=OPERATOR)
        await house.desk.confirm(order.id, by=house.privacy)
        await house.audit.commit(ended(sample))
        await exports.write(directory / "1", by=OPERATOR, log=1)
        await exports.write(directory / "2", by=OPERATOR)


def _check(*folders: Path, **more: Any) -> tuple[VerifiedExport, ...] | Broken:
    return verify_exports([Directory(folder) for folder in folders], keys=more.pop("keys", KEY), **more)


def _outsider(place: Path, *folders: Path, key: str = SIGNER.key().text()) -> subprocess.CompletedProcess[str]:
    place.mkdir()
    return subprocess.run(
        [sys.executable, "-I", outsider.__file__, *map(str, folders), key],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("key", [SIGNER, SIGNER.named(NEXT)])
def test_exports_of_logs_that_follow_each_other_are_whole(exported: Path, tmp_path: Path, key: Any) -> None:
    """With the key under the name of either log; what was sent in the first has its outcome in the second."""
    first, second = _check(exported / "1", exported / "2", keys=[key.key()])  # type: ignore[misc]

    assert (first.origin, second.origin, first.before, second.before) == (ORIGIN, NEXT, None, None)
    assert (first.open_attempts, second.open_attempts) == (1, 0)
    done = _outsider(tmp_path / "out", exported / "1", exported / "2", key=key.key().text())
    assert (done.returncode, done.stderr) == (0, "")
    for note in ("MANIFEST.txt", "checkpoint.txt", "MANIFEST-2.txt", "checkpoint-2.txt"):
        signature = note.replace(".txt", ".sig")
        command = f"openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in {note} -sigfile {signature}"
        verified = subprocess.run(command.split(), cwd=tmp_path / "out", check=True, capture_output=True)
        assert b"Success" in verified.stdout


def test_a_later_log_alone_says_what_was_not_checked(exported: Path, tmp_path: Path) -> None:
    """Its outcome of an intent that is not at hand is no mistake."""
    (alone,) = _check(exported / "2")  # type: ignore[misc]

    assert alone.before == ORIGIN
    assert f"It goes on after {ORIGIN}" in _outsider(tmp_path / "out", exported / "2").stdout


@pytest.mark.parametrize(
    ("folders", "reason"),
    [
        (("2", "1"), "chain_broken"),
        (("1", "1"), "chain_broken"),
        (("2", "2"), "chain_broken"),
        (("open", "2"), "chain_broken"),
        (("open", "1"), "chain_broken"),
    ],
)
def test_logs_that_do_not_follow_each_other_are_refused(
    exported: Path, tmp_path: Path, folders: tuple[str, str], reason: str
) -> None:
    """In another order, one twice, or the first as it was before its end."""
    places = [exported / name for name in folders]
    result = _check(*places)

    assert isinstance(result, Broken)
    assert result.reason == reason
    assert _outsider(tmp_path / "out", *places).returncode == 1


def test_each_checkpoint_kept_earlier_is_continued(exported: Path) -> None:
    """By the log that it is of; one of no log that is at hand is refused."""
    for name in ("open", "1", "2"):
        after = (exported / name / "checkpoint").read_bytes()
        assert isinstance(_check(exported / "1", exported / "2", after=after), tuple)
    after = (exported / "1" / "checkpoint").read_bytes()
    result = _check(exported / "2", after=after)
    assert isinstance(result, Broken)
    assert result.reason == "origin_mismatch"


def test_another_key_opens_neither(exported: Path) -> None:
    """Under whatever name."""
    for key in (ANOTHER, ANOTHER.named(NEXT)):
        result = _check(exported / "1", exported / "2", keys=[key.key()])
        assert isinstance(result, Broken)
        assert result.reason == "key_unknown"


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_changed_is_refused(exported: Path, data: st.DataObject) -> None:
    """A flipped bit anywhere in either export, or a file that is missing."""
    logs = [_files(exported / "1"), _files(exported / "2")]
    files = data.draw(st.sampled_from(logs))
    path = data.draw(st.sampled_from(sorted(files)))
    if data.draw(st.booleans()):
        content = bytearray(files[path])
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= 1 << data.draw(st.integers(0, 7))
        files[path] = bytes(content)
    else:
        del files[path]

    assert isinstance(verify_exports([MemoryFolder(one) for one in logs], keys=KEY), Broken)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
