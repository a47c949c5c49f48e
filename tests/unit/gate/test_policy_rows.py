"""The rows that commands and the API show of changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from proxy.core.policy.change import Change, ChangeKind, Direction, Subject
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.register import RegisterSpec, Sought
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Group, GroupKind
from proxy.gate.policy_rows import change_rows, spec_text, status_rows, step_row, value_text
from tests.policies import BrokenSpec
from tests.unit.gate.test_policy_life import BEN, Office

if TYPE_CHECKING:
    from proxy.core.policy.change import Value
    from proxy.core.policy.facts import MatcherSpec

IBAN = FindingSpec(entities=("IBAN_CODE",))


def _change(field: str, before: Value, after: Value, personal: tuple[str, ...] = ()) -> Change:
    return Change(
        subject=Subject.RULE,
        name="sample/iban",
        kind=ChangeKind.CHANGED,
        direction=Direction.STRICTER,
        field=field,
        before=before,
        after=after,
        hard=False,
        personal=personal,
    )


def test_rows_of_changes_hold_plain_values() -> None:
    """Conditions as text, everything else as it is."""
    (when, unless, due) = change_rows(
        [
            _change("when", IBAN, Group(kind=GroupKind.ANY, conditions=(IBAN, LengthSpec(low=9)))),
            _change("unless", (AllowedSpec(lists=("own",)),), ()),
            _change("hold.stages", 1, 2, ("PERSON",)),
        ]
    )

    assert (when["before"], when["after"]) == (
        "{finding: type IBAN_CODE}",
        "any (within post) [{finding: type IBAN_CODE}, {length: from 9}]",
    )
    assert (unless["before"], unless["after"]) == (["{allowed: list own}"], [])
    assert due == {
        "subject": "rule",
        "name": "sample/iban",
        "kind": "changed",
        "field": "hold.stages",
        "before": 1,
        "after": 2,
        "direction": "stricter",
        "hard": False,
        "personal": ["PERSON"],
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), ((), "-"), (3600, "3600"), ((IBAN, IBAN), "{finding: type IBAN_CODE} | {finding: type IBAN_CODE}")],
)
def test_one_side_of_a_change_is_a_text(value: Value, text: str) -> None:
    """What is not there is a dash, also an empty list of exceptions."""
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (WordsSpec(lists=("a", "b"), denied=False), "words: list a | b, also negated false"),
        (
            NearSpec(a=IBAN, b=LengthSpec(low=9), distance=None),
            "near: a (finding: type IBAN_CODE), b (length: from 9), distance sentence",
        ),
        (RegisterSpec(sought=Sought.NAME, attributes=2), "register: match name, attributes from 2"),
        (BrokenSpec(), "BrokenSpec: "),
    ],
)
def test_a_condition_reads_like_a_policy_file(spec: MatcherSpec, text: str) -> None:
    """What is as usual is left out."""
    assert spec_text(spec) == text


async def test_a_step_tells_what_it_changes_and_what_it_came_to() -> None:
    """Times with their zone; nothing ends by itself unless it is an emergency."""
    office = Office()
    await office.put_into_force("first")
    waits = step_row(await office.propose("weaker"))
    at_once = step_row(await office.propose("stricter", by=BEN, emergency=True))

    assert (waits["in_force"], waits["until"]) == (False, None)
    assert {row["direction"] for row in waits["changes"]} == {"weaker", "stricter"}  # type: ignore[attr-defined]  # a list of rows
    assert (at_once["in_force"], at_once["until"]) == (True, "2026-11-24T09:00:00+00:00")


async def test_the_status_is_plain_values() -> None:
    """What is in force, what waits, what was: all of it goes into JSON; nothing in force is said as such."""
    office = Office()
    empty = status_rows(await office.life.status())
    await office.put_into_force("first")
    await office.put_into_force("stricter")
    await office.propose("weaker")
    await office.life.retire("first", by=BEN)
    rows = json.loads(json.dumps(status_rows(await office.life.status())))

    assert empty == {"active": None, "waiting": [], "activations": [], "retired": [], "doubtful": False}
    assert rows["active"] == rows["activations"][0]
    assert [(one["number"], one["digest"], one["until"]) for one in rows["activations"]] == [
        (2, "stricter", None),
        (1, "first", None),
    ]
    assert [(one["digest"], one["from_digest"], one["signed_by"]) for one in rows["waiting"]] == [
        ("weaker", "stricter", ["anna"])
    ]
    assert rows["retired"] == ["first"]
