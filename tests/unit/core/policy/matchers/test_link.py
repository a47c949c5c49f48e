"""`link`: the post has a link to such a host, or with such a parameter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Link, Part, PartKind, Span
from proxy.core.policy.facts import RAISED, Match, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.link import LinkSpec, build, complain, match
from tests.factories import make_part, make_post, make_scan


def _link(host: str | None, *parameters: str, part: int = 0) -> Link:
    return Link(part=part, span=Span(start=0, end=5), host=host, parameters=parameters)


def _match(spec: LinkSpec, *links: Link, parts: tuple[Part, ...] | None = None) -> Match:
    return match(spec, look(make_post(parts=parts), replace(make_scan(), links=links), {}), frozenset())


BANK = ("bank.example",)


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("bank.example", True),
        ("www.bank.example", True),
        ("mybank.example", False),
        ("bank.example.other.example", False),
        ("example", False),
    ],
)
def test_domains_count_with_all_below_them(host: str, inside: bool) -> None:
    """And `not_domains` is the opposite, link by link."""
    assert _match(LinkSpec(domains=BANK), _link(host)).held is inside
    assert _match(LinkSpec(not_domains=BANK), _link(host)).held is not inside


def test_one_link_outside_is_enough() -> None:
    """A further link of the house excuses nothing."""
    assert _match(LinkSpec(not_domains=BANK), _link("bank.example"), _link("other.example")).held
    assert not _match(LinkSpec(not_domains=BANK), _link("bank.example"), _link("www.bank.example")).held


def test_one_and_the_same_link_has_to_be_all_of_it() -> None:
    """Two links that are half of it each are not."""
    spec = LinkSpec(domains=BANK, not_domains=("www.bank.example",), parameters=("ids",))

    assert _match(spec, _link("shop.bank.example", "kdnr")).held
    assert not _match(spec, _link("www.bank.example", "kdnr")).held
    assert not _match(spec, _link("shop.bank.example"), _link("other.example", "kdnr")).held


@pytest.mark.req("FEAT-21")
@pytest.mark.parametrize(
    ("wanted", "parameters", "held"),
    [
        (("ids",), ("kunden-nr",), True),
        (("ids",), ("page", "fbclid"), True),
        (("ids",), ("page",), False),
        (("utm_source",), ("utm_source",), True),
        (("Utm-Source", "x"), ("utm_source",), True),
        (("utm_source",), ("kdnr",), False),
        (("page", "ids"), ("sid",), True),
    ],
)
def test_parameters_count_by_name(wanted: tuple[str, ...], parameters: tuple[str, ...], held: bool) -> None:
    """Any of them; `ids` stands for those that tell a person."""
    assert _match(LinkSpec(parameters=wanted), _link("bank.example", *parameters)).held is held


@pytest.mark.req("FEAT-21")
def test_shorteners_hide_where_they_lead() -> None:
    """The known ones."""
    assert _match(LinkSpec(shorteners=True), _link("bit.ly")).held
    assert not _match(LinkSpec(shorteners=True), _link("bank.example")).held


@pytest.mark.parametrize(
    "spec",
    [LinkSpec(domains=BANK), LinkSpec(not_domains=BANK), LinkSpec(parameters=("ids",)), LinkSpec(shorteners=True)],
)
def test_what_cannot_be_read_counts(spec: LinkSpec) -> None:
    """A host nobody can read, the text of a link in which no link was found, and a scan that did not look."""
    linked = (make_part("Mehr:"), make_part("unlesbar", PartKind.LINK), make_part(" ", PartKind.LINK))

    assert _match(spec, _link(None)).held
    assert _match(spec, _link("harmless.example", part=0), parts=linked).held
    assert match(spec, look(make_post(), make_scan(), {}), frozenset()) == RAISED


def test_no_link_holds_for_nothing() -> None:
    """Neither inside nor outside; an empty link and one that was read are no unread ones."""
    linked = (make_part("Mehr:"), make_part("bank.example", PartKind.LINK), make_part(" ", PartKind.LINK))

    assert not _match(LinkSpec(not_domains=BANK)).held
    assert not _match(LinkSpec(not_domains=BANK), _link("bank.example", part=1), parts=linked).held


def test_a_spec_is_built_of_what_is_written() -> None:
    """Absent fields ask nothing."""
    written = Written(place="a/b#1", values={"domains": BANK, "parameters": ("ids",), "shorteners": True})

    assert complain(written) == ()
    assert build(written) == LinkSpec(domains=BANK, parameters=("ids",), shorteners=True)
    assert build(Written(place="a/b#1", values={"not_domains": BANK})) == LinkSpec(not_domains=BANK)


@pytest.mark.parametrize(("values", "code"), [({}, "link-without-fields"), ({"shorteners": False}, "shorteners-false")])
def test_a_rule_has_to_say_which_links(values: dict[str, object], code: str) -> None:
    """In both languages."""
    (complaint,) = complain(Written(place="a/b#1", values=values))

    assert complaint.code == code
    assert complaint.message.de != complaint.message.en
