"""
What workers are given to keep, as plain values: word lists, recognizers, the house's digests, the register.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from proxy.core.model import Confidence, House, Lexicon, LexiconTerm, Recognizer, Register, RuleConfidence

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Load", "load_row", "read_load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Word lists, recognizers and the register to keep."""

    rules: str
    lexicons: tuple[Lexicon, ...]
    recognizers: tuple[Recognizer, ...] = ()
    house: House = field(default=House(), repr=False)
    register: Register | None = None


def load_row(message: Load) -> list[object]:
    """Return what is to be kept as plain values."""
    house = message.house
    return [
        message.rules,
        [
            [lexicon.id, lexicon.language, [[term.text, term.forms] for term in lexicon.terms], list(lexicon.exclude)]
            for lexicon in message.lexicons
        ],
        [asdict(recognizer) for recognizer in message.recognizers],
        [sorted(digests) for digests in (house.terms, house.starts, house.looks)],
        None if message.register is None else asdict(message.register),
    ]


def read_load(row: Sequence[Any]) -> Load:
    """Return what `load_row` wrote."""
    rules, lexicons, recognizers, (terms, starts, looks), register = row
    return Load(
        rules=rules,
        lexicons=tuple(_lexicon(*item) for item in lexicons),
        recognizers=tuple(map(_recognizer, recognizers)),
        house=House(terms=frozenset(terms), starts=frozenset(starts), looks=frozenset(looks)),
        register=None if register is None else Register(**register),
    )


def _lexicon(name: str, language: str, terms: list[tuple[str, str]], exclude: list[str]) -> Lexicon:
    return Lexicon(
        id=name,
        language=language,
        terms=tuple(LexiconTerm(text=text, forms=forms) for text, forms in terms),
        exclude=tuple(exclude),
    )


def _recognizer(row: dict[str, Any]) -> Recognizer:
    levels = {name: None if level is None else Confidence(level) for name, level in row["confidence"].items()}
    lists = {name: tuple(row[name]) for name in ("cues", "exclude")}
    return Recognizer(**(row | lists | {"confidence": RuleConfidence(**levels)}))
