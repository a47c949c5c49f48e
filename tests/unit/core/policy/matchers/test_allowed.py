"""`allowed`: the house's own values excuse themselves and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.policy.facts import look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.allowed import AllowedSpec, build, complain, match
from tests.factories import make_finding, make_post, make_scan

if TYPE_CHECKING:
    from proxy.core.model import Finding

LISTS = {"own": frozenset({"a" * 32}), "samples": frozenset({"b" * 32})}
OWN = make_finding(fingerprint="a" * 32)
SAMPLE = make_finding(fingerprint="b" * 32)
OTHER = make_finding(fingerprint="c" * 32)


def _excused(*findings: Finding, lists: tuple[str, ...] = ("own",)) -> bool:
    facts = look(make_post(), make_scan(*findings), LISTS)
    return match(AllowedSpec(lists=lists), facts, facts.everything).held


@pytest.mark.parametrize(
    ("findings", "lists", "excused"),
    [
        ((OWN,), ("own",), True),
        ((OWN, OWN), ("own",), True),
        ((OWN, OTHER), ("own",), False),
        ((OTHER,), ("own",), False),
        ((OWN, SAMPLE), ("own",), False),
        ((OWN, SAMPLE), ("own", "samples"), True),
        ((OWN,), ("unknown",), False),
        ((make_finding(fingerprint=None),), ("own",), False),
        ((), ("own",), False),
    ],
)
def test_every_finding_has_to_be_on_a_list(
    findings: tuple[Finding, ...],
    lists: tuple[str, ...],
    excused: bool,
) -> None:
    """One that is not keeps the rule matched; so does none at all."""
    assert _excused(*findings, lists=lists) is excused


def test_a_host_excuses_its_addresses() -> None:
    """Behind the digest of an address stands that of its host; either may be on a list."""
    address = make_finding("EMAIL_ADDRESS", fingerprint=f"{'c' * 32}@{'a' * 32}")

    assert _excused(address)
    assert _excused(make_finding("EMAIL_ADDRESS", fingerprint=f"{'a' * 32}@{'c' * 32}")) is False
    assert not _excused(address, lists=("samples",))


@pytest.mark.parametrize(
    "entity",
    [
        *("CUSTOMER_RELATION", "INFERRED_CUSTOMER", "CUSTOMER_RECORD", "DISCLOSURE", "HEALTH_CONDITION"),
        *("SECRET", "OBFUSCATION", "WORDS"),
    ],
)
def test_some_findings_are_never_excused(entity: str) -> None:
    """That somebody is a customer stays a disclosure, whoever it is."""
    assert not _excused(make_finding(entity, fingerprint="a" * 32))


def test_only_the_rules_own_findings_are_asked() -> None:
    """What other rules found does not matter here."""
    facts = look(make_post(), make_scan(OWN, OTHER), LISTS)

    assert match(AllowedSpec(lists=("own",)), facts, frozenset({0})).held


def test_a_spec_is_built_of_what_is_written() -> None:
    """There is one field."""
    written = Written(place="a/b#1", values={"list": ("own",)})

    assert complain(written) == ()
    assert build(written) == AllowedSpec(lists=("own",))
