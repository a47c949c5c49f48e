from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from proxy.audit.export.page import page
from proxy.audit.export.tally import Tally
from proxy.audit.export.told import records_of
from proxy.audit.leaf import build
from proxy.gate.work import AuditRecord, Subject
from tests.unit.audit.export.test_markup import HOSTILE
from tests.works import AUTHOR, Sample, decided, outcome_record

FACTS = {"origin": "log.example", "size": "3", "root": "00" * 32, "at": "2026-11-23 10:00:00+01:00", "by": "o_x"}
VOID = {"meta"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "span", "section", "p", "div", "figure",
    "figcaption", "svg", "desc", "text", "rect", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class _Reader(HTMLParser):
    """Reads strictly: every element is ended, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _page(*records: AuditRecord) -> str:
    leaves = [build(record, node="n1").data for record in records]
    tally = Tally(zone=ZoneInfo("Europe/Berlin"))
    list(tally.through(records_of(leaves)))
    return b"".join(page(FACTS, tally, records_of(leaves))).decode()


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_is_whole_and_loads_nothing() -> None:
    """Elements that show, none that runs, loads or sends; every id once."""
    sample = Sample()
    text = _page(decided(sample), outcome_record(sample), decided(Sample(), "block", platform="mastodon"))

    reader = _read(text)

    assert reader.tags == ALLOWED
    assert not {name for name in reader.attributes if name.startswith("on") or name in {"src", "href", "style"}}
    assert len(reader.ids) == len(set(reader.ids))
    assert "http" not in text.replace("http-equiv", "")
    assert "@media print" in text


def test_its_policy_forbids_everything_but_its_own_style() -> None:
    """By the hash of exactly these bytes."""
    text = _page()
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert "Content-Security-Policy" in text
    assert f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{digest}&#x27;" in text
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_every_record_is_there_with_place_and_hash() -> None:
    """Who did it only as a pseudonym."""
    records = [decided(Sample()), decided(Sample(), "block")]
    text = _page(*records)

    for place in range(2):
        assert f'<tr id="r{place}"><td>{place}</td><td>2026-11-23 10:00:00+01:00</td>' in text
    assert len(re.findall('<td class="hash">[0-9a-f]{64}</td>', text)) == 2
    assert f"<td>{AUTHOR.kind} {AUTHOR.ref}</td>" in text


def test_it_says_the_same_in_german_and_english() -> None:
    """Two sections, one table of records."""
    text = _page(decided(Sample(), "block"))

    for words in (
        '<section lang="de">',
        "gesperrt",
        "Über einen Beitrag",
        '<section lang="en">',
        "blocked",
        "A post was",
    ):
        assert words in text
    assert text.count("<svg") == 6


def test_an_empty_log_is_a_page_too() -> None:
    """It says that there is nothing."""
    text = _page()

    assert "<svg" not in text
    assert text.count("<p>None.</p>") == text.count("<p>Keine.</p>") == 3
    _read(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_can_inject(text: str) -> None:
    """An account, a rule, a platform, an operator's reason: whatever a record may hold."""
    hostile = replace(
        decided(Sample(), platform=text, rules=[{"rule": text, "verdict": "block"}], reasons=[text]),
        subject=Subject(account=text, post=text),
        on_behalf_of=text,
        actor=replace(AUTHOR, ref=text),
    )

    clean, reader = _read(_page(decided(Sample()))), _read(_page(hostile))

    assert reader.tags <= ALLOWED
    assert reader.attributes == clean.attributes
