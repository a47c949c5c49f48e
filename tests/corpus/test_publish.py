"""The page on quality: its tables come from the commands it names."""

from __future__ import annotations

from proxy.scoring.endurance import Survival
from proxy.scoring.figures import Share
from tests.corpus.publish import PAGE, mutations, put


def test_only_what_stands_between_the_comments_changes() -> None:
    """Prose stays, an earlier table goes."""
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb <!-- y -->\n"

    assert put(page, "x", "new\n") == "a\n<!-- x -->\nnew\n<!-- /x -->\nb <!-- y -->\n"


def test_the_page_has_its_figures() -> None:
    """Nobody publishes an empty page."""
    page = PAGE.read_text(encoding="utf-8")

    assert "### Locked part" in page
    assert "| T14 thread |" in page
    assert "| posts | held or blocked |" in page


def test_a_row_has_a_cell_for_each_heading() -> None:
    """What cannot be counted is a dash."""
    share = Share(hits=1, of=2)
    table = mutations([Survival(transform="T2 x", posts=share, places=share, views=share, clean=Share(hits=0, of=0))])

    assert len({line.count("|") for line in table.splitlines()}) == 1
    assert table.splitlines()[-1].endswith("| - |")
