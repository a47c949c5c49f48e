"""
The folder of a build beside its target: who builds here, what was begun, and what is already done.

A build that was killed leaves the folder, and the same command goes on in it. Other sources, another mapping or key,
other code or a day in between begin anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proxy.core.detection.register import digests, entries, kinds, spelling
from proxy.core.detection.register.table import BrokenRegister
from proxy.core.detection.tables import transliteration
from proxy.register.files import opened
from proxy.register.refusals import RegisterRefused
from proxy.register.writing import sync_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Job", "begun", "code_digest", "folder_of"]

_FORMAT = 1
_LONGEST = timedelta(days=1)
_JOURNAL = "job.json"
_LOCK = "lock"
_CODE = (digests, entries, kinds, spelling, transliteration)
"""What decides which digests a customer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A build that was begun."""

    folder: Path
    built_at: str
    """RFC 3339, UTC: when it was begun, for then the sources were read."""
    predecessor: str | None
    """Version of the register that was in force then."""
    continued: bool
    """Something of it may be done already."""


def folder_of(out: Path) -> Path:
    """Return the folder of the builds of a target."""
    return out.parent / f".{out.name}.build"


@contextmanager
def begun(out: Path, what: Mapping[str, Any], now: datetime) -> Iterator[Job]:
    """
    Begin a build or go on with it, alone; what is left afterwards is removed, unless something broke off.

    Args:
        out: the target.
        what: everything that decides what comes out.
        now: in UTC.

    Raises:
        RegisterRefused: another process builds here, or the folder cannot be written.
    """
    root = folder_of(out)
    try:
        root.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(root / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RegisterRefused("disk", source=type(error).__name__) from None
    try:
        _take(lock)
        yield _job(root, out, _fingerprint(what), now)
        shutil.rmtree(root)
    except RegisterRefused as refused:
        if refused.final:
            shutil.rmtree(root)
        raise
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RegisterRefused("running") from None


def _job(root: Path, out: Path, fingerprint: str, now: datetime) -> Job:
    folder = root / fingerprint
    journal = _journal(folder / _JOURNAL)
    if journal is not None and now - datetime.fromisoformat(journal["built_at"]) < _LONGEST:
        return Job(folder=folder, continued=True, **journal)
    for left in root.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
    folder.mkdir(mode=0o700)
    fresh = {"built_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "predecessor": _version(out)}
    beside = folder / f"{_JOURNAL}.new"
    with beside.open("w", encoding="ascii") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / _JOURNAL)
    sync_directory(folder)
    return Job(folder=folder, continued=False, built_at=str(fresh["built_at"]), predecessor=fresh["predecessor"])


def _journal(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
        return {"built_at": str(found["built_at"]), "predecessor": found["predecessor"]}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _version(out: Path) -> str | None:
    try:
        with opened(out) as (_, header, _, _):
            return header.version
    except BrokenRegister:
        return None


def _fingerprint(what: Mapping[str, Any]) -> str:
    whole = {"format": _FORMAT, "code": code_digest(), **what}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode("ascii")).hexdigest()[:32]


def code_digest() -> str:
    """Return a digest of the code that decides which digests a customer has."""
    files = (Path(str(module.__file__)).read_bytes() for module in _CODE)
    return hashlib.sha256(b"".join(hashlib.sha256(file).digest() for file in files)).hexdigest()
