"""What the commands of the register say."""

from __future__ import annotations

import pytest

from proxy.cli import register_texts
from proxy.cli.register_texts import MANY_OF, REASONS
from proxy.core.errors import Localised
from proxy.register.chunks import TAGGED
from proxy.register.tally import Reason

SENTENCES = [text for text in vars(register_texts).values() if isinstance(text, Localised)]


@pytest.mark.parametrize("text", [*REASONS.values(), *MANY_OF.values(), *SENTENCES], ids=lambda text: text.en[:30])
def test_every_text_is_there_in_both_languages(text: Localised) -> None:
    """With the same values."""
    assert text.de != text.en
    assert text.de.count("{") == text.en.count("{")


def test_every_reason_has_words() -> None:
    """And every kind of placeholder."""
    assert set(REASONS) == set(Reason)
    assert set(MANY_OF) == set(TAGGED.values())
