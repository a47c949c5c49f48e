"""Why a log is not started on."""

from __future__ import annotations

import pytest

from proxy.audit.rollback import LogRolledBack, NothingRemembered


@pytest.mark.parametrize(
    ("size", "german", "english"),
    [
        (7, "nennt 9 Einträge, die Datenbank hat 7. ", "says 9 records, the database has 7. "),
        (9, "nennt 9 Einträge, die Datenbank hat 9, aber andere. ", "says 9 records, the database has 9, but others. "),
        (12, "die Datenbank hat 12, aber andere. ", "the database has 12, but others. "),
    ],
)
def test_both_sizes_and_what_to_do_are_told(size: int, german: str, english: str) -> None:
    """In German and English; a log that is long enough is another one."""
    error = LogRolledBack(size=size, known=9)

    assert german in error.words.de
    assert english in error.words.en
    assert "zurückspielen" in error.words.de
    assert error.diagnostics().remedy in error.words.en.replace("Put", "put")
    assert f"found: {size} records" in str(error)


def test_what_to_do_without_any_memory_is_told() -> None:
    """In German and English: what to look for first, and how to say that the node is new."""
    error = NothingRemembered(size=7)

    for words in (error.words.de, error.words.en):
        assert "7 " in words
        assert "audit.state" in words
        assert "postgate serve --trust-database" in words
    assert "found: none; the database has 7 records" in str(error)
