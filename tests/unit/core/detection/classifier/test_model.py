"""A linear model over features."""

from __future__ import annotations

from array import array

import pytest

from proxy.core.detection.classifier.model import LEAK, WIDTH, Head, LinearModel


def _head(weights: dict[int, int], *, scale: float = 0.5, bias: float = -1.0) -> Head:
    row = array("b", bytes(WIDTH))
    for number, weight in weights.items():
        row[number] = weight
    return Head(weights=memoryview(row), scale=scale, bias=bias)


MODEL = LinearModel({LEAK: _head({1: 4, 2: -2}), "customer": _head({1: 3}), "insider": _head({2: 3})})


def test_the_score_is_what_the_features_weigh() -> None:
    """Weights in units of the head, over the square root of how many features there are, and the bias."""
    assert MODEL.score({1}) == pytest.approx(1.0)
    assert MODEL.score({1, 2, 3, 4}) == pytest.approx(-1 + 0.5 * 2 / 2)
    assert MODEL.score(set()) == -1.0


def test_the_kind_is_the_head_that_says_most() -> None:
    """The head that says whether is not asked what."""
    assert MODEL.kind({1}) == "customer"
    assert MODEL.kind({2}) == "insider"


@pytest.mark.parametrize(
    "heads",
    [
        {},
        {"customer": _head({}), "insider": _head({})},
        {LEAK: _head({})},
        {LEAK: _head({}), "customer": Head(weights=memoryview(array("b", bytes(3))), scale=1.0, bias=0.0)},
        {LEAK: _head({}), "customer": Head(weights=memoryview(bytes(WIDTH)), scale=1.0, bias=0.0)},
    ],
)
def test_a_model_that_could_not_answer_is_refused(heads: dict[str, Head]) -> None:
    """No head that says whether, none that says what, or weights that are not one signed byte for each feature."""
    with pytest.raises(ValueError, match="head"):
        LinearModel(heads)
