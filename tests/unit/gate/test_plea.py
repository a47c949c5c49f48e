"""What an author says for an appeal: covered like a post, and never in a representation. All of it is invented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.gate.plea import looked_at, shown_plea
from proxy.gate.records import content_of
from tests.factories import make_post, make_scan
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle


async def _kept(scanner: ScriptedScanner, text: str) -> dict[str, Any]:
    plea = await looked_at(scanner, make_bundle(), text)
    assert text not in repr(plea)
    content: dict[str, Any] = json.loads(content_of(make_post(), make_scan(), plea))
    return content


async def test_what_was_found_in_it_is_covered() -> None:
    """Until it is uncovered; the text of the post is not in it."""
    says = await _kept(ScriptedScanner({"Karl": "PERSON"}), "Den Karl gibt es nicht.")

    covered, clear = shown_plea(says, revealed=False), shown_plea(says, revealed=True)

    assert covered is not None
    assert clear is not None
    assert (covered.text, covered.covered) == ("Den ████ gibt es nicht.", 1)
    assert (clear.text, clear.covered) == ("Den Karl gibt es nicht.", 1)
    assert "Karl" not in repr(clear)


async def test_what_nobody_looked_at_to_the_end_is_covered_whole() -> None:
    """A detector was missing."""
    scanner = ScriptedScanner(missing=["surfaces"])
    says = await _kept(scanner, "Den Karl gibt es nicht.")

    covered = shown_plea(says, revealed=False)

    assert covered is not None
    assert (covered.text, covered.covered) == ("█" * 23, 1)


@pytest.mark.parametrize("revealed", [True, False])
def test_an_author_need_not_say_anything(*, revealed: bool) -> None:
    """Nor did one whose content is gone."""
    assert shown_plea(json.loads(content_of(make_post(), make_scan())), revealed=revealed) is None
    assert shown_plea({}, revealed=revealed) is None
