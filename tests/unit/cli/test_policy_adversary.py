"""How an adversarial run of policies is shown; the command itself is in test_policy.py."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from proxy.cli.policy_adversary import Attack, attack_as_json, attack_as_junit, print_attack
from proxy.scoring.adversary import Resistance
from proxy.scoring.figures import Share

ATTACK = Attack(
    seed=3,
    rules=(
        Resistance(rule="bank/*", samples=0, caught=Share(hits=0, of=0), slipped=()),
        Resistance(rule="bank/iban", samples=2, caught=Share(hits=3, of=4), slipped=(("2", "T9 number-words"),)),
    ),
)


@pytest.mark.parametrize(
    ("language", "title", "slips"),
    [
        ("de", "Verschleierte Beispiele (Startwert 3)", "bank/iban #2: T9 number-words entgeht ihr"),
        ("en", "Samples in disguise (seed 3)", "bank/iban #2: T9 number-words slips"),
    ],
)
def test_a_table_and_the_disguises_that_slip(
    capsys: pytest.CaptureFixture[str], language: str, title: str, slips: str
) -> None:
    """A rule whose samples no disguise fits has a dash."""
    print_attack(ATTACK, language)

    printed = capsys.readouterr().out
    assert title in printed
    assert "75.0%" in printed
    assert printed.splitlines()[-1] == slips
    assert any("bank/*" in line and "-" in line for line in printed.splitlines())


def test_the_same_as_values() -> None:
    """For other programs."""
    assert attack_as_json(ATTACK) == {
        "seed": 3,
        "rules": [
            {"rule": "bank/*", "samples": 0, "disguises": 0, "caught": 0, "slipped": []},
            {
                "rule": "bank/iban",
                "samples": 2,
                "disguises": 4,
                "caught": 3,
                "slipped": [{"sample": "2", "transform": "T9 number-words"}],
            },
        ],
    }


def test_a_suite_without_failures() -> None:
    """What slips is output of the rule's case."""
    suite = attack_as_junit(ATTACK)

    assert suite.attrib["failures"] == "0"
    assert [case.attrib["name"] for case in suite.iter("testcase")] == ["bank/*", "bank/iban"]
    assert "#2: T9 number-words slips" in ET.tostring(suite, encoding="unicode")
