"""
The manifest of an export: what was exported, for whom, and every file of it. It is the text of a signed note.

    postgate audit export v1
    origin <name of the log>
    size <number of records>
    root <base64 of the root of the tree>
    at <RFC 3339, UTC, six digits>
    by <pseudonym of who asked>
    file <SHA-256 in hexadecimal> <bytes> <path>          one line a file, in the order of the paths
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from proxy.audit.tlog.spelling import Place, read_decimal, read_hash, write_base64
from proxy.audit.tlog.subtrees import MOST_LEAVES
from proxy.audit.tlog.trees import TreeHead

NAME = "MANIFEST"
"""The file that holds the note. It does not name itself."""
MOST_BYTES = 2**26
"""Of the note: two lines for each 256 records, so enough for some 80 million records."""
_HEADER = "postgate audit export v1"
_MANIFEST = Place(reason="note_malformed", where="a manifest")
_FILE = re.compile(r"file ([0-9a-f]{64}) (0|[1-9][0-9]{0,18}) (\w[\w.-]*(?:/\w[\w.-]*)*)", re.ASCII)
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", re.ASCII)
_LINES = ("origin ", "size ", "root ", "at ", "by ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file of an export."""

    path: str
    """Relative, with slashes."""
    bytes: int
    sha256: str
    """In hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an export says about itself."""

    origin: str
    head: TreeHead
    at: str
    by: str
    files: tuple[Listed, ...] = field(repr=False)
    """In the order of their paths."""

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (
            _HEADER,
            f"origin {self.origin}",
            f"size {self.head.size}",
            f"root {write_base64(self.head.root)}",
            f"at {self.at}",
            f"by {self.by}",
            *(f"file {one.sha256} {one.bytes} {one.path}" for one in self.files),
        )
        return "".join(f"{line}\n" for line in lines)


def read_manifest(text: str) -> Manifest:
    """
    Return the manifest from the text of a note; `read_manifest(text).text() == text`.

    Raises:
        EvidenceRefused: `note_malformed`; `root_mismatch` for an empty log with the root of another one.
    """
    header, *lines = text.removesuffix("\n").split("\n")
    if header != _HEADER or not text.endswith("\n"):
        raise _MANIFEST.refuse(f"{_HEADER} in the first line, and a line feed at the end", "something else")
    if [line[: len(word)] for line, word in zip(lines, _LINES, strict=False)] != list(_LINES):
        raise _MANIFEST.refuse("the lines " + ", ".join(word.strip() for word in _LINES), "others")
    origin, size, root, at, by = (line[len(word) :] for line, word in zip(lines, _LINES, strict=False))
    if not origin or not by or not _AT.fullmatch(at):
        raise _MANIFEST.refuse("an origin, a time in UTC with six digits, and who asked", "something else")
    files = tuple(_read_file(line) for line in lines[len(_LINES) :])
    paths = [one.path for one in files]
    if paths != sorted(set(paths)) or NAME in paths:
        raise _MANIFEST.refuse("each file once, in the order of the paths", "another list")
    head = TreeHead(
        size=read_decimal(size, Place(reason="note_malformed", where="the size of a manifest"), most=MOST_LEAVES),
        root=read_hash(root, Place(reason="note_malformed", where="the root of a manifest")),
    )
    return Manifest(origin=origin, head=head, at=at, by=by, files=files)


def named_origin(text: str) -> str:
    """Return the origin that a manifest seems to name, before anybody has signed for it; empty where there is none."""
    lines = text.split("\n", 2)
    return lines[1].removeprefix("origin ") if len(lines) > 1 and lines[1].startswith("origin ") else ""


def _read_file(line: str) -> Listed:
    match = _FILE.fullmatch(line)
    if match is None or ".." in match[3].split("/") or "." in match[3].split("/"):
        raise _MANIFEST.refuse("file, SHA-256, bytes and a path", "another line")
    return Listed(path=match[3], bytes=int(match[2]), sha256=match[1])
