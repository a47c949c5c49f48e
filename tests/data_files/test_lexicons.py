"""Every sample of every shipped word list, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from proxy.loading.lexicons import load_lexicons
from proxy.loading.word_hits import word_search

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "lexicons"
LISTS, PROBLEMS = load_lexicons(FOLDER, word_search)
SAMPLES = [
    pytest.param(content["id"], sample, kind == "match", id=f"{content['id']}-{kind}-{number}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for content in [yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)]
    for kind in ("match", "no_match")
    for number, sample in enumerate(content["tests"][kind], start=1)
]


def test_every_shipped_list_loads() -> None:
    """No mistake, and every file is a list."""
    assert [problem.render("en") for problem in PROBLEMS] == []
    assert len(LISTS) == len(list(FOLDER.glob("*.yaml"))) > 0


@pytest.mark.parametrize(("name", "sample", "hit"), SAMPLES)
def test_a_sample_is_hit_or_not(name: str, sample: str | dict[str, str], hit: bool) -> None:
    """As the list says; where it names the piece, exactly that piece."""
    text = sample if isinstance(sample, str) else sample["text"]

    found = word_search(LISTS[name])(text)

    assert bool(found) is hit
    assert isinstance(sample, str) or "find" not in sample or sample["find"] in found
