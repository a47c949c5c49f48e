"""What we say about ourselves: nothing we cannot keep, no address of the author's machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.house.files import REPOSITORY, below, committed, text_of

if TYPE_CHECKING:
    from pathlib import Path

PROMISES = re.compile(
    r"\b(garantier\w*|guarant\w*|unfehlbar\w*|infallib\w*|100 ?% (sicher|secure|safe)|"
    r"(KI|AI) (erkennt|detects)|(DSGVO|GDPR|MaRisk|DORA|BaFin)[- ](konform|compliant|certified|zertifiziert))\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"```.*?```|`[^`]*`|„[^“]*“|“[^”]*”|\"[^\"\n]*\"|»[^«]*«", re.DOTALL)
MACHINE_PATH = re.compile(r"(?<![\w.:/*~-])/(home|root|work|Users)/[\w.]")


def _prose() -> list[Path]:
    return [path for path in committed() if path.suffix == ".md"]


@pytest.mark.req("TRAP-12")
@pytest.mark.parametrize("path", _prose(), ids=below)
def test_we_promise_nothing_we_cannot_keep(path: Path) -> None:
    """Detection misses things: outside of quoted examples no page guarantees or certifies anything."""
    assert PROMISES.findall(QUOTED.sub("", text_of(path))) == []


@pytest.mark.parametrize("path", _prose(), ids=below)
def test_links_lead_somewhere(path: Path) -> None:
    """A relative link in a page names a file of the repository."""
    targets = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", text_of(path), flags=re.DOTALL))
    relative = [target for target in targets if not re.match(r"[a-z]+:", target)]

    assert [target for target in relative if not (path.parent / target).exists()] == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    """Paths are relative, or those of an installed system."""
    hits = [
        f"{below(path)}: {match.group()}"
        for path in committed()
        if below(path) != "tests/house/test_docs.py"
        for match in [MACHINE_PATH.search(text_of(path))]
        if match
    ]

    assert hits == []


@pytest.mark.parametrize("name", ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "NOTICE", "LICENSE"])
def test_the_pages_people_look_for_are_there(name: str) -> None:
    """Each has its place and some content."""
    assert len(text_of(REPOSITORY / name)) > 300


def test_security_says_what_is_accepted() -> None:
    """The limits we know of are stated where people look for them."""
    text = text_of(REPOSITORY / "SECURITY.md").lower()

    assert [word for word in ("rewrite the past", "private device", "images", "report") if word not in text] == []
