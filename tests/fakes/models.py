"""
Tiny language models, made on the spot: a spaCy folder and an ONNX token classifier that know a handful of words.
"""

from __future__ import annotations

import hashlib
import json
import struct
from typing import TYPE_CHECKING, cast

import spacy
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer

from proxy.detectors.models import SUMS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spacy.pipeline import EntityRuler

LABELS = ("O", "B-PER", "I-PER", "B-LOC", "B-MISC")
WORDS = {"[UNK]": 0, "[CLS]": 0, "[SEP]": 0, "Anna": 1, "Meier": 2, "Hamburg": 3, "Tatort": 4}
"""Words of the classifier and the place of their label in LABELS."""


def seal(folder: Path) -> str:
    """Write the list of files as `sha256sum` does; return the digest of the list."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(folder)}\n" for path in files)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()


def tiny_spacy(folder: Path) -> str:
    """Write a pipeline that knows Anna Meier, Hamburg and a television series; return its seal."""
    pipeline = spacy.blank("de")
    patterns = (("PER", "Anna Meier"), ("PER", "Anna"), ("LOC", "Hamburg"), ("MISC", "Tatort"))
    ruler = cast("EntityRuler", pipeline.add_pipe("entity_ruler"))
    ruler.add_patterns([{"label": label, "pattern": text} for label, text in patterns])
    pipeline.to_disk(folder)
    return seal(folder)


def tiny_onnx(folder: Path) -> str:
    """Write a classifier that knows the same; return its seal."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    labels = {str(number): label for number, label in enumerate(LABELS)}
    (folder / "config.json").write_text(json.dumps({"id2label": labels}), encoding="utf-8")
    rows = [[9.0 if label == known else 0.0 for label in range(len(LABELS))] for known in WORDS.values()]
    (folder / "model.onnx").write_bytes(_lookup(rows))
    return seal(folder)


def _number(value: int) -> bytes:
    rest = value >> 7
    return bytes([value & 0x7F | 0x80]) + _number(rest) if rest else bytes([value])


def _field(key: int, value: int | bytes | str) -> bytes:
    """Return one field in the wire form of protocol buffers."""
    if isinstance(value, int):
        return _number(key << 3) + _number(value)
    content = value.encode() if isinstance(value, str) else value
    return _number(key << 3 | 2) + _number(len(content)) + content


def _tensor(name: str, kind: int, *sizes: str | int) -> bytes:
    shape = b"".join(_field(1, _field(1 if isinstance(size, int) else 2, size)) for size in sizes)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def _lookup(rows: Sequence[Sequence[float]]) -> bytes:
    """Return an ONNX model that answers each token id with its row."""
    wide = len(rows[0])
    raw = b"".join(struct.pack(f"<{wide}f", *row) for row in rows)
    table = _field(1, len(rows)) + _field(1, wide) + _field(2, 1) + _field(8, "table") + _field(9, raw)
    node = _field(1, "table") + _field(1, "input_ids") + _field(2, "logits") + _field(4, "Gather")
    graph = (
        _field(1, node)
        + _field(2, "tiny")
        + _field(5, table)
        + _field(11, _tensor("input_ids", 7, "one", "tokens"))
        + _field(12, _tensor("logits", 1, "one", "tokens", wide))
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, 13))
