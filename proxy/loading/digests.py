"""
Digests over what files say, whatever their comments, order of keys and line ends.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from proxy.loading.strict_yaml import Broken, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from proxy.core.model import Lexicon

_TESTS = "tests"


def content_of(node: Node, *, without: Collection[str] = (_TESTS,)) -> object:
    """Return what a tree says as plain values; keys in `without` (tests, at every level) are left out."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [item.text if isinstance(item, Scalar) else content_of(item, without=without) for item in node.items]
        case Mapping():
            return {
                key: value.text if isinstance(value, Scalar) else content_of(value, without=without)
                for key, (_, value) in node.entries.items()
                if key not in without
            }
        case Broken():
            return None


def lexicon_contents(lexicons: Iterable[Lexicon]) -> object:
    """Return what word lists say, ordered by id."""
    return [
        [one.id, one.language, [[term.text, term.forms] for term in one.terms], list(one.exclude)]
        for one in sorted(lexicons, key=lambda lexicon: lexicon.id)
    ]


def digest(kind: str, content: object) -> str:
    """Return SHA-256 in hexadecimal over the canonical JSON of a content, separated by kind."""
    canonical = json.dumps([f"postgate:{kind}:1", content], ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
