"""Which invented leaks must be stopped."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from proxy.settings.canary import LEAKS, Canary


def test_without_a_word_all_of_them() -> None:
    """A house that uses a shipped pack has nothing to say."""
    assert Canary().leaks == LEAKS
    assert Canary.model_validate({"leaks": ["iban"]}).leaks == ("iban",)


@pytest.mark.parametrize("given", [[], ["iban", "wire"], "iban"])
def test_the_canary_cannot_be_turned_off(given: object) -> None:
    """At least one, and only known ones."""
    with pytest.raises(ValidationError):
        Canary.model_validate({"leaks": given})
