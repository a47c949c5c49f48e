"""
`words`: a word of a list, or of terms written in the policy itself, stands in the post.

The scan found the words; this only looks for its findings of entity WORDS, whose rule is the list's id. With
`negated: exclude` words that their own clause denies do not count: `nicht garantiert`, `no guarantee`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.errors import Localised
from proxy.core.model import Lexicon, LexiconTerm
from proxy.core.policy.facts import MISS, WORD_HIT, Facts, Match, MatcherSpec, Place, Within
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

NAME = "words"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = True
FIELDS: tuple[Field, ...] = (
    Field(name="list", kind=FieldKind.LEXICONS),
    Field(name="terms", kind=FieldKind.TEXTS),
    Field(name="forms", kind=FieldKind.CHOICE, choices=("exact", "stem", "compound")),
    Field(name="negated", kind=FieldKind.CHOICE, choices=("include", "exclude")),
    Field(name="within", kind=FieldKind.CHOICE, choices=tuple(Within)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsSpec(MatcherSpec):
    """Which words count."""

    lists: tuple[str, ...]
    """Ids of word lists; for terms in the policy the id of the list made of them."""
    inline: Lexicon | None = None
    denied: bool = True
    """Whether words that their own clause denies count too."""

    def needs(self) -> frozenset[str]:
        """Return the ids of the lists."""
        return frozenset(self.lists)

    def lexicons(self) -> tuple[Lexicon, ...]:
        """Return the list made of the policy's own terms."""
        return () if self.inline is None else (self.inline,)


SPEC = WordsSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Demand exactly one of `list` and `terms`; `forms` belongs to `terms`."""
    has_list, has_terms = "list" in written.values, "terms" in written.values
    if has_list == has_terms:
        return (
            Complaint(
                code="list-or-terms",
                field="",
                message=Localised(
                    de="»words« braucht genau eines von »list« und »terms«.",
                    en="`words` needs exactly one of `list` and `terms`.",
                ),
                remedy=Localised(
                    de="Eine Wortliste nennen oder die Wörter hier aufzählen.",
                    en="Name a word list, or write the words here.",
                ),
            ),
        )
    if has_list and "forms" in written.values:
        return (
            Complaint(
                code="forms-without-terms",
                field="forms",
                message=Localised(
                    de="»forms« gilt nur für »terms«; eine Wortliste legt ihre Formen selbst fest.",
                    en="`forms` goes with `terms` only; a word list says its forms itself.",
                ),
                remedy=Localised(de="»forms« streichen.", en="Remove `forms`."),
            ),
        )
    return ()


def build(written: Written) -> WordsSpec:
    """Make the spec of checked values."""
    values = written.values
    within = Within(cast("str", values["within"])) if "within" in values else None
    denied = values.get("negated", "include") == "include"
    if "list" in values:
        return WordsSpec(lists=cast("tuple[str, ...]", values["list"]), within=within, denied=denied)
    forms = cast("str", values.get("forms", "exact"))
    terms = tuple(LexiconTerm(text=text, forms=forms) for text in cast("tuple[str, ...]", values["terms"]))
    return WordsSpec(
        lists=(written.place,),
        inline=Lexicon(id=written.place, language="any", terms=terms),
        within=within,
        denied=denied,
    )


def match(spec: WordsSpec, facts: Facts, visible: frozenset[int]) -> Match:
    """Return the hits of these lists among the visible findings."""
    if not visible:
        return MISS
    found = frozenset(
        index
        for index in facts.by_entity.get(WORD_HIT, ())
        if index in visible
        and facts.findings[index].rule in spec.lists
        and (spec.denied or not facts.findings[index].negated)
    )
    return Match(held=True, findings=found) if found else MISS
