"""
The encoder in PyTorch, while it learns: a dictionary of weights and what is computed with them.

The names are those of `onnx_graph`; here the rows of a matrix are its outputs, as PyTorch wants it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.e5 import Source

__all__ = ["ANSWERS", "LONGEST", "Shape", "answers", "arrays", "begin"]

ANSWERS = 5
"""Whether, and which of four kinds."""
LONGEST = 256
"""Tokens of a post that are read, the two of the frame among them."""
_DROPPED = 0.1
_PARTS = ("q", "k", "v", "ao", "fi", "fo", "aln", "oln")


class Shape(NamedTuple):
    """What the weights do not say themselves."""

    layers: int
    heads: int
    epsilon: float


def begin(source: Source, kept: Sequence[int]) -> tuple[dict[str, Any], Shape]:
    """
    Return the weights to begin with: the source's, for the pieces that are kept, and answers that say nothing.

    All tokens weigh the same at first; which of them tell something is learned.
    """
    width = source.width
    words = source.tensors["emb.word"].reshape(-1, width)[list(kept)]
    near = source.tensors["emb.pos"].reshape(-1, width)[:LONGEST] + source.tensors["emb.type"].reshape(-1, width)[0]
    weights: dict[str, NDArray[np.float32]] = {
        "word": words,
        "near": near,
        "norm.w": source.tensors["emb.ln.w"],
        "norm.b": source.tensors["emb.ln.b"],
        "look.w": np.zeros((1, width), np.float32),
        "head.w": np.zeros((ANSWERS, width), np.float32),
        "head.b": np.zeros(ANSWERS, np.float32),
    }
    for layer in range(source.layers):
        for part in _PARTS:
            bias = source.tensors[f"l{layer}.{part}.b"]
            matrix = source.tensors[f"l{layer}.{part}.w"]
            weights[f"l{layer}.{part}.b"] = bias
            weights[f"l{layer}.{part}.w"] = matrix if part.endswith("ln") else matrix.reshape(len(bias), -1)
    shape = Shape(source.layers, source.heads, source.epsilon)
    return {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}, shape


def answers(weights: Mapping[str, Any], shape: Shape, ids: Any, mask: Any, *, learning: bool) -> Any:  # noqa: ANN401
    """Return the answers for a batch of posts: `ids` and `mask` are posts x tokens."""

    def drop(state: Any) -> Any:  # noqa: ANN401
        return functional.dropout(state, _DROPPED, training=learning)

    def norm(state: Any, name: str) -> Any:  # noqa: ANN401
        scale, moved = weights[f"{name}.w"], weights[f"{name}.b"]
        return functional.layer_norm(state, scale.shape, scale, moved, shape.epsilon)

    def linear(state: Any, name: str) -> Any:  # noqa: ANN401
        return functional.linear(state, weights[f"{name}.w"], weights[f"{name}.b"])

    def apart(state: Any) -> Any:  # noqa: ANN401
        return state.view(*state.shape[:2], shape.heads, -1).transpose(1, 2)

    state = norm(functional.embedding(ids, weights["word"]) + weights["near"][: ids.shape[1]], "norm")
    hidden = torch.zeros_like(mask)[:, None, None, :].masked_fill(mask[:, None, None, :] == 0, -1e4)
    for name in (f"l{number}" for number in range(shape.layers)):
        query, key, value = (apart(linear(state, f"{name}.{one}")) for one in "qkv")
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=hidden.to(query.dtype))
        whole = seen.transpose(1, 2).reshape(state.shape)
        state = norm(state + drop(linear(whole, f"{name}.ao")), f"{name}.aln")
        inner = functional.gelu(linear(state, f"{name}.fi"))
        state = norm(state + drop(linear(inner, f"{name}.fo")), f"{name}.oln")
    telling = functional.linear(state, weights["look.w"]).masked_fill(mask[:, :, None] == 0, -1e4)
    looked = (state * telling.softmax(1)).sum(1)
    return linear(drop(looked), "head")


def arrays(weights: Mapping[str, Any]) -> dict[str, NDArray[np.float32]]:
    """Return the weights as `onnx_graph` takes them: the rows of a matrix are its inputs."""
    plain = {name: value.detach().float().numpy() for name, value in weights.items()}
    return {
        name: value.T if value.ndim > 1 and name not in {"word", "near"} else value for name, value in plain.items()
    }
