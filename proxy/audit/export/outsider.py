"""
Check exports of Postgate audit logs with nothing but Python's standard library and openssl.

    python3 verify.py FOLDER [FOLDER ...] VKEY

FOLDER is the export; several are those of logs that follow each other, in their order: each must begin with a record
(PG-501) that names where the one before ended. VKEY is the verifier key of the log (`name+id+base64`), which you got on
another way than the export. This file shares no code with the program that wrote the export. It checks that every file
is the one that the manifest names and that nothing else lies there, that the records make the root which the checkpoint
states, and that tiles hold the same records and hashes. When all of that holds, it writes `MANIFEST.txt`,
`MANIFEST.sig`, `checkpoint.txt`, `checkpoint.sig` (of a second log `MANIFEST-2.txt` and so on) and `key.pem` into the
directory where you are, for the openssl commands that it prints: they check the signatures. That directory must lie
outside of FOLDER; a file that is there already is not overwritten.
It ends with 0 when everything holds, with 1 at the first thing that does not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
import sys
from pathlib import Path

NOTES = ("MANIFEST", "checkpoint")
Checked = tuple[tuple[str, int, str], dict[str, bytes], str]
ED25519_PEM = bytes.fromhex("302a300506032b6570032100")


def sha256(*parts: bytes) -> bytes:
    """Return the hash of the parts one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def require(holds: object, words: str) -> None:
    """End with words when something does not hold."""
    if not holds:
        sys.exit(f"REFUSED: {words}")


def strict_base64(text: str) -> bytes:
    """Return the bytes of the one spelling of base64."""
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "another spelling of base64")
    return data


def read_key(vkey: str) -> tuple[str, bytes, bytes]:
    """Return name, key id and public key of a verifier key."""
    name, key_id, encoded = vkey.strip().split("+", 2)
    data = strict_base64(encoded)
    require(data[:1] == b"\x01" and len(data) == 33, "the key is no Ed25519 key")
    require(sha256(name.encode(), b"\n", data)[:4].hex() == key_id, "the id of the key does not fit")
    return name, bytes.fromhex(key_id), data[1:]


def open_note(data: bytes, name: str, key_id: bytes) -> tuple[str, bytes]:
    """Return text and signature of a note with exactly one signature line, of this key."""
    text, blank, line = data.decode().rpartition("\n\n")
    words = line.split(" ")
    require(blank and len(words) == 3 and words[0] == "\u2014" and line.endswith("\n"), "a note of another form")
    require(words[1] == name, "a note that another name signed")
    signature = strict_base64(words[2].removesuffix("\n"))
    require(len(signature) == 68 and signature[:4] == key_id, "a note that another key signed")
    return text + "\n", signature[4:]


class Tree:
    """The Merkle tree of RFC 6962, section 2.1, grown leaf by leaf."""

    def __init__(self, folder: Path) -> None:
        """Begin with no leaf; the tiles lie in the folder."""
        self.folder = folder
        self.edge: list[tuple[int, bytes]] = []  # (leaves, hash) of the complete subtrees, largest first
        self.rows: dict[object, list[bytes]] = {}  # what the tile that grows must hold, by level
        self.done: dict[object, int] = {}  # tiles that were compared, by level

    def add(self, leaf: bytes) -> None:
        """Take the next leaf."""
        size, whole, height = 1, sha256(b"\0", leaf), 0
        self.put("entries", len(leaf).to_bytes(2, "big") + leaf)
        self.put(0, whole)
        while self.edge and self.edge[-1][0] == size:
            size, whole, height = size * 2, sha256(b"\1", self.edge.pop()[1], whole), height + 1
            if height % 8 == 0:
                self.put(height // 8, whole)
        self.edge.append((size, whole))

    def put(self, level: object, part: bytes) -> None:
        """Take what a tile holds next; compare the tile when it is full."""
        row = self.rows.setdefault(level, [])
        row.append(part)
        if len(row) == 256:
            self.compare(level)

    def compare(self, level: object) -> None:
        """Compare the tile that grew with the one in the folder."""
        row, index = self.rows.pop(level), self.done.get(level, 0)
        path = path_of(level, index, len(row))
        require((self.folder / path).read_bytes() == b"".join(row), f"{path} holds something else than the records")
        self.done[level] = index + 1

    def root(self) -> bytes:
        """Return the root."""
        if not self.edge:
            return sha256()
        whole = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            whole = sha256(b"\1", left, whole)
        return whole


def path_of(level: object, index: int, width: int) -> str:
    """Return the path of a tile as c2sp.org/tlog-tiles writes it."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")


def stop(error: OSError) -> None:
    """End at a directory that cannot be read, instead of passing it by."""
    raise error


def files_of(folder: Path) -> set[str]:
    """Return the paths of all files; a link, a pipe or anything else that is no file is refused unread."""
    there = set()
    for at, directories, names in os.walk(folder, onerror=stop):
        for path in (Path(at) / one for one in (*directories, *names)):
            mode = path.lstat().st_mode
            require(stat.S_ISREG(mode) or stat.S_ISDIR(mode), f"{path} is neither a file nor a directory")
            if stat.S_ISREG(mode):
                there.add(path.relative_to(folder).as_posix())
    return there


def check_files(folder: Path, there: set[str], lines: list[str]) -> None:
    """Check that exactly the files of the manifest lie there."""
    listed: dict[str, tuple[str, int]] = {}
    for line in lines:
        word, digest, length, path = line.split(" ")
        require(word == "file" and path not in listed, "a line of the manifest that names no new file")
        listed[path] = (digest, int(length))
    require(
        there == {*listed, "MANIFEST"}, f"other files than the manifest names: {sorted(there ^ {*listed, 'MANIFEST'})}"
    )
    for path, expected in listed.items():
        whole, size = hashlib.sha256(), 0
        with (folder / path).open("rb") as file:
            while size <= expected[1] and (piece := file.read(2**20)):
                whole.update(piece)
                size += len(piece)
        require((whole.hexdigest(), size) == expected, f"{path} was changed")


def check_tree(folder: Path, size: int, root: bytes) -> None:
    """Check that leaves, tiles and root are one tree."""
    tree, count = Tree(folder), 0
    with (folder / "leaves.jsonl").open("rb") as lines:
        for line in lines:
            count += 1
            require(line.endswith(b"\n") and len(line) <= 65536, "a line that is no record")
            tree.add(line[:-1])
    require(count == size, "the number of records is another one than the checkpoint says")
    require(tree.root() == root, "the records make another root than the checkpoint states")
    for level in list(tree.rows):
        tree.compare(level)


def stem(origin: str) -> str:
    """Return what the names of all logs of a house have in common: everything but a number at the end."""
    rest, _, last = origin.rpartition("/")
    return rest if last.isdigit() and rest else origin


def check_beginning(folder: Path, before: tuple[str, int, str] | None) -> str:
    """Check that a log begins where the one before ended; return what is left to say."""
    with (folder / "leaves.jsonl").open("rb") as lines:
        first = json.loads(lines.readline())
    if first["code"] != "PG-501":
        require(before is None, "the log does not go on after the one before")
        return ""
    lost, ended = first["data"]["previous"], first["data"].get("restored_from") or first["data"]["previous"]
    end = (ended["origin"], ended["size"], ended["root"])
    require(before in (None, end), "the log goes on after another end than that of the one before")
    words = f"It goes on after {end[0]}, which was not checked here.\n" if before is None else ""
    if lost != ended and first["data"].get("restored_from"):
        words += f"RECORDS ARE MISSING before it, a backup was restored: {lost['origin']} had {lost['size']} records.\n"
    return words


def check_log(folder: Path, key: tuple[str, bytes], mark: str, before: tuple[str, int, str] | None) -> Checked:
    """Check one export; return where the log ends, what is to be written, and what is to be said."""
    there = files_of(folder)
    require({*NOTES} <= there, "MANIFEST or checkpoint is missing")
    data = {file: (folder / file).read_bytes() for file in NOTES}
    name = data["checkpoint"].partition(b"\n")[0].decode()
    require(stem(name) == stem(key[0]), "the checkpoint of another log")
    key_id = sha256(name.encode(), b"\n\x01", key[1])[:4]
    notes: dict[str, str] = {}
    written: dict[str, bytes] = {}
    for file in NOTES:
        notes[file], signature = open_note(data[file], name, key_id)
        written |= {f"{file}{mark}.txt": notes[file].encode(), f"{file}{mark}.sig": signature}
    header, origin, size, root, _, _, *files = notes["MANIFEST"].splitlines()
    require(header == "postgate audit export v1", "a manifest of another form")
    said = notes["checkpoint"].splitlines()
    require([f"origin {said[0]}", f"size {said[1]}", f"root {said[2]}"] == [origin, size, root], "two different states")
    require(said[0] == name and len(said) == 3, "the checkpoint of another log")
    check_files(folder, there, files)
    top = strict_base64(said[2])
    check_tree(folder, int(said[1]), top)
    words = f"{said[1]} records of {name}: files, records and tree are one. The signatures are for openssl:\n"
    for file in NOTES:
        words += "openssl pkeyutl -verify -pubin -inkey key.pem "
        words += f"-rawin -in {file}{mark}.txt -sigfile {file}{mark}.sig\n"
    return (name, int(said[1]), top.hex()), written, words + check_beginning(folder, before)


def main(folders: list[Path], vkey: str) -> None:
    """Check everything, and say what is left to do."""
    here = Path.cwd().resolve()
    name, _, public = read_key(vkey)
    pem = base64.b64encode(ED25519_PEM + public).decode()
    written = {"key.pem": f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n".encode()}
    before, words = None, ""
    for number, folder in enumerate(folders, start=1):
        require(folder.resolve() not in (here, *here.parents), "you are in FOLDER: go to a directory outside of it")
        mark = "" if number == 1 else f"-{number}"
        before, more, said = check_log(folder, (name, public), mark, before)
        written, words = written | more, words + said
    for file in written:
        require(not os.path.lexists(file), f"{file} is here already and is not overwritten: go to an empty directory")
    for file, data in written.items():
        with Path(file).open("xb") as new:
            new.write(data)
    sys.stdout.write(words)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        main([Path(one) for one in sys.argv[1:-1]], sys.argv[-1])
    except OSError as error:
        sys.exit(f"REFUSED: {error}")
