"""How differences between policies are shown."""

from __future__ import annotations

import pytest

from proxy.cli.policy_changes import as_lines
from proxy.core.policy.change import Change, ChangeKind, Direction, Subject, Value
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.policy import Group, GroupKind

IBAN = FindingSpec(entities=("IBAN_CODE",))


def _change(
    subject: Subject = Subject.RULE,
    name: str = "sample/iban",
    *,
    kind: ChangeKind = ChangeKind.CHANGED,
    direction: Direction = Direction.STRICTER,
    field: str | None = None,
    before: Value = None,
    after: Value = None,
    hard: bool = False,
    personal: tuple[str, ...] = (),
) -> Change:
    return Change(
        subject=subject,
        name=name,
        kind=kind,
        direction=direction,
        field=field,
        before=before,
        after=after,
        hard=hard,
        personal=personal,
    )


@pytest.mark.parametrize(
    ("change", "german", "english"),
    [
        (
            _change(Subject.POLICY, "sample", kind=ChangeKind.ADDED),
            ["sample", "  strenger      Richtlinie neu"],
            ["sample", "  stricter      policy added"],
        ),
        (
            _change(kind=ChangeKind.REMOVED, direction=Direction.WEAKER, hard=True),
            ["sample", "  schwächer     Regel iban entfernt; schwächt eine Regel mit »hard: true«"],
            ["sample", "  weaker        rule iban removed; weakens a rule with `hard: true`"],
        ),
        (
            _change(Subject.ALLOW_LIST, "samples", field="until", after=2, direction=Direction.WEAKER),
            ["Was Regeln benutzen", "  schwächer     Ausnahmeliste samples, until: 2 geändert"],
            ["What rules use", "  weaker        allow-list samples, until: 2 changed"],
        ),
        (
            _change(field="title", direction=Direction.NEUTRAL),
            ["sample", "  gleich streng Regel iban, title geändert"],
            ["sample", "  as strict     rule iban, title changed"],
        ),
        (
            _change(field="hold.due", before=None, after=3600, direction=Direction.UNCLEAR),
            ["sample", "  unklar        Regel iban, hold.due: - -> 3600"],
            ["sample", "  unclear       rule iban, hold.due: - -> 3600"],
        ),
        (
            _change(
                field="when",
                before=IBAN,
                after=Group(kind=GroupKind.ANY, conditions=(IBAN, LengthSpec(low=9))),
                personal=("PERSON",),
            ),
            [
                "sample",
                (
                    "  strenger      Regel iban, when: {finding: type IBAN_CODE} -> any (within post) "
                    "[{finding: type IBAN_CODE}, {length: from 9}]; sieht neu auf Angaben zu Personen: PERSON; "
                    "Mitbestimmung prüfen"
                ),
            ],
            [
                "sample",
                (
                    "  stricter      rule iban, when: {finding: type IBAN_CODE} -> any (within post) "
                    "[{finding: type IBAN_CODE}, {length: from 9}]; newly looks at what says something of "
                    "persons: PERSON; "
                    "check co-determination"
                ),
            ],
        ),
        (
            _change(field="unless", before=(AllowedSpec(lists=("own",)),), after=()),
            ["sample", "  strenger      Regel iban, unless: {allowed: list own} -> -"],
            ["sample", "  stricter      rule iban, unless: {allowed: list own} -> -"],
        ),
        (
            _change(Subject.ALLOW_LIST, "samples", kind=ChangeKind.ADDED, field="entries", after=3),
            ["Was Regeln benutzen", "  strenger      Ausnahmeliste samples, entries: 3 neu"],
            ["What rules use", "  stricter      allow-list samples, entries: 3 added"],
        ),
        (
            _change(Subject.CONFIDENTIAL_TERMS, "confidential_terms", field="forms", before=1, after=2),
            ["Was Regeln benutzen", "  strenger      Vertrauliche Begriffe, forms: 2 neu, 1 entfernt"],
            ["What rules use", "  stricter      confidential terms, forms: 2 added, 1 removed"],
        ),
        (
            _change(Subject.WORD_LIST, "promises", kind=ChangeKind.REMOVED, before=4),
            ["Was Regeln benutzen", "  strenger      Wortliste promises entfernt"],
            ["What rules use", "  stricter      word list promises removed"],
        ),
        (
            _change(Subject.DETECTION_RULE, "bank/iban", field="pattern"),
            ["Was Regeln benutzen", "  strenger      Erkennungsregel bank/iban, pattern geändert"],
            ["What rules use", "  stricter      detection rule bank/iban, pattern changed"],
        ),
        (
            _change(Subject.SETTING, "default", before="allow", after="hold"),
            ["Einstellungen", "  strenger      Einstellung default: allow -> hold"],
            ["Settings", "  stricter      setting default: allow -> hold"],
        ),
    ],
)
def test_a_change_is_one_line_under_its_policy(change: Change, german: list[str], english: list[str]) -> None:
    """In both languages."""
    assert list(as_lines([change], "de"))[:2] == german
    assert list(as_lines([change], "en"))[:2] == english


def test_the_last_lines_sum_up() -> None:
    """How many changes of each direction, and whether everything is proven."""
    good = [_change(field="mode", before="monitor", after="enforce"), _change(field="title")]
    bad = [*good, _change(Subject.POLICY, "another", direction=Direction.UNCLEAR, field="kinds")]

    assert list(as_lines(good, "en"))[-2:] == [
        "2 differences: 2 stricter",
        "It is proven that no post is decided less strictly.",
    ]
    assert list(as_lines(bad, "de"))[-2:] == [
        "3 Unterschiede: 2 strenger, 1 unklar",
        "Nicht nachgewiesen, dass kein Beitrag milder entschieden wird.",
    ]
    assert [line for line in as_lines(bad, "de") if not line.startswith(" ")][:2] == ["sample", "another"]


def test_nothing_is_said_in_one_line() -> None:
    """Without a verdict on nothing."""
    assert list(as_lines([], "de")) == ["Kein Unterschied"]
    assert list(as_lines([], "en")) == ["No difference"]
