"""Why a change of the register is refused: every reason in two languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import proxy.gate.consent_register
from proxy.gate.consent_refusals import ConsentRefused

SOURCE = Path(proxy.gate.consent_register.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("why", sorted(ConsentRefused.REASONS))
def test_every_reason_has_words_and_is_used(why: str) -> None:
    """In German and English, and the code alone in the exception's text."""
    refused = ConsentRefused(why=why)

    assert refused.reason.de != refused.reason.en
    assert str(refused).endswith(f"found: {why}")
    assert f'"{why}"' in SOURCE


def test_every_reason_that_is_used_has_words() -> None:
    """A refusal without words would be a defect at the worst moment."""
    assert set(re.findall(r'(?:why|lost)="([a-z-]+)"', SOURCE)) <= set(ConsentRefused.REASONS)
