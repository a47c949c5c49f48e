"""Logistic regression on NumPy."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from training.linear import fit, matrix

WIDTH = 64


def _posts(random: Random, count: int) -> tuple[list[set[int]], list[bool]]:
    """Return posts of ten features; those with feature 3 and without feature 5 are looked for."""
    posts = [set(random.sample(range(WIDTH), 10)) for _ in range(count)]
    return posts, [3 in post and 5 not in post for post in posts]


def test_what_decides_is_learned() -> None:
    """On posts that were not trained on, too."""
    posts, labels = _posts(Random(1), 2_000)
    weights = fit(matrix(posts, WIDTH), np.array(labels), strength=30.0)

    unseen, truth = _posts(Random(2), 500)
    right = (matrix(unseen, WIDTH).scores(weights) > 0) == np.array(truth)

    assert right.mean() > 0.97
    assert weights[3] == weights[:-1].max()
    assert weights[5] == weights[:-1].min()


def test_the_slope_is_zero_where_the_search_ends() -> None:
    """The weights are a minimum: the penalty and the errors pull with the same force."""
    posts, labels = _posts(Random(3), 300)
    data, signs = matrix(posts, WIDTH), np.where(labels, 1.0, -1.0)
    weights = fit(data, np.array(labels), strength=1.0, steps=200)

    errors = -signs / (1 + np.exp(signs * data.scores(weights)))
    slope = data.gradient(errors) + np.append(weights[:-1], 0.0)

    assert np.abs(slope).max() < 0.2


def test_the_same_posts_give_the_same_weights() -> None:
    """Nothing is drawn."""
    posts, labels = _posts(Random(4), 200)
    data = matrix(posts, WIDTH)

    assert (fit(data, np.array(labels), strength=5.0) == fit(data, np.array(labels), strength=5.0)).all()


def test_long_posts_shout_no_louder() -> None:
    """A feature weighs one over the square root of how many there are."""
    data = matrix([{0}, {0, 1, 2, 3}], 4)

    assert data.scores(np.array([2.0, 0.0, 0.0, 0.0, 1.0])) == pytest.approx([3.0, 2.0])
