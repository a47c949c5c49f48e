"""X weighs characters; the vectors are those of twitter-text 3.1 (conformance/validate.yml, Apache License 2.0)."""

from __future__ import annotations

import pytest

from proxy.platforms._wire.weights import count_weighted

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
POEM = "故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。"
KANA = "あいうえおかきくけこ"
MARKS = "‐ ‑ ‒ – — ― ‖  ‗ ‘ ’ ‚ ‛ “ ” „ ‟ ′ ″ ‴ ‵ ‶ ‷"
SPACES = "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Hi http://test.co", 26),
        ("http://test.co", 23),
        ("285 chars-" + "xxxxxxxxxx-" * 25, 285),
        ("285 chars- http://www.twitter.com/jack " + "xxxxxxxxxx-" * 24, 299),
        ("xxxxxxxxxx-" * 24 + " http://www.twitter.com/jack ", 289),
        ("https://www.twitter.com/aloha " * 10, 240),
        (POEM * 5, 320),
        ("😷" * 160, 320),
        ("the" + POEM * 5, 323),
        ("A\u0301B", 2),
        ("A\ufb2c", 4),
        ("282 chars-" + "xxxxxxxxxx-" * 24 + "xxxxxA\u0301x", 281),
        (f"H🐱☺{FAMILY}", 7),
        ("😷👾😡🔥💩", 10),
        ("🙋🏽👨\u200d🎤", 4),
        (
            f"This is a tweet with general punctuation characters: {SPACES} {MARKS}",
            110,
        ),
        ("randomurlrandomurlrandomurlrandomurlrandomurlrandomurlrandomurls.com", 68),
        (KANA * 12 + f" http://{KANA * 5}あいう.com", 358),
        (KANA * 12 + f" http://{KANA * 5}あい.com", 264),
        (FAMILY * 140, 280),
        ("Unicode 10.0 emoji: 🤪; 🧕; 🧕🏾; 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 34),
        ("Unicode 9.0 emoji: 🤠; 💃; 💃🏾", 29),
        ("This is a test.", 15),
        ("test.com", 23),
        ("Test https://test.com test https://test.com test.com test", 86),
        ("www.example.com", 23),
        ("foo.co.jp", 23),
        ("example.com/path/to/resource?search=foo&lang=en", 23),
        ("http://test_underscore.twitter.com", 23),
        ("http://example.com/Русские_слова", 23),
        ("https://www.youtube.com/playlist?list=PL0ZPu8XSRTB7wZzn0mLHMvyzVFeRxbWn-", 23),
    ],
)
def test_published_vectors(text: str, weight: int) -> None:
    """What twitter-text counts."""
    assert count_weighted(text) == weight


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Grüße aus der Filiale", 21),
        ("Gru\u0308\u00dfe", 5),
        ("漢字", 4),
        ("€ und –", 8),
        ("„Hallo“", 7),
        ("https://bank.example/a/very/long/path?with=query", 23),
        ("Neu: https://a.de https://b.de!", 5 + 23 + 1 + 23 + 1),
        ("(siehe https://bank.de/a_(b))", 7 + 23 + 1),
        ("Grüße (https://bank.de).", 7 + 23 + 2),
        ("https://intranet/a", 18),
        ("https://intranet.bank/" + "x" * 100, 23),
        ("bank.de", 7),
        ("www.bank-mit-langem-namen.de/ein/langer/pfad", 23),
        ("anna@bank.de", 12),
        ("❤\ufe0f\u200d🔥", 2),
        ("👍🏽", 2),
        ("🇩🇪🇫🇷", 4),
        ("1\ufe0f\u20e3", 2),
        ("©", 1),
        ("a\u200db", 3),
        ("क्\u200dष", 4),
    ],
)
def test_weight(text: str, weight: int) -> None:
    """Latin 1, others 2, an emoji 2 however long it is written, a link 23; in doubt the lower weight."""
    assert count_weighted(text) == weight
