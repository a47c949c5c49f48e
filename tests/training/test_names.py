from __future__ import annotations

from random import Random

import pytest

from training.names import Names, genitive, words


def test_the_same_seed_draws_the_same_names() -> None:
    """Training can be repeated."""
    first, second = (Names(Random(3)) for _ in range(2))

    assert [first.full() for _ in range(50)] == [second.full() for _ in range(50)]


@pytest.mark.parametrize("english", [False, True])
def test_names_look_like_names(english: bool) -> None:
    """Two words at least, in Latin letters, from many countries."""
    names = Names(Random(5), english=english)
    drawn = [names.full() for _ in range(500)]

    assert all(len(name.split()) > 1 and not any(map(str.isdigit, name)) for name in drawn)
    assert len(set(drawn)) > 480
    assert all(name == name.strip() for name in drawn)


def test_accounts_begin_with_their_sign() -> None:
    """And have no space in them."""
    names = Names(Random(1))

    assert all(handle[0] == "@" and " " not in handle for handle in (names.handle() for _ in range(50)))


def test_a_genitive_ends_in_s_or_an_apostrophe() -> None:
    """Names that end in a hiss get the apostrophe alone."""
    random = Random(2)

    assert {genitive("Max", random) for _ in range(50)} == {"Max’", "Max's"}
    assert {genitive("Anna", random) for _ in range(50)} == {"Annas", "Anna's"}


def test_an_unknown_list_is_a_mistake() -> None:
    """A typing error would otherwise train on nothing."""
    with pytest.raises(KeyError):
        words("no-such-list")
