from __future__ import annotations

from dataclasses import fields

from proxy.audit.export.figures import VERDICTS
from proxy.audit.export.page_words import WORDS, Words


def test_both_languages_say_the_same_things() -> None:
    """As many titles of columns, the same facts, every verdict."""
    de, en = WORDS["de"], WORDS["en"]

    assert list(de.facts) == list(en.facts)
    assert len(de.columns) == len(en.columns)
    assert len(de.code_columns) == len(en.code_columns)
    assert set(VERDICTS) == set(de.verdicts) == set(en.verdicts)
    assert [one.name for one in fields(Words) if not getattr(de, one.name) or not getattr(en, one.name)] == []
