"""
All files of a bundle as one piece of bytes, and read again from there.

A package is a zip file with the folders `policies`, `lexicons` and `recognizers` and the house's profile. The same
files always give the same bytes. Nothing is written to disk when it is read: the profile has what the house keeps to
itself.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from proxy.core.errors import ConfigurationError
from proxy.core.model import Verdict
from proxy.loading.files import ORGANISATION
from proxy.loading.messages import problem
from proxy.loading.strict_yaml import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO, Literal

    from proxy.loading.files import Entry
    from proxy.loading.policies import BundleFiles

MOST_FILES = 2000
LARGEST = 64 * MAX_BYTES
"""Bytes of all files together, unpacked."""
_NAME = "bundle.zip"
_ON_INCOMPLETE = "on_incomplete"
"""Name of the file that says what becomes of a post that was not looked at completely: part of what is signed."""
_FOLDERS = frozenset({"policies", "lexicons", "recognizers"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file or folder of a package; what the loader needs of a path."""

    files: Mapping[str, bytes] = field(repr=False)
    path: PurePosixPath

    @property
    def name(self) -> str:
        """Return the last piece of the path."""
        return self.path.name

    @property
    def parent(self) -> Packed:
        """Return the folder it lies in."""
        return Packed(self.files, self.path.parent)

    def is_dir(self) -> bool:
        """Return whether there are files below it."""
        return any(True for _ in self._below())

    def iterdir(self) -> Iterator[Packed]:
        """Yield what lies in a folder."""
        names = {PurePosixPath(name).relative_to(self.path).parts[0] for name in self._below()}
        yield from (Packed(self.files, self.path / name) for name in sorted(names))

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """
        Open a file for reading.

        Raises:
            FileNotFoundError: there is none.
        """
        del mode
        content = self.files.get(str(self.path))
        if content is None:
            raise FileNotFoundError(2, "No such file in the package")
        return io.BytesIO(content)

    def __lt__(self, other: Packed) -> bool:
        """Order by path."""
        return self.path < other.path

    def __str__(self) -> str:
        """Return the path."""
        return str(self.path)

    def _below(self) -> Iterator[str]:
        start = f"{self.path}/"
        return (name for name in self.files if name.startswith(start))


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedSources:
    """The files of a bundle in a package; `BundleFiles` for the loader."""

    directory: Packed
    organisation: Packed | None
    lexicons: Packed
    recognizers: Packed
    fingerprint_key: bytes = field(repr=False)
    on_incomplete: Verdict
    retention: frozenset[str] | None = None


def pack(sources: BundleFiles) -> bytes:
    """
    Return the files of a bundle as a zip file.

    Raises:
        ConfigurationError: a file cannot be read.
    """
    try:
        files = {**dict(_files(sources)), _ON_INCOMPLETE: sources.on_incomplete.value.encode("ascii")}
    except OSError as error:
        name = sources.directory.name
        raise ConfigurationError((problem("unreadable", name, why=error.strerror or type(error).__name__),)) from None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(package: bytes) -> dict[str, bytes]:
    """
    Return the files of a package by their paths.

    Raises:
        ConfigurationError: it is no package, or larger than a package may be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
                raise ConfigurationError((problem("package-too-large", _NAME, files=MOST_FILES, size=LARGEST),))
            if not _plain(entries):
                raise ConfigurationError((problem("no-package", _NAME),))
            return {entry.filename: _unpacked(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise ConfigurationError((problem("no-package", _NAME),)) from None


def _plain(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Return whether each file stands there once, where it belongs, and is packed in a way whose output has a bound."""
    names = [entry.filename for entry in entries]
    ways = {entry.compress_type for entry in entries}
    return (
        len(set(names)) == len(names) and all(map(_fits, names)) and ways <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    )


def _fits(name: str) -> bool:
    """Return whether a file may be in a package: it could not be written anywhere else than where it belongs."""
    if name in {ORGANISATION, _ON_INCOMPLETE}:
        return True
    pieces = name.split("/")
    plain = all(piece.strip(".") and "\\" not in piece and piece.isprintable() for piece in pieces)
    return len(pieces) > 1 and pieces[0] in _FOLDERS and plain and name.lower().endswith((".yaml", ".yml"))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        return file.read(entry.file_size)  # not `archive.read`: it unpacks more than the announced size, and then cuts


def packed_sources(package: bytes, *, fingerprint_key: bytes, retention: frozenset[str] | None = None) -> PackedSources:
    """
    Return a package as the loader reads it.

    Raises:
        ConfigurationError: as `unpack`.
    """
    files = unpack(package)
    if files.get(_ON_INCOMPLETE) not in {b"hold", b"block"}:
        raise ConfigurationError((problem("no-package", _NAME),))

    def folder(name: str) -> Packed:
        return Packed(files, PurePosixPath(name))

    return PackedSources(
        directory=folder("policies"),
        organisation=folder(ORGANISATION) if ORGANISATION in files else None,
        lexicons=folder("lexicons"),
        recognizers=folder("recognizers"),
        fingerprint_key=fingerprint_key,
        on_incomplete=Verdict(files[_ON_INCOMPLETE].decode("ascii")),
        retention=retention,
    )


def _files(sources: BundleFiles) -> Iterator[tuple[str, bytes]]:
    yield from _below(sources.directory, "policies")
    yield from _below(sources.lexicons, "lexicons")
    if sources.recognizers is not None:
        yield from _below(sources.recognizers, "recognizers")
    if sources.organisation is not None:
        yield ORGANISATION, _content(sources.organisation)


def _below(folder: Entry, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith("."):
            yield from _below(entry, f"{name}/{entry.name}")
        elif entry.name.lower().endswith((".yaml", ".yml")) and not entry.name.startswith("."):
            yield f"{name}/{entry.name}", _content(entry)


def _content(entry: Entry) -> bytes:
    with entry.open("rb") as file:
        return file.read(MAX_BYTES + 1)
