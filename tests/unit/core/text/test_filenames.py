"""Names of files are rows of words."""

from __future__ import annotations

import pytest

from proxy.core.text.filenames import file_names
from proxy.core.text.mapped import Mapped, rewrite


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Antrag_Muster_geb_1979-03-30.pdf", "Antrag Muster geb 1979-03-30 pdf"),
        ("siehe Kasse2_pw_Moewe-88.txt, bitte", "siehe Kasse2 pw Moewe-88 txt, bitte"),
        ("an_max.muster@post.example", "an_max.muster@post.example"),
        ("max_muster", "max_muster"),
        ("bild.png", "bild.png"),
        ("", ""),
    ],
)
def test_underscores_in_names_of_files_are_spaces(text: str, expected: str) -> None:
    """Only where an ending follows; addresses keep theirs."""
    assert rewrite(Mapped(text=text), "T14", file_names(text)).text == expected
