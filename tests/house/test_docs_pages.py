"""Pages in two languages say the same things, links into a page find their heading, no page hangs in the air."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from proxy.cli.main import main
from tests.house.files import REPOSITORY, below, committed, text_of

if TYPE_CHECKING:
    from pathlib import Path

HEADING = re.compile(r"^(#{1,6}) (.+?)(?: \{#([a-z0-9-]+)\})?$", re.MULTILINE)
ANCHOR = re.compile(r'<a id="([a-z0-9-]+)"></a>')
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s#]*)(?:#([^)\s]+))?\)")
ROOTS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
AUDITOR_PAGES = ("docs/how-to/auditor/read-the-log.en.md", "docs/how-to/auditor/read-the-log.de.md")


def _pages() -> list[Path]:
    return [path for path in committed() if path.suffix == ".md"]


def _prose(path: Path) -> str:
    return FENCE.sub("", text_of(path))


def _german() -> list[Path]:
    return [path for path in _pages() if path.name.endswith(".de.md")]


def _levels(path: Path) -> list[int]:
    return [len(match[1]) for match in HEADING.finditer(_prose(path))]


def _slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _targets(path: Path) -> set[str]:
    prose = _prose(path)
    return {_slug(match[2]) for match in HEADING.finditer(prose)} | set(ANCHOR.findall(prose))


@pytest.mark.parametrize("folder", ["employee", "client", "compliance", "auditor"])
def test_pages_for_these_readers_are_in_both_languages(folder: str) -> None:
    """Who reads German and who reads English finds the same pages."""
    names = {path.name for path in _pages() if below(path).startswith(f"docs/how-to/{folder}/")}

    assert names
    assert {name.removesuffix(".de.md") for name in names if name.endswith(".de.md")} == {
        name.removesuffix(".en.md") for name in names if not name.endswith(".de.md")
    }


@pytest.mark.parametrize("path", _german(), ids=below)
def test_both_languages_have_the_same_headings(path: Path) -> None:
    """The same number of headings, of the same depth, in the same order, with the same ids before them."""
    english = path.with_name(path.name.replace(".de.md", ".en.md"))

    assert _levels(path) == _levels(english)
    assert ANCHOR.findall(_prose(path)) == ANCHOR.findall(_prose(english))


@pytest.mark.parametrize("path", _german(), ids=below)
def test_both_languages_show_the_same_commands(path: Path) -> None:
    """What is typed does not depend on the language of the page."""
    english = path.with_name(path.name.replace(".de.md", ".en.md"))
    typed = [re.findall(r"^(?:\.venv/bin/)?postgate \S+ \S+", text_of(page), re.MULTILINE) for page in (path, english)]

    assert typed[0] == typed[1]


@pytest.mark.parametrize("path", _pages(), ids=below)
def test_links_into_a_page_find_their_place(path: Path) -> None:
    """A link with `#` names a heading or an id of its page."""
    lost = []
    for target, place in LINK.findall(_prose(path)):
        page = path if not target else path.parent / target
        if place and not re.match(r"[a-z]+:", target) and page.suffix == ".md" and place not in _targets(page):
            lost.append(f"{target}#{place}")

    assert lost == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    """No page below `docs` is an orphan."""
    seen: set[Path] = set()
    waiting = [REPOSITORY / name for name in ROOTS]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        waiting += [(page.parent / target).resolve() for target, _ in LINK.findall(_prose(page)) if target]

    assert [below(path) for path in _pages() if below(path).startswith("docs/") and path.resolve() not in seen] == []


def test_the_readme_shows_the_commands_there_are() -> None:
    """The list of commands in the README is the one that `postgate --help` prints."""
    printed = CliRunner().invoke(main, ["--help"], terminal_width=160).output
    listed = printed[printed.index("Commands:") :].strip()

    assert listed in text_of(REPOSITORY / "README.md")


@pytest.mark.parametrize("name", ["README.md", *AUDITOR_PAGES])
def test_the_honest_limit_stands_where_people_decide(name: str) -> None:
    """What may be promised and what may not: numbers within the tested evasions yes, names and health hints no."""
    text = " ".join(text_of(REPOSITORY / name).split())
    words = (
        ("Prüfziffer", "erprobten Verschleierungen", "Gesundheit", "nicht zusagen")
        if name.endswith(".de.md")
        else ("checksum", "tested evasions", "health", "cannot be promised")
    )

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("path", [path for path in _pages() if path.name != "CONTRIBUTING.md"], ids=below)
def test_files_and_modules_that_a_page_names_exist(path: Path) -> None:
    """A reader who looks for a module or a folder finds it; CONTRIBUTING also names files of other projects."""
    prose = _prose(path)
    files = re.findall(r"`((?:proxy|tests|rules|policies|deploy|requirements|docs)/[a-z0-9_./-]+)`", prose)
    names = re.findall(r"`(proxy(?:\.[a-z_0-9]+)+)`", prose)
    places = [*files, *(name.replace(".", "/") for name in names)]

    assert [place for place in places if not _exists(place)] == []


def _exists(place: str) -> bool:
    return (REPOSITORY / place).exists() or (REPOSITORY / f"{place}.py").is_file()
