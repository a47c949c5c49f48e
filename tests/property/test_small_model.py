"""
One post on two nodes, in every order in which things can happen, with a crash, a lost answer and other policies.

Every state that can be reached is looked at, over the real gate: nothing is sent that was not allowed on record, or
approved by enough other people, by the policies that are in force when its first byte leaves; nothing twice; no final
state is left; and from every end of every way everything comes to an end that the log, the rows and the platform agree
about.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.release import Approval
from tests.simulation.model import Scene, walk
from tests.simulation.scenes import SCENES


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
@pytest.mark.req("FEAT-41")
def test_every_state_keeps_the_promises(scene: Scene) -> None:
    """Whatever comes between: the way that breaks a promise is shown step by step."""
    walked = walk(scene)

    assert walked.complaints == [], walked.path
    assert walked.ends > 0
    assert walked.seen.sent > 0


def test_an_approval_that_covers_everything_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model can fail: a stricter policy after an approval is one of its ways."""
    monkeypatch.setattr(Approval, "covers", lambda _self, _decision: True)
    scene = replace(SCENES["an approved post"], crashes=0, lost=0)

    assert any(complaint.startswith("I4") for complaint in walk(scene).complaints)
