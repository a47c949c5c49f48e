"""
What findings say together that none says alone: relations, inferred customers, illness, insider topics, surer findings.

The last stage of a scan, pure. It only adds findings and raises them, and the order of its input never matters. What
weakens (staff, public roles, general explanations) is read from the author's text, never from findings. Weak evidence
counts where the post as a whole reads like one that gives something away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.combining import health, inferred, insider, raising, relations
from proxy.core.detection.combining.evidence import RELATION
from proxy.core.detection.combining.people import people
from proxy.core.detection.combining.scene import SUSPECT, TOPICS, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from proxy.core.model import Finding, Span

__all__ = ["MOST_FINDINGS", "NAME", "SUSPECT", "TooMuchFound", "combine"]

NAME = "combination"
_LISTS = frozenset({*TOPICS, RELATION, insider.TOPIC})
_ENTITIES = frozenset({"MONEY_AMOUNT", "PERSON", "ORGANIZATION", "CUSTOMER_RECORD", *raising.RAISED})
"""Without any of these there is nothing to combine."""
MOST_FINDINGS = 3_000
"""Beyond, a text was made to waste time: nobody looks, and the stage is missing."""


class TooMuchFound(Exception):
    """A post has more findings than anybody would write."""


def combine(
    texts: Sequence[str],
    sentences: Sequence[Sequence[Span]],
    findings: Iterable[Finding],
    thread: Sequence[str] = (),
    *,
    named: Callable[[str], str] | None = None,
) -> tuple[Finding, ...]:
    """
    Return the findings of a post, raised where others support them, and what they say together.

    `thread` has earlier posts of the same thread: who is named there may be spoken of here. `named` gives the
    fingerprint of a company's name, for companies that only this stage sees; without it they have none.

    Raises:
        TooMuchFound: there are too many findings to look at all of them together.
    """
    found = tuple(findings)
    if len(found) > MOST_FINDINGS:
        raise TooMuchFound
    if not (relations.said(texts) or any(one.rule in _LISTS or one.entity in _ENTITIES for one in found)):
        return found
    scene = look(texts, sentences, found)
    someone = people(scene, named)
    return (
        *raising.raised(scene),
        *relations.relations(scene, someone),
        *relations.continued(scene, thread),
        *inferred.inferred(scene),
        *health.conditions(scene, someone),
        *insider.topics(scene),
    )
