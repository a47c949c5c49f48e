"""The corpus is what its README says: well-formed, balanced, varied, and with numbers that prove themselves."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from proxy.core.model import Verdict
from proxy.scoring.corpus import HOUSES, Example, read_corpus
from tests.corpus.values import CHECKS, compact

HERE = Path(__file__).parent
EXAMPLES = read_corpus(HERE)
FEWEST = 1200
MOST_ALIKE = 0.3
"""Share of five-word runs that two posts may have in common."""
SPELLED_OUT = {"SEP", "T2", "T3", "T4", "T7", "CASE"}
"""Evasions that leave the characters of a value in place."""
ONLY_CLEAN = {"everyday"}
ONLY_ENGLISH = {"uk-us-id"}


def _files() -> list[Path]:
    return sorted(HERE.glob("*/*.jsonl"))


@pytest.mark.parametrize("path", _files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_line_lies_where_its_keys_say(path: Path) -> None:
    """Split, category and language are in the path too, so that a misplaced line shows; nothing is a lone surrogate."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert (path.parent.name, path.name) == (row["split"], f"{row['category']}.{row['lang']}.jsonl")
        assert row["id"].startswith(f"{row['category']}-{row['lang']}-{row['label']}-")
        json.dumps(row, ensure_ascii=False).encode()


def test_ids_are_unique() -> None:
    """A miss can be named without its text."""
    assert [name for name, count in Counter(one.id for one in EXAMPLES).items() if count > 1] == []


def test_there_are_enough_posts_and_most_are_german() -> None:
    """At least 1,200 posts, three quarters of them German, in both houses and both splits."""
    german = sum(one.lang == "de" for one in EXAMPLES) / len(EXAMPLES)

    assert len(EXAMPLES) >= FEWEST
    assert german == pytest.approx(0.75, abs=0.03)
    assert {one.organisation for one in EXAMPLES} == HOUSES.keys()
    assert {one.split for one in EXAMPLES} == {"dev", "locked"}


@pytest.mark.parametrize("category", sorted({one.category for one in EXAMPLES}))
def test_leaks_and_near_misses_are_in_balance(category: str) -> None:
    """A detector cannot win by saying always the same; every category but the British and American is bilingual."""
    own = [one for one in EXAMPLES if one.category == category]
    leaks = sum(one.leak for one in own)

    if category in ONLY_CLEAN:
        assert leaks == 0
    else:
        assert 0.4 <= leaks / len(own) <= 0.6
    assert {one.lang for one in own} == ({"en"} if category in ONLY_ENGLISH else {"de", "en"})


def test_labels_marks_and_verdicts_fit() -> None:
    """A leak has a marked place and is stopped; a clean post has none and is disguised as nothing."""
    for one in EXAMPLES:
        assert one.leak is bool(one.marks), one.id
        assert one.expected in ({Verdict.HOLD, Verdict.BLOCK} if one.leak else {Verdict.ALLOW}), one.id
        assert one.leak or not one.evasion, one.id


def _values(one: Example, entity: str) -> list[str]:
    return [
        compact(one.parts[mark.part].text[mark.span.start : mark.span.end])
        for mark in one.marks
        if mark.entity == entity
    ]


@pytest.mark.parametrize("entity", sorted(CHECKS))
def test_numbers_prove_themselves(entity: str) -> None:
    """Where a number is spelled out, its check digit is right, over all its pieces when it stands in several."""
    wrong = [
        one.id
        for one in EXAMPLES
        if set(one.evasion) <= SPELLED_OUT
        and (values := _values(one, entity))
        and not all(CHECKS[entity](value) for value in values)
        and not CHECKS[entity]("".join(values))
    ]

    assert wrong == []


def test_no_two_posts_come_from_one_template() -> None:
    """Few runs of five words occur in two posts."""
    runs = [_runs(one) for one in EXAMPLES]
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, own in enumerate(runs):
        for run in own:
            places[run].append(index)
    shared = Counter(pair for where in places.values() for pair in combinations(where, 2))
    alike = [
        (EXAMPLES[first].id, EXAMPLES[second].id)
        for (first, second), count in shared.items()
        if count / len(runs[first] | runs[second]) > MOST_ALIKE
    ]

    assert alike == []


def _runs(one: Example) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", " ".join(part.text for part in one.parts).casefold())
    return {tuple(words[start : start + 5]) for start in range(max(1, len(words) - 4))}
