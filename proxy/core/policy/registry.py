"""
Every matcher and every action there is: one line per file, so that a search finds them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from proxy.core.policy.actions import allow, block, hold, redact
from proxy.core.policy.matchers import (
    allowed,
    calendar,
    consent,
    finding,
    language,
    length,
    link,
    media,
    missing,
    near,
    pattern,
    register,
    visibility,
    words,
)

if TYPE_CHECKING:
    from proxy.core.model import Obligation, Verdict
    from proxy.core.policy.facts import Facts, Match, MatcherSpec, Place
    from proxy.core.policy.fields import Complaint, Field, Written
    from proxy.core.policy.options import ActionSpec


class MatcherModule(Protocol):
    """What a file in `matchers/` offers."""

    NAME: str
    PLACES: frozenset[Place]
    FROM_FINDINGS: bool
    """More findings or links can only make it hold more; turned round (`none`), one of them would weaken a verdict."""
    FIELDS: tuple[Field, ...]
    SPEC: type[Any]

    def complain(self, written: Written) -> tuple[Complaint, ...]:
        """Return what is wrong between fields that are right one by one."""
        ...

    def build(self, written: Written) -> MatcherSpec:
        """Make the spec of checked values."""
        ...

    def match(self, spec: Any, facts: Facts, visible: frozenset[int]) -> Match:  # noqa: ANN401 - its own SPEC
        """Judge a post by the findings that are visible in this place; pure."""
        ...


class ActionModule(Protocol):
    """What a file in `actions/` offers."""

    NAME: str
    VERDICT: Verdict
    FIELDS: tuple[Field, ...]
    SPEC: type[Any]

    def build(self, written: Written) -> ActionSpec:
        """Make the spec of checked values."""
        ...

    def obligations(self, spec: Any, rule: str) -> tuple[Obligation, ...]:  # noqa: ANN401 - its own SPEC
        """Return what the gate has to do when this rule decides."""
        ...


MATCHERS: tuple[MatcherModule, ...] = (
    allowed,
    calendar,
    consent,
    finding,
    language,
    length,
    link,
    media,
    missing,
    near,
    pattern,
    register,
    visibility,
    words,
)

ACTIONS: tuple[ActionModule, ...] = (
    allow,
    block,
    hold,
    redact,
)


_MATCHER_OF = {module.SPEC: module for module in MATCHERS}


def matcher_of(spec: MatcherSpec) -> MatcherModule:
    """
    Return the matcher a spec belongs to.

    Raises:
        LookupError: none; the caller treats it as a matcher that raised.
    """
    module = _MATCHER_OF.get(type(spec))
    if module is None:
        message = f"no matcher takes {type(spec).__name__}"
        raise LookupError(message)
    return module


def action_of(spec: ActionSpec) -> ActionModule:
    """
    Return the action a spec belongs to.

    Raises:
        LookupError: none.
    """
    for module in ACTIONS:
        if isinstance(spec, module.SPEC):
            return module
    message = f"no action takes {type(spec).__name__}"
    raise LookupError(message)
