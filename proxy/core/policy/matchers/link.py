"""
`link`: the post has a link to such a host, or with such a parameter.

One link has to be all that is asked for. `domains` and `not_domains` count with everything below them: `bank.example`
is `www.bank.example` too. `not_domains` is for links that lead anywhere else. `parameters` are names in the query or
behind the `#`; `ids` stands for those that name a customer, a contract, a session or a click. `shorteners` are hosts
that hide where they lead. Links count wherever they stand, also without `https://` and in disguise; one that cannot be
read counts as all of these. Nothing is ever fetched. Findings do not matter, and a link more never turns a rule off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from proxy.core.errors import Localised
from proxy.core.model import PartKind
from proxy.core.policy.facts import MISS, RAISED, Facts, Match, MatcherSpec, Place
from proxy.core.policy.fields import Complaint, Field, FieldKind, Written
from proxy.core.policy.linktables import IDENTIFYING, SHORTENERS, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.core.model import Link

NAME = "link"
PLACES = frozenset({Place.WHEN})
FROM_FINDINGS = True
FIELDS: tuple[Field, ...] = (
    Field(name="domains", kind=FieldKind.HOSTS),
    Field(name="not_domains", kind=FieldKind.HOSTS),
    Field(name="parameters", kind=FieldKind.PARAMETERS),
    Field(name="shorteners", kind=FieldKind.FLAG),
)

IDS = "ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSpec(MatcherSpec):
    """What a link has to be; None and false ask nothing."""

    domains: tuple[str, ...] | None = None
    not_domains: tuple[str, ...] | None = None
    parameters: tuple[str, ...] | None = None
    shorteners: bool = False


SPEC = LinkSpec


def complain(written: Written) -> tuple[Complaint, ...]:
    """Demand one of the fields, and no `shorteners: false`, which would ask nothing."""
    if not written.values:
        return (
            Complaint(
                code="link-without-fields",
                field="",
                message=Localised(
                    de="»link« sagt nicht, um welche Links es geht.", en="`link` does not say which links it is about."
                ),
                remedy=Localised(
                    de="»domains«, »not_domains«, »parameters« oder »shorteners: true« schreiben.",
                    en="Write `domains`, `not_domains`, `parameters` or `shorteners: true`.",
                ),
            ),
        )
    if written.values.get("shorteners") is False:
        return (
            Complaint(
                code="shorteners-false",
                field="shorteners",
                message=Localised(
                    de="»shorteners: false« sagt nichts: Andere Links schließt es nicht ein.",
                    en="`shorteners: false` says nothing: it does not ask for other links.",
                ),
                remedy=Localised(de="Die Zeile streichen oder true schreiben.", en="Remove the line or write true."),
            ),
        )
    return ()


def build(written: Written) -> LinkSpec:
    """Make the spec of checked values; hosts are canonical."""
    values = written.values
    return LinkSpec(
        domains=cast("tuple[str, ...] | None", values.get("domains")),
        not_domains=cast("tuple[str, ...] | None", values.get("not_domains")),
        parameters=cast("tuple[str, ...] | None", values.get("parameters")),
        shorteners="shorteners" in values,
    )


def match(spec: LinkSpec, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ARG001 - findings do not matter
    """Hold for a post with such a link, or with one that nobody can read."""
    links = facts.scan.links
    if links is None:
        return RAISED
    read = {link.part for link in links}
    unread = any(
        part.kind is PartKind.LINK and part.text.strip() and index not in read
        for index, part in enumerate(facts.post.parts)
    )
    return Match(held=True) if unread or any(_fits(spec, link) for link in links) else MISS


def _fits(spec: LinkSpec, link: Link) -> bool:
    host = link.host
    if host is None:
        return True
    return (
        (spec.domains is None or _below(host, spec.domains))
        and (spec.not_domains is None or not _below(host, spec.not_domains))
        and (spec.parameters is None or _has(link.parameters, spec.parameters))
        and (not spec.shorteners or _below(host, SHORTENERS))
    )


def _below(host: str, domains: Iterable[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _has(found: Iterable[str], wanted: tuple[str, ...]) -> bool:
    names = {squeezed(name) for name in found}
    return any(names & IDENTIFYING if name == IDS else squeezed(name) in names for name in wanted)
