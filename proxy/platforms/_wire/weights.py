"""
Count a text as X does: twitter-text 3.1, configuration version 3 (https://github.com/twitter/twitter-text).

Characters of Latin and neighbouring scripts weigh 1, others 2; an emoji weighs 2 however many code points it has, a
link 23 however long it is. Where only X can know whether something is a link or an emoji, the lower weight counts:
nothing is refused that X would take.
"""

from __future__ import annotations

import re
import unicodedata

import regex

from proxy.core.text.hosts import ends_in_known_domain
from proxy.platforms._wire.graphemes import CLUSTER

PER_LINK = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_EMOJI = regex.compile(r"\p{RI}\p{RI}|[0-9#*]\ufe0f?\u20e3|.*\p{Extended_Pictographic}", regex.DOTALL)
_MORE = r"(?P<{}>(?::[0-9]{{1,5}})?(?:/[!-;=-~\u00c0-\u024f\u0400-\u04ff\u2013]*)?(?:\?[!-;=-~]*)?(?:\#[!-;=-~]*)?)"
_LINK = re.compile(
    r"(?P<scheme>https?://)(?P<named>(?:[\w-]{1,400}\.)+[^\W_](?:[\w-]{0,400}[^\W_])?)"
    + _MORE.format("behind")
    + r"|(?<![@#$\w./-])(?P<bare>(?:[a-z0-9](?:[a-z0-9-]{0,400}[a-z0-9])?\.)+[a-z]{2,24})(?![\w@-])"
    + _MORE.format("after"),
    re.IGNORECASE,
)
_TRAILING = ".,:;!?'\")]}*"
_LONGEST_LABEL = 63
_PREFIX = len("xn--")


def count_weighted(text: str) -> int:
    """Return what X counts, or less."""
    text = unicodedata.normalize("NFC", text)
    total = position = 0
    for match in _LINK.finditer(text):
        end = _end(text, match)
        total += _plain(text[position : match.start()]) + _link(match, text[match.start() : end])
        position = end
    return total + _plain(text[position:])


def _end(text: str, match: re.Match[str]) -> int:
    """Return where a link ends: marks of the sentence behind it are none of its own, a bracket it opened is."""
    end = match.end()
    while text[end - 1] in _TRAILING and not (
        text[end - 1] == ")" and text.count("(", match.start(), end) >= text.count(")", match.start(), end)
    ):
        end -= 1
    return end


def _link(match: re.Match[str], written: str) -> int:
    """Return the weight of what looks like a link."""
    host = match["named"] or match["bare"]
    if any(_encoded(label) > _LONGEST_LABEL for label in host.split(".")):
        return _plain(written)
    short = match["scheme"] is None and host.count(".") == 1 and len(host.rpartition(".")[2]) == 2
    if not ends_in_known_domain(host.lower()) or (short and not match["after"]):
        return min(PER_LINK, _plain(written))
    return PER_LINK


def _encoded(label: str) -> int:
    return len(label) if label.isascii() else len(label.encode("punycode")) + _PREFIX


def _plain(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(_cluster(cluster.group()) for cluster in CLUSTER.finditer(text))


def _cluster(cluster: str) -> int:
    weight = sum(1 if _light(ord(character)) else 2 for character in cluster)
    return min(weight, 2) if len(cluster) > 1 and _EMOJI.match(cluster) else weight


def _light(code: int) -> bool:
    return any(first <= code <= last for first, last in _LIGHT)
