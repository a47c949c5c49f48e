"""
`language`: a text of the post is in one of these languages.

`de` and `en` are told by their small words, `other` is a language that no list and no rule here knows, `unknown` a text
of eight words or more with nothing to tell by. What is shorter, such as a greeting, and what has no words, such as
links, mentions and emoji, is none of them. Each text is judged by itself; links and file names are not. Findings do not
matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.model import Language, PartKind
from proxy.core.policy.facts import MISS, RAISED, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

NAME = "language"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = False
WORDS = tuple(language for language in Language if language is not Language.NONE)
FIELDS: tuple[Field, ...] = (Field(name="is", kind=FieldKind.CHOICES, choices=WORDS, required=True),)

_NOT_READ = frozenset({PartKind.LINK, PartKind.FILE_NAME, PartKind.OTHER})


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSpec(MatcherSpec):
    """Which languages."""

    languages: tuple[Language, ...]


SPEC = LanguageSpec


def complain(written: Written) -> tuple[Complaint, ...]:  # noqa: ARG001 - every matcher module has the same functions
    """Find nothing wrong: there is one field."""
    return ()


def build(written: Written) -> LanguageSpec:
    """Make the spec of checked values."""
    return LanguageSpec(languages=tuple(map(Language, cast("tuple[str, ...]", written.values["is"]))))


def match(spec: LanguageSpec, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ARG001 - findings do not matter
    """Hold for a post with a text in one of the languages."""
    languages, parts = facts.scan.languages, facts.post.parts
    if languages is None or len(languages) != len(parts):
        return RAISED
    held = any(
        language in spec.languages
        for language, part in zip(languages, parts, strict=True)
        if part.kind not in _NOT_READ
    )
    return Match(held=True) if held else MISS
