"""Where the policies and rules that come with Postgate lie."""

from __future__ import annotations

import pytest

from proxy.loading.bundled import bundled


@pytest.mark.parametrize(("name", "file"), [("policies", "organisation.yaml"), ("rules", "lexicons")])
def test_a_checkout_brings_its_own(name: str, file: str) -> None:
    """Policies and rules are found without any setting."""
    assert (bundled(name) / file).exists()


def test_an_installation_without_them_says_so() -> None:
    """What is missing is named, with what to do; nothing else is used instead."""
    with pytest.raises(FileNotFoundError, match=r"recipes .* install postgate again"):
        bundled("recipes")
