"""
Decide a recorded post again, as it was then, and compare: what the log says is what the gate would say, or it shows.

The comparison is between two `data` of a leaf, so it sees everything that a record of a decision says and nothing else:
no text, only rules, numbers, versions and digests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from proxy.core.model import Phase
from proxy.core.policy.decide import decide
from proxy.core.policy.reasons import LIMIT
from proxy.gate.appeals import heard
from proxy.gate.limits import held_at_limit
from proxy.gate.recorded import post_of
from proxy.gate.records import REGISTER, decided_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Decision, DetectorId, Part, Post, Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.consents import Consents
    from proxy.gate.recorded import Recorded

_NOT_AGAIN = frozenset({"edit_of", "appeal_of", "request", "register_version"})
"""What a decision is told, not what it says."""


class Rescan(Protocol):
    """The part of a scanner that is needed."""

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the detectors that must complete."""
        ...

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """Look at every part with every detector."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of the leaf that would be another one today."""

    field: str
    then: object
    now: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Redecided:
    """What a decision would be today."""

    record: str
    differences: tuple[Difference, ...]
    """Empty where the decision is the same in everything that the log says of it."""
    uncertain: tuple[str, ...] = ()
    """
    What could not be repeated: `thread`, which the log does not say, and `register`, when the one of then is not the
    one of now.
    """

    @property
    def equal(self) -> bool:
        """Return whether nothing differs."""
        return not self.differences


def recorded_post(recorded: Recorded, *, replaces: str | None) -> Post:
    """
    Return the post of a decision.

    Raises:
        LookupError, TypeError, ValueError: it is no record of a decision that this version wrote.
    """
    return post_of(json.loads(recorded.leaf), json.loads(recorded.content), replaces=replaces)


async def redecide(
    recorded: Recorded,
    post: Post,
    bundle: PolicyBundle,
    *,
    scanner: Rescan,
    consents: Consents,
    thread: Sequence[str] | None,
) -> Redecided:
    """
    Scan and decide a recorded post again, with the calendars of its time and the consents that it counted on.

    Args:
        recorded: the decision.
        post: its post.
        bundle: the bundle that it was decided by; its word lists must be loaded.
        scanner: the detectors of today.
        consents: the register; consents stay in it as they were when they were withdrawn.
        thread: earlier texts of its thread as they are now, oldest first; None where they cannot be known.

    Raises:
        GateUnavailable: the register does not answer.
    """
    leaf = json.loads(recorded.leaf)
    then = leaf["data"]
    scan = await scanner.scan(post.parts, bundle, thread or ())
    decision = decide(
        post,
        scan,
        bundle,
        expected=scanner.expected(bundle),
        running=bundle.running(datetime.fromisoformat(leaf["at"])),
        consents=await consents.once(then.get("consents", ())),
        phase=Phase(then["phase"]),
    )
    now = json.loads(json.dumps(decided_data(post, scan, _as_then(post, decision, then))))
    replaced = then.get("register_version") != now.get("register_version")
    if replaced:
        then, now = _without_register(then), _without_register(now)
    differences = tuple(
        Difference(field=name, then=then.get(name), now=now.get(name))
        for name in sorted((then.keys() | now.keys()) - _NOT_AGAIN)
        if then.get(name) != now.get(name)
    )
    answers = post.reply_to is not None or then.get("edit_of") is not None
    uncertain = tuple(name for name, holds in (("thread", answers), ("register", replaced)) if holds)
    return Redecided(record=leaf["id"], differences=differences, uncertain=uncertain)


def _as_then(post: Post, decision: Decision, then: dict[str, Any]) -> Decision:
    """Return a decision with what came on top of it; how often was asked then, nobody knows any more."""
    decision = heard(post, decision)
    return held_at_limit(decision) if LIMIT in then.get("reasons", ()) else decision


def _without_register(data: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a decision without the version of the register, which its detector has, too."""
    return data | {"detectors": [one for one in data.get("detectors", ()) if one["name"] != REGISTER]}
