"""
The error that a validator raises.
"""

from __future__ import annotations

from proxy.settings.mistakes import MISTAKES, mistake


def test_a_mistake_carries_its_type_its_text_and_its_places() -> None:
    """The loader finds the text by type, and the exact keys when a whole section is named."""
    error = mistake(code="not-unique", places=(("doors", 1, "name"),))
    assert error.type == "not-unique"
    text = MISTAKES["not-unique"]
    assert error.message() == f"{text.message.en} {text.remedy.en}"
    assert error.context is not None
    assert error.context["places"] == (("doors", 1, "name"),)
