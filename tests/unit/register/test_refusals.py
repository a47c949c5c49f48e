"""Why a register is not built, or not relied on."""

from __future__ import annotations

import re

import pytest

from proxy.core.detection.register.table import BrokenRegister
from proxy.register.refusals import BROKEN, RegisterRefused


@pytest.mark.parametrize("why", RegisterRefused.REASONS)
def test_every_reason_is_a_sentence_in_both_languages(why: str) -> None:
    """With the same values filled in."""
    words = RegisterRefused.REASONS[why]
    names = re.findall(r"\{(\w+)\}", words.en)

    refused = RegisterRefused(why, **dict.fromkeys(names, "VALUE"))

    assert sorted(names) == sorted(re.findall(r"\{(\w+)\}", words.de))
    assert refused.reason.de != refused.reason.en
    assert refused.reason.en.count("VALUE") == len(names)
    assert refused.why == why


def test_every_code_of_a_broken_register_has_words() -> None:
    """None is shown as a bare code."""
    documented = set(re.findall(r"`([a-z-]+)`", _docstring_of_code()))

    assert set(BROKEN) == documented


def _docstring_of_code() -> str:
    import inspect  # noqa: PLC0415

    return inspect.getsource(BrokenRegister)
