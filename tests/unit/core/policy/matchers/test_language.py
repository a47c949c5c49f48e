"""`language`: a text of the post is in one of these languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Language, PartKind
from proxy.core.policy.facts import RAISED, Match, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.language import WORDS, LanguageSpec, build, complain, match
from tests.factories import make_part, make_post, make_scan

UNREAD = LanguageSpec(languages=(Language.OTHER, Language.UNKNOWN))


def _match(spec: LanguageSpec, *languages: Language, kind: PartKind = PartKind.BODY) -> Match:
    post = make_post(parts=tuple(make_part(kind=kind) for _ in languages))
    return match(spec, look(post, replace(make_scan(), languages=languages), {}), frozenset())


@pytest.mark.parametrize("language", Language)
def test_each_language_means_itself(language: Language) -> None:
    """A text that says too little is none of them."""
    held = [word for word in WORDS if _match(LanguageSpec(languages=(word,)), language).held]

    assert held == ([] if language is Language.NONE else [language])


@pytest.mark.req("FEAT-23")
def test_one_text_of_several_is_enough() -> None:
    """A German one beside it excuses nothing."""
    assert _match(UNREAD, Language.DE, Language.OTHER).held
    assert not _match(UNREAD, Language.DE, Language.EN, Language.NONE).held


@pytest.mark.parametrize("kind", [PartKind.LINK, PartKind.FILE_NAME, PartKind.OTHER])
def test_what_is_not_read_as_a_text_does_not_count(kind: PartKind) -> None:
    """Links, names of files and identifiers belong to no language."""
    assert not _match(UNREAD, Language.UNKNOWN, kind=kind).held


def test_where_nobody_looked_it_counts() -> None:
    """Without the scan's word, or with one for another post, it cannot be told."""
    post = make_post()

    assert match(UNREAD, look(post, make_scan(), {}), frozenset()) == RAISED
    assert match(UNREAD, look(post, replace(make_scan(), languages=()), {}), frozenset()) == RAISED


def test_a_spec_is_built_of_what_is_written() -> None:
    """One field, nothing to complain of."""
    written = Written(place="a/b#1", values={"is": ("other", "unknown")})

    assert complain(written) == ()
    assert build(written) == UNREAD
