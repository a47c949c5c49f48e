"""
Write an encoder as an ONNX graph, and make its weights one byte each.

Seven of the eight bits are used: without VNNI, AVX2 adds two products in sixteen bits and would run over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save
from onnxruntime.quantization import QuantType, quantize_dynamic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["write"]

_OPSET, _FORMAT = 18, 8
_KEPT = ("length", "telling", "answer")
"""Nodes whose weights stay as they are: small, or no weights at all."""


def write(out: Path, weights: Mapping[str, NDArray[np.float32]], *, layers: int, heads: int, epsilon: float) -> None:
    """
    Write the file: `ids` (posts x tokens, int64) to `out` (posts x answers, log odds).

    Args:
        out: the file; one with `.f32` at its end is written on the way.
        weights: `word` and `near` (rows are tokens, and places), `norm.w`, `norm.b`, for each layer those of `l0.q.w`
            and the like (rows are inputs), `look.w` (how much a token tells, before the softmax), and those of `head`.
        layers: how many there are.
        heads: how many share the width of a layer.
        epsilon: of the layer norms.
    """
    graph = _Graph(weights, heads, epsilon)
    plain = out.with_suffix(".f32")
    model = helper.make_model(
        graph.build(layers), opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="postgate"
    )
    model.ir_version = _FORMAT
    checker.check_model(model)
    save(model, str(plain))
    quantize_dynamic(
        str(plain),
        str(out),
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
        nodes_to_exclude=list(_KEPT),
    )
    plain.unlink()


class _Graph:
    """The nodes and weights of a graph while it grows."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], heads: int, epsilon: float) -> None:
        self._weights = weights
        self._heads = heads
        self._width = weights["word"].shape[1]
        self._epsilon = epsilon
        self._nodes: list[Any] = []
        self._values: list[Any] = []

    def build(self, layers: int) -> Any:  # noqa: ANN401  the library has no types
        shapes = {
            "zero": np.array([0], np.int64),
            "one": np.array([1], np.int64),
            "apart": np.array([0, 0, self._heads, self._width // self._heads], np.int64),
            "together": np.array([0, 0, self._width], np.int64),
            "unit": np.array((self._width // self._heads) ** -0.5, np.float32),
            "half": np.array(0.5, np.float32),
            "whole": np.array(1.0, np.float32),
            "steep": np.array(2**-0.5, np.float32),
        }
        self._values += [numpy_helper.from_array(value, name) for name, value in shapes.items()]
        self._node("Shape", "ids", out="shape")
        self._node("Gather", "shape", "one", out="length")
        words = self._node("Gather", self._value("word"), "ids", out="words")
        places = self._node("Slice", self._value("near"), "zero", "length", "zero", out="places")
        state = self._norm(self._node("Add", words, places, out="sum"), "norm")
        for number in range(layers):
            state = self._layer(state, f"l{number}")
        telling = self._node("MatMul", state, self._value("look.w"), out="telling")
        weighed = self._node("Mul", state, self._node("Softmax", telling, out="weight", axis=1), out="weighed")
        looked = self._node("ReduceSum", weighed, "one", out="looked", keepdims=0)
        answer = self._node("MatMul", looked, self._value("head.w"), out="answer")
        self._node("Add", answer, self._value("head.b"), out="out")
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["posts", "tokens"])
        out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["posts", len(self._weights["head.b"])])
        return helper.make_graph(self._nodes, "encoder", [ids], [out], self._values)

    def _layer(self, state: str, name: str) -> str:
        query, key, value = (self._split(state, f"{name}.{one}") for one in "qkv")
        alike = self._node("MatMul", query, key, out=f"{name}.alike")
        shares = self._node("Softmax", self._node("Mul", alike, "unit", out=f"{name}.even"), out=f"{name}.shares")
        seen = self._node("MatMul", shares, value, out=f"{name}.seen")
        turned = self._node("Transpose", seen, out=f"{name}.turned", perm=[0, 2, 1, 3])
        whole = self._node("Reshape", turned, "together", out=f"{name}.whole")
        state = self._norm(self._node("Add", state, self._linear(whole, f"{name}.ao"), out=f"{name}.a"), f"{name}.aln")
        inner = self._gelu(self._linear(state, f"{name}.fi"), name)
        return self._norm(self._node("Add", state, self._linear(inner, f"{name}.fo"), out=f"{name}.b"), f"{name}.oln")

    def _split(self, state: str, name: str) -> str:
        apart = self._node("Reshape", self._linear(state, name), "apart", out=f"{name}.apart")
        order = [0, 2, 3, 1] if name.endswith("k") else [0, 2, 1, 3]
        return self._node("Transpose", apart, out=f"{name}.order", perm=order)

    def _gelu(self, state: str, name: str) -> str:
        curve = self._node("Erf", self._node("Mul", state, "steep", out=f"{name}.g1"), out=f"{name}.g2")
        risen = self._node("Mul", state, self._node("Add", curve, "whole", out=f"{name}.g3"), out=f"{name}.g4")
        return self._node("Mul", risen, "half", out=f"{name}.g5")

    def _linear(self, state: str, name: str) -> str:
        product = self._node("MatMul", state, self._value(f"{name}.w"), out=f"{name}.product")
        return self._node("Add", product, self._value(f"{name}.b"), out=f"{name}.moved")

    def _norm(self, state: str, name: str) -> str:
        given = (self._value(f"{name}.w"), self._value(f"{name}.b"))
        return self._node("LayerNormalization", state, *given, out=f"{name}.normal", axis=-1, epsilon=self._epsilon)

    def _value(self, name: str) -> str:
        self._values.append(numpy_helper.from_array(np.ascontiguousarray(self._weights[name]), name))
        return name

    def _node(self, operation: str, *given: str, out: str, **options: object) -> str:
        self._nodes.append(helper.make_node(operation, list(given), [out], name=out, **options))
        return out
