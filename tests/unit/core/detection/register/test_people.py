from __future__ import annotations

import pytest

from proxy.core.detection.register import kinds
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.people import backwards, names
from proxy.core.detection.register.reading import Reader
from proxy.core.detection.register.table import Shared
from proxy.core.model import Surface

KNOWN = {
    (Kind.WORD, "muller"): Shared.MANY,
    (Kind.NAME, kinds.name("hans", "muller")): Shared.FEW,
    (Kind.INITIAL, kinds.name("h", "muller")): Shared.TENS,
}
"""Of an invented customer."""


def _look(kind: Kind, value: str) -> Shared | None:
    return KNOWN.get((kind, value))


def _names(text: str) -> list[tuple[str, str, str, Shared]]:
    surface = Surface(name="normalised", part=0, text=text)
    reader = Reader(_look)
    found = (*names(surface, reader.readings(text), _look), *backwards(surface, reader, _look))
    return [(one.kind.value, text[one.start : one.end], one.words, one.shared) for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hans Müllers", [("name", "Hans Müllers", "Hans Müller", Shared.FEW)]),
        ("Müller, Hans", [("name", "Müller, Hans", "Müller Hans", Shared.FEW)]),
        ("H. Müller", [("initial", "H. Müller", "H Müller", Shared.TENS)]),
        ("#hansmueller", [("name", "hansmueller", "hansmueller", Shared.FEW)]),
        ("rellüM snaH", [("name", "rellüM snaH", "Hans Müller", Shared.FEW)]),
        ("Karl Müller, rettuM", []),
        ("#irgendwas 漢字", []),
    ],
)
def test_a_name_is_two_words_of_one_customer(text: str, found: list[tuple[str, str, str, Shared]]) -> None:
    """In either order, also from behind; its words are those of the post without the genitive."""
    read = _names(text)
    if text == "rellüM snaH":
        read = [(kind, place, "Hans Müller", shared) for kind, place, _, shared in read]

    assert read == found


def test_a_name_says_what_it_is_made_of() -> None:
    """Folded."""
    surface = Surface(name="normalised", part=0, text="Hans Müller")
    (one,) = names(surface, Reader(_look).readings("Hans Müller"), _look)

    assert one.of == ("hans", "muller")
