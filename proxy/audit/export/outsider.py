"""
Check exports of Postgate audit logs with nothing but Python's standard library and openssl.

    python3 verify.py FOLDER [FOLDER ...] VKEY

FOLDER is the export; several are those of logs that follow each other, in their order: each must begin with a record
(PG-501) that names where the one before ended. VKEY is the verifier key of the log (`name+id+base64`), which you got on
another way than the export; where the key was replaced, any of its keys (see `Handover`). This file shares no code with
the program that wrote the export. It checks that every file is the one that the manifest names and that nothing else
lies there, that the records make the root which the checkpoint states, and that tiles hold the same records and hashes.
When all of that holds, it writes `MANIFEST.txt`, `MANIFEST.sig`, `checkpoint.txt`, `checkpoint.sig` (of a second log
`MANIFEST-2.txt` and so on), `handover-1.txt` and so on, and keys (`key.pem` is VKEY) into the directory where you are,
for the openssl commands that it prints: they check the signatures, and the export holds only when each of them is good.
That directory must lie outside of FOLDER; a file that is there already is not overwritten.
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
from typing import NamedTuple

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


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes that stand before the signatures of a key."""
    return sha256(name.encode(), b"\n\x01", public)[:4]


def read_key(vkey: str) -> tuple[str, bytes]:
    """Return name and public key of a verifier key."""
    name, identity, encoded = vkey.strip().split("+", 2)
    data = strict_base64(encoded)
    require(data[:1] == b"\x01" and len(data) == 33, "the key is no Ed25519 key")
    require(key_id(name, data[1:]).hex() == identity, "the id of the key does not fit")
    return name, data[1:]


class Note(NamedTuple):
    """A text, and what is for openssl: each key that signed it with its signature."""

    text: str
    signatures: list[tuple[bytes, bytes]]


def read_note(data: bytes, name: str, keys: list[bytes]) -> Note:
    """Return a note with exactly one signature line of each of these keys, in their order."""
    text, blank, rest = data.decode().rpartition("\n\n")
    lines = rest.split("\n")
    require(blank and len(lines) == len(keys) + 1 and lines[-1] == "", "a note with more or fewer signatures")
    signatures = []
    for number, public in enumerate(keys):
        dash, signer, encoded = lines[number].split(" ")
        require(dash == "\u2014" and signer == name, "a note that another name signed")
        signature = strict_base64(encoded)
        require(len(signature) == 68 and signature[:4] == key_id(name, public), "a note that another key signed")
        signatures.append((public, signature[4:]))
    return Note(text + "\n", signatures)


class Handover(NamedTuple):
    """
    A proof that a key handed over to the next: a checkpoint that both signed, over the record (PG-503) that names both.

    Whoever believes one of the two may believe the other: the one of before says with its signature who follows it,
    and the next one whom it follows. Up to this checkpoint the one counts, after it the other one alone.
    """

    old: bytes
    new: bytes
    name: str
    """That both have: the one of the first log."""
    origin: str
    place: tuple[int, int]
    """Number of the log and size of the checkpoint."""
    root: bytes
    note: Note


def read_handover(file: Path) -> Handover:
    """Return what a proof says, once it holds; openssl checks the two signatures."""
    head, _, note = file.read_bytes().partition(b"\n\n")
    header, extra, index, *hashes = head.decode().split("\n")
    words = (header, extra[:6], index[:6])
    require(words == ("c2sp.org/tlog-proof@v1", "extra ", "index "), "a proof of another form")
    leaf = strict_base64(extra[6:])
    record = json.loads(leaf)
    require(record["code"] == "PG-503", "a handover with another record than PG-503")
    (name, old), (other, new) = (read_key(record["data"][field]) for field in ("from_key", "to_key"))
    origin, size, root = note.decode().split("\n")[:3]
    require(name == other and old != new and stem(origin) == stem(name), "no handover from one key of a log to another")
    signed = read_note(note, origin, [old, new])
    require(signed.text == f"{origin}\n{size}\n{root}\n", "a checkpoint of another form")
    top = strict_base64(root)
    path = [strict_base64(one) for one in hashes]
    require(root_over(leaf, int(index[6:]), int(size), path) == top, "the record of a handover is not in its log")
    return Handover(old, new, name, origin, (log_of(origin, name), int(size)), top, signed)


def root_over(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root of a tree in which a leaf stands (RFC 9162, section 2.1.3.2)."""
    require(index < size, "a record after the end of its log")
    whole, last = sha256(b"\0", leaf), size - 1
    for beside in path:
        require(last, "a proof that is too long")
        if index & 1 or index == last:
            whole = sha256(b"\1", beside, whole)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            whole = sha256(b"\1", whole, beside)
        index, last = index >> 1, last >> 1
    require(last == 0, "a proof that is too short")
    return whole


class Keys:
    """The keys of all logs, one after the other, as the longest chain of handovers in the folders has them."""

    def __init__(self, vkey: str, chains: list[list[Handover]]) -> None:
        """Check that VKEY is one of them, and that they are one chain."""
        self.name, given = read_key(vkey)
        self.chain = max(chains, key=len)
        self.keys = [one.old for one in self.chain[:1]] + [one.new for one in self.chain] or [given]
        require(all(self.chain[: len(one)] == one for one in chains), "the keys of the folders are no common chain")
        for number, after in enumerate(self.chain[1:]):
            before = self.chain[number]
            follows = after.old == before.new and after.name == before.name and after.place > before.place
            require(follows, "a handover that does not follow from the one before")
        known = given in self.keys and all(stem(one.name) == stem(self.name) for one in self.chain)
        require(known, "VKEY is none of the keys that handed over to each other")

    def at(self, origin: str, size: int) -> list[bytes]:
        """Return who signs a checkpoint."""
        for number, one in enumerate(self.chain):
            place = (log_of(origin, one.name), size)
            if place <= one.place:
                return self.keys[number : number + 1 + (place == one.place)]
        return self.keys[-1:]

    def check(self, record: dict[str, dict[str, str]]) -> None:
        """Check that a PG-503 is of a handover, or of one that has only begun."""
        old, new = (read_key(record["data"][field])[1] for field in ("from_key", "to_key"))
        known = (old, new) in [(one.old, one.new) for one in self.chain] or old == self.keys[-1]
        require(known, "a key was replaced, and its handover is missing")


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


def check_tree(folder: Path, origin: str, size: int, root: bytes, keys: Keys) -> None:
    """Check that leaves, tiles and root are one tree, and that it grew through the checkpoints of handovers."""
    tree, count = Tree(folder), 0
    passed = {one.place[1]: one.root for one in keys.chain if one.origin == origin}
    with (folder / "leaves.jsonl").open("rb") as lines:
        for line in lines:
            count += 1
            require(line.endswith(b"\n") and len(line) <= 65536, "a line that is no record")
            tree.add(line[:-1])
            require(passed.pop(count, None) in (None, tree.root()), "a key handed over in another log of this name")
            if b'"PG-503"' in line and (record := json.loads(line))["code"] == "PG-503":
                keys.check(record)
    require(count == size, "the number of records is another one than the checkpoint says")
    require(not passed, "a key handed over after the last record")
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


def log_of(origin: str, name: str) -> int:
    """Return the number of a log; the first has this name."""
    return 1 if origin == name else int(origin.rpartition("/")[2])


def handovers_of(folder: Path) -> list[Handover]:
    """Return the handovers of an export; nothing is read before it is clear that there are only files."""
    count = sum(path.startswith("handovers/") for path in files_of(folder))
    return [read_handover(folder / f"handovers/{number}.tlog-proof") for number in range(1, count + 1)]


def check_log(folder: Path, keys: Keys, handovers: int) -> tuple[dict[str, Note], tuple[str, int, str]]:
    """Check one export; return its notes, and where the log ends."""
    manifest, checkpoint = ((folder / file).read_bytes() for file in ("MANIFEST", "checkpoint"))
    name, count, encoded = checkpoint.decode().split("\n")[:3]
    size, root = int(count), strict_base64(encoded)
    require(stem(name) == stem(keys.name), "the checkpoint of another log")
    notes = {
        "MANIFEST": read_note(manifest, name, keys.keys[handovers : handovers + 1]),
        "checkpoint": read_note(checkpoint, name, keys.at(name, size)),
    }
    require(notes["checkpoint"].text == f"{name}\n{count}\n{encoded}\n", "a checkpoint of another form")
    header, *said, _, _ = notes["MANIFEST"].text.split("\nfile ")[0].splitlines()
    require(header == "postgate audit export v1", "a manifest of another form")
    require(said == [f"origin {name}", f"size {count}", f"root {encoded}"], "two different states")
    check_files(folder, files_of(folder), notes["MANIFEST"].text.splitlines()[6:])
    check_tree(folder, name, size, root, keys)
    return notes, (name, size, root.hex())


def for_openssl(notes: dict[str, Note], pems: dict[bytes, str]) -> tuple[dict[str, bytes], str]:
    """Return the files that openssl reads, and its commands."""
    written: dict[str, bytes] = {}
    words = ""
    for file, note in notes.items():
        written[f"{file}.txt"] = note.text.encode()
        for number, (public, signature) in enumerate(note.signatures):
            pem = pems.setdefault(public, f"key-{len(pems) + 1}.pem")
            encoded = base64.b64encode(ED25519_PEM + public).decode()
            written[pem] = f"-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n".encode()
            sig = f"{file}.new.sig" if number else f"{file}.sig"
            written[sig] = signature
            words += f"openssl pkeyutl -verify -pubin -inkey {pem} -rawin -in {file}.txt -sigfile {sig}\n"
    return written, words


def main(folders: list[Path], vkey: str) -> None:
    """Check everything, and say what is left to do."""
    here = Path.cwd().resolve()
    for folder in folders:
        require(folder.resolve() not in (here, *here.parents), "you are in FOLDER: go to a directory outside of it")
    chains = [handovers_of(folder) for folder in folders]
    keys = Keys(vkey, chains)
    pems = {read_key(vkey)[1]: "key.pem"}
    notes: dict[str, Note] = {}
    before, words = None, ""
    for number, folder in enumerate(folders, start=1):
        found, end = check_log(folder, keys, len(chains[number - 1]))
        words += f"{end[1]} records of {end[0]}: files, records and tree are one.\n{check_beginning(folder, before)}"
        notes |= {file if number == 1 else f"{file}-{number}": note for file, note in found.items()}
        before = end
    for number, one in enumerate(keys.chain, start=1):
        encoded = base64.b64encode(b"\x01" + one.new).decode()
        words += f"The key was replaced. Compare the next one: {one.name}+{key_id(one.name, one.new).hex()}+{encoded}\n"
        notes[f"handover-{number}"] = one.note
    written, commands = for_openssl(notes, pems)
    for file in written:
        require(not os.path.lexists(file), f"{file} is here already and is not overwritten: go to an empty directory")
    for file, data in written.items():
        with Path(file).open("xb") as new:
            new.write(data)
    sys.stdout.write(f"{words}The signatures are for openssl; each must be good:\n{commands}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        main([Path(one) for one in sys.argv[1:-1]], sys.argv[-1])
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        sys.exit(f"REFUSED: {error}")
