"""How a backtest is shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from proxy.cli.policy_backtest_page import Page, print_json, print_page
from proxy.core.model import Verdict
from proxy.core.policy.backtest import Step, tally
from proxy.gate.backtest import Place, Replayed

STEP = Step(
    before=Verdict.ALLOW,
    after=Verdict.HOLD,
    newly=frozenset({"sample/iban"}),
    no_longer=frozenset(),
    incomplete=False,
)
PLACE = Place(rule="sample/iban", kind="body", start=4, end=9, snippet="… zahlt [IBAN_CODE] …")
CHANGED = tuple(Replayed(post=f"p{number}", step=STEP, rules=("sample/iban",), places=(PLACE,)) for number in range(3))
SAME = replace(STEP, after=Verdict.ALLOW, newly=frozenset())
PAGE = Page(tally=tally([STEP, STEP, STEP, SAME], days=2), changed=CHANGED, unreadable=0, seconds=2.0)


def _shown(page: Page, language: str, capsys: pytest.CaptureFixture[str], *, most: int = 20) -> str:
    print_page(page, language, most=most)
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["4 Beiträge, 3 anders, davon 0 milder", "+3, je Tag +1.5 (über 2.0 Tage)", "trifft neu zu"]),
        ("en", ["4 posts, 3 changed, 0 of them weaker", "+3, each day +1.5 (over 2.0 days)", "newly matches"]),
    ],
)
def test_tables_and_sums_in_both_languages(language: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Verdicts, rules, and the posts that change with a masked snippet."""
    shown = _shown(PAGE, language, capsys)

    assert all(word in shown for word in (*words, "p0", "p2", "body 5-9", "… zahlt [IBAN_CODE] …"))


def test_only_so_many_posts_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """The others are counted."""
    some, none = (_shown(PAGE, "en", capsys, most=most) for most in (1, 0))

    assert ("p0" in some, "p1" in some, "2 more are not listed" in some) == (True, False, True)
    assert ("p0" in none, "3 more are not listed" in none) == (False, True)


def test_what_says_little_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Incomplete scans, unreadable posts, and weaker verdicts; nothing for each day where the days are not known."""
    weaker = replace(STEP, before=Verdict.BLOCK, incomplete=True)
    page = Page(tally=tally([weaker]), changed=(), unreadable=2, seconds=0.0)

    shown = _shown(page, "en", capsys)

    assert "1 posts could not be checked completely" in shown
    assert "2 posts could not be read" in shown
    assert "weaker" in shown
    assert "Reviews by people: +1" in shown
    assert "each day" not in shown
    assert page.rate == 0.0


def test_json_has_all_posts(capsys: pytest.CaptureFixture[str]) -> None:
    """As plain values."""
    print_json(PAGE)

    document = json.loads(capsys.readouterr().out)
    assert (document["posts"], document["changed"], document["weaker"], document["extra_reviews_a_day"]) == (
        4,
        3,
        0,
        1.5,
    )
    assert document["table"] == [
        {"old": "allow", "new": "allow", "posts": 1},
        {"old": "allow", "new": "hold", "posts": 3},
    ]
    assert document["rules"] == [{"rule": "sample/iban", "newly": 3, "no_longer": 0}]
    assert len(document["changes"]) == 3
    assert document["changes"][0] == {
        "id": "p0",
        "old": "allow",
        "new": "hold",
        "rules": ["sample/iban"],
        "newly": ["sample/iban"],
        "no_longer": [],
        "places": [{"rule": "sample/iban", "kind": "body", "start": 4, "end": 9, "snippet": "… zahlt [IBAN_CODE] …"}],
    }
