"""Why a change of policies is refused: every reason in two languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import proxy.gate.policy_life
from proxy.gate.policy_refusals import FailingTests, ProposalRefused

SOURCE = Path(proxy.gate.policy_life.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("why", sorted(ProposalRefused.REASONS))
def test_every_reason_has_words_and_is_used(why: str) -> None:
    """In German and English, and the code alone in the exception's text."""
    refused = ProposalRefused(why=why)

    assert refused.reason.de != refused.reason.en
    assert str(refused).endswith(f"found: {why}")
    assert f'"{why}"' in SOURCE


def test_every_reason_that_is_used_has_words() -> None:
    """A refusal without words would be a defect at the worst moment."""
    used = set(re.findall(r'why="([a-z-]+)"', SOURCE)) | set(re.findall(r'": "([a-z-]+)"', SOURCE))

    assert used <= set(ProposalRefused.REASONS)


def test_failing_tests_are_named_and_counted() -> None:
    """The names for whoever asked; the text of the exception has only their number."""
    failing = FailingTests(names=("sample/iban #1", "sample/iban #2"))

    assert failing.names == ("sample/iban #1", "sample/iban #2")
    assert "sample" not in str(failing)
    assert str(failing).endswith("found: 2 failing tests")
