"""Writing a report down."""

from __future__ import annotations

import json

from proxy.core.model import Verdict
from proxy.scoring.figures import Share
from proxy.scoring.page import HEADINGS, as_json, cells, markdown, percent
from proxy.scoring.report import report, row
from tests.examples import LEAK, make_example, make_outcome

OUTCOMES = [
    make_outcome(make_example(), Verdict.BLOCK, rules=["p/iban"]),
    make_outcome(make_example("Guten Morgen", leak=False), missing=["ner"]),
]


def test_a_share_shows_value_interval_and_counts() -> None:
    """Nobody has to guess how many posts a percentage is from."""
    assert percent(Share(hits=81, of=263)) == "30.8% (26% to 37%) 81/263"
    assert percent(Share(hits=0, of=0)) == "-"


def test_a_row_has_a_cell_for_each_heading() -> None:
    """Missing detectors show only where there are some."""
    full, quiet = cells(row("x", OUTCOMES)), cells(row("x", OUTCOMES[:1]))

    assert len(full) == len(quiet) == len(HEADINGS)
    assert (full[-1], quiet[-1]) == ("1", "")
    assert cells(row("x", []))[2] == "-"


def test_the_json_has_every_figure_and_no_text() -> None:
    """Plain values that any tool reads."""
    written = json.dumps(as_json(report(OUTCOMES), "dev"))
    read = json.loads(written)

    assert (read["split"], read["posts"], read["missing"]) == ("dev", 2, {"ner": 1})
    assert read["groups"]["category"]["iban"]["recall"] == {
        "hits": 1,
        "of": 1,
        "value": 1.0,
        "interval": [read["groups"]["category"]["iban"]["recall"]["interval"][0], 1.0],
    }
    assert read["confusion"]["block"]["block"] == 1
    assert {bar["name"]: bar["met"] for bar in read["bars"]}["leaks held or blocked"] is True
    assert LEAK not in written


def test_the_page_has_the_confusion_the_goals_and_the_tables() -> None:
    """Markdown tables, each with a heading line, and no text of a post."""
    page = markdown(report(OUTCOMES), "Split dev")

    assert page.startswith("### Split dev\n\n| expected | allow | redact | hold | block |\n|---|---|---|---|---|\n")
    assert "| block | 0 | 0 | 0 | 1 |" in page
    assert "| leaks held or blocked | at least 95.0% | 100.0% (21% to 100%) 1/1 | met |" in page
    assert "| category | recall |" in page
    assert LEAK not in page


def test_a_page_may_have_some_of_the_tables() -> None:
    """Of the locked part not everything is shown."""
    page = markdown(report(OUTCOMES), "Split locked", groups={"language"})

    assert "| language | recall |" in page
    assert "| category |" not in page
