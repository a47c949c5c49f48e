from __future__ import annotations

from random import Random

import pytest

from training.examples import LABELS
from training.posts import Posts


@pytest.mark.parametrize("language", ["de", "en"])
def test_posts_are_filled_and_marked(language: str) -> None:
    """No slot is left, marks hold text and do not overlap, most posts are about people, many are not."""
    posts = Posts(Random(4), language).write(800)

    assert not any("{" in post.text or "}" in post.text for post in posts)
    for post in posts:
        ends = [0]
        for mark in post.marks:
            assert mark.label in LABELS
            assert ends[-1] <= mark.start < mark.end <= len(post.text)
            ends.append(mark.end)
    about_people = sum(any(mark.label == "PER" for mark in post.marks) for post in posts)
    assert 400 < about_people < 700


def test_the_same_seed_writes_the_same_posts() -> None:
    """Training can be repeated."""
    assert Posts(Random(4), "de").write(50) == Posts(Random(4), "de").write(50)


def test_some_posts_have_no_capitals() -> None:
    """People do not bother."""
    posts = Posts(Random(4), "de").write(400)

    assert 50 < sum(post.text.islower() for post in posts) < 150
