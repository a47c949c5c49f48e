"""Words for separators between groups of digits."""

from __future__ import annotations

import pytest

from proxy.core.text.mapped import Mapped, rewrite
from proxy.core.text.spokenmarks import spoken_marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5297 strich 6672 Strich 2664", "5297 6672 2664"),
        ("0174 (dot) 909 (dot) 1317", "0174 909 1317"),
        ("040 Schrägstrich 66969", "040 66969"),
        ("12 [minus] 34", "12 34"),
        ("Version 2 Punkt 0", "Version 2 Punkt 0"),
        ("Ein Strich durch 12", "Ein Strich durch 12"),
        ("12 Uhr 30", "12 Uhr 30"),
    ],
)
def test_words_between_groups_become_a_space(text: str, expected: str) -> None:
    """Alone or in brackets, in German and English; other words stay."""
    assert rewrite(Mapped(text=text), "T11", spoken_marks(text)).text == expected
