"""What is listed is what lies in the folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.core.model import Verdict
from proxy.core.policy import registry
from proxy.core.policy.options import ActionSpec
from tests.policies import ACTIONS, BrokenSpec

FOLDER = Path(registry.__file__).parent


@pytest.mark.parametrize(("folder", "listed"), [("matchers", registry.MATCHERS), ("actions", registry.ACTIONS)])
def test_the_tuple_lists_every_file(folder: str, listed: tuple[registry.MatcherModule, ...]) -> None:
    """A file that is not listed would be ignored without a word."""
    files = sorted(path.stem for path in (FOLDER / folder).glob("*.py") if path.stem != "__init__")

    assert [module.NAME for module in listed] == files


def test_every_verdict_has_its_action() -> None:
    """The four verdicts are closed, and each can be asked for."""
    assert {module.VERDICT for module in registry.ACTIONS} == set(Verdict)
    assert {verdict: registry.action_of(spec).VERDICT for verdict, spec in ACTIONS.items()} == {
        verdict: verdict for verdict in Verdict
    }


def test_an_unknown_spec_belongs_to_nobody() -> None:
    """Asking for its module raises, which counts as matched."""
    with pytest.raises(LookupError, match="BrokenSpec"):
        registry.matcher_of(BrokenSpec())
    with pytest.raises(LookupError, match="ActionSpec"):
        registry.action_of(ActionSpec(verdict=Verdict.BLOCK))
