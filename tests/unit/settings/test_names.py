"""Names in settings."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from proxy.settings.names import Identifier

_NAME = TypeAdapter(Identifier)


@pytest.mark.parametrize("given", ["a", "compliance", "n1", "x" * 32, "legal-and-tax"])
def test_a_name_is_short_and_plain(given: str) -> None:
    """So that it may stand in a label, a file name and an address."""
    assert _NAME.validate_python(given) == given


@pytest.mark.parametrize("given", ["", "1st", "-a", "Legal", "a_b", "a b", "ä", "x" * 33, "a\n"])
def test_another_name_is_a_mistake(given: str) -> None:
    """Nothing is changed silently."""
    with pytest.raises(ValidationError) as caught:
        _NAME.validate_python(given)
    assert caught.value.errors(include_input=False)[0]["type"] == "identifier"
