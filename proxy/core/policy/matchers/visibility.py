"""
`visibility`: the post can be seen by these.

`public` is everybody, `unlisted` everybody who has the link, `followers` those who follow the account, `direct` the
people named in the post. A post that does not say counts as public. Findings do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from proxy.core.policy.facts import MISS, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written

NAME = "visibility"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = False
WORDS = ("public", "unlisted", "followers", "direct")
FIELDS: tuple[Field, ...] = (Field(name="is", kind=FieldKind.CHOICES, choices=WORDS, required=True),)

SAID = {"public": "public", "unlisted": "unlisted", "private": "followers", "direct": "direct"}
"""The words of the Mastodon API, and ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilitySpec(MatcherSpec):
    """Who can see the post."""

    words: tuple[str, ...]


SPEC = VisibilitySpec


def complain(written: Written) -> tuple[Complaint, ...]:  # noqa: ARG001 - every matcher module has the same functions
    """Find nothing wrong: there is one field."""
    return ()


def build(written: Written) -> VisibilitySpec:
    """Make the spec of checked values."""
    return VisibilitySpec(words=cast("tuple[str, ...]", written.values["is"]))


def match(spec: VisibilitySpec, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ARG001 - findings do not matter
    """Hold for a post that these can see; one that says nothing, or what is not known here, counts as public."""
    said = dict(facts.post.options).get("visibility")
    return Match(held=True) if SAID.get(str(said), "public") in spec.words else MISS
