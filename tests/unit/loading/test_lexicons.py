"""Word lists are read strictly, and their samples are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Lexicon, LexiconTerm
from proxy.loading.lexicons import load_lexicons
from proxy.loading.word_hits import word_search

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
schema: 1
id: money
status: stable
title: {de: Geld, en: Money}
language: de
terms: [Taler, {term: Gulden, forms: stem}, {phrase: roter Heller}]
exclude: [Talerbaum]
falsepositives: [Märchen]
references: [REG-DE-BANK]
tests:
  match: ["Ein Taler", "Zwei Gulden", {text: "Kein roter Heller", find: roter Heller}]
  no_match: ["Der Talerbaum", "Guten Tag", "Bis morgen"]
"""


def _codes(directory: Path, *files: str) -> tuple[dict[str, Lexicon], list[str]]:
    for number, text in enumerate(files):
        (directory / f"{number}.yaml").write_text(text, encoding="utf-8")
    found, problems = load_lexicons(directory, word_search)
    return found, [problem.code for problem in problems]


def test_a_good_list_is_loaded(tmp_path: Path) -> None:
    """Terms keep their forms."""
    found, codes = _codes(tmp_path, GOOD)

    assert codes == []
    assert found["money"] == Lexicon(
        id="money",
        language="de",
        terms=(
            LexiconTerm(text="Taler"),
            LexiconTerm(text="Gulden", forms="stem"),
            LexiconTerm(text="roter Heller"),
        ),
        exclude=("Talerbaum",),
    )


def test_a_second_list_of_the_same_name_is_a_mistake(tmp_path: Path) -> None:
    """The first file is named."""
    assert _codes(tmp_path, GOOD, GOOD)[1] == ["duplicate-lexicon"]


def test_a_list_whose_samples_fail_is_not_loaded(tmp_path: Path) -> None:
    """Missed and wrongly hit samples are both reported."""
    broken = GOOD.replace('"Zwei Gulden"', '"Zwei Kreuzer"').replace('"Guten Tag"', '"Guten Taler"')

    assert _codes(tmp_path, broken) == ({}, ["sample-missed", "sample-hit"])


def test_too_few_samples_are_a_mistake(tmp_path: Path) -> None:
    """At least three of each kind, and `tests` itself."""
    few = GOOD.replace('"Ein Taler", "Zwei Gulden", ', "")
    assert _codes(tmp_path, few) == ({}, ["too-few-samples"])
    assert _codes(tmp_path, GOOD[: GOOD.index("tests:")]) == ({}, ["missing-key"])
    assert _codes(tmp_path, GOOD[: GOOD.index("  match")] + "  match: []\n") == ({}, ["empty-list", "missing-key"])


def test_a_list_that_cannot_be_searched_is_a_mistake(tmp_path: Path) -> None:
    """The whole file is named."""
    assert _codes(tmp_path, GOOD.replace("[Taler,", '["!!",')) == ({}, ["bad-word-list"])


def test_every_wrong_value_is_reported(tmp_path: Path) -> None:
    """One run finds all."""
    wrong = GOOD.replace("stem", "stam").replace("language: de", "language: fr").replace("{phrase:", "{phrse:")
    wrong = (
        wrong.replace("[Taler", "[[Taler], Mark").replace('"Bis morgen"', "[x]").replace('{text: "Kein', '{txt: "Kein')
    )

    codes = _codes(tmp_path, wrong)[1]

    assert codes.count("bad-choice") == 2
    assert {"unknown-key", "term-or-phrase", "wrong-kind", "missing-key"} <= set(codes)


def test_a_file_that_is_no_mapping_is_a_mistake(tmp_path: Path) -> None:
    """And one that is no YAML."""
    assert _codes(tmp_path, "[a]", "a: [") == ({}, ["wrong-kind", "syntax-bracket"])
