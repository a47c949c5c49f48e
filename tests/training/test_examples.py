from __future__ import annotations

import pytest

from training.examples import Example, Mark, disjoint, from_tokens, trimmed

LABELS = {"PER": "PER", "OTH": "MISC"}


def _marked(example: Example) -> list[tuple[str, str]]:
    return [(example.text[mark.start : mark.end], mark.label) for mark in example.marks]


@pytest.mark.parametrize(
    ("tokens", "tags", "text", "marked"),
    [
        ("Anna Meier lacht .", "B-PER I-PER O O", "Anna Meier lacht.", [("Anna Meier", "PER")]),
        ("Anna Meier", "B-PER B-PER", "Anna Meier", [("Anna", "PER"), ("Meier", "PER")]),
        ("Anna , Meier", "S-PER O S-PER", "Anna, Meier", [("Anna", "PER"), ("Meier", "PER")]),
        ("der Tatort", "O S-OTH", "der Tatort", [("Tatort", "MISC")]),
        ("in Köln", "O S-LOC", "in Köln", []),
        ('Er sagte " ja " .', "O O O O O O", 'Er sagte "ja".', []),
        ("„ Ja “ ( sagt sie )", "O O O O O O O", "„Ja“ (sagt sie)", []),
        ("I 've seen Anna 's", "O O O B-PER I-PER", "I've seen Anna's", [("Anna's", "PER")]),
        ("# Anna @ Anna", "B-PER I-PER O O", "#Anna @ Anna", [("Anna", "PER")]),
    ],
)
def test_tokens_become_text_with_marks(tokens: str, tags: str, text: str, marked: list[tuple[str, str]]) -> None:
    """Spaces as people write them, BIO and BIOES alike; labels that nobody wants are dropped."""
    example = from_tokens(tokens.split(), tags.split(), LABELS)

    assert (example.text, _marked(example)) == (text, marked)


def test_marks_move_with_the_text() -> None:
    """Behind a prefix, behind another example, in another case of the same length."""
    anna = Example(text="Anna kommt", marks=(Mark(0, 4, "PER"),))

    assert _marked(anna.prefixed("Heute: ")) == [("Anna", "PER")]
    assert _marked(anna.followed(anna)) == [("Anna", "PER"), ("Anna", "PER")]
    assert _marked(anna.recased("ANNA KOMMT")) == [("ANNA", "PER")]
    assert anna.recased("longer than before") == anna


def test_signs_stay_outside_and_marks_apart() -> None:
    """A mark that overlaps an earlier one is dropped."""
    assert trimmed('#Anna"', Mark(0, 6, "PER")) == Mark(1, 5, "PER")
    assert disjoint([Mark(5, 9, "LOC"), Mark(0, 6, "PER"), Mark(9, 10, "PER")]) == (
        Mark(0, 6, "PER"),
        Mark(9, 10, "PER"),
    )
