"""
Everything a decision depends on besides post and scan, under one digest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import Calendar, House, Lexicon, Recognizer, Register, Verdict
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.policy import reaches_thread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from proxy.core.policy.policy import Policy

LONGEST_ROLLOUT_KEY = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBundle:
    """
    All policies in force together, with the word lists and allow-lists they use.

    Raises:
        ValueError: no policies, a setting that could turn an incomplete scan into an allow, or a key of a wrong length.
    """

    digest: str
    """Of everything in the bundle."""
    rules_digest: str
    """Of word lists and recognizers."""
    organisation_digest: str
    """Of the organisation profile."""
    policies: tuple[Policy, ...]
    lexicons: tuple[Lexicon, ...]
    """The word lists that rules use; terms written in a rule under an id such as `policy/rule#1`."""
    recognizers: tuple[Recognizer, ...] = ()
    """What `rules/recognizers` and the house's number formats describe."""
    house: House = field(default=House(), repr=False)
    """What the house keeps to itself, in digests."""
    allow_lists: Mapping[str, frozenset[str]] = field(repr=False)
    """Name of the list to keyed fingerprints."""
    allow_ends: Mapping[str, Mapping[str, date]] = field(default_factory=dict, repr=False)
    """The last day of each entry of the lists that ends."""
    calendars: tuple[Calendar, ...] = ()
    """The periods of the house that rules may name."""
    default: Verdict
    """The strictest default of the policies in force."""
    on_incomplete: Verdict
    """At least this when a detector did not complete: `hold` or `block`."""
    register: Register | None = None
    """What the scan under this bundle is compared with beside it, not part of the digest; None: there is none."""
    rollout_key: bytes | None = field(default=None, repr=False)
    """Draws the samples of rules that are being rolled out, not part of the digest; without it they count for all."""

    asks_consents: bool = field(init=False, repr=False)
    """Whether a rule has customers excused who agreed to be named: then those consents are looked up."""
    reaches_threads: bool = field(init=False, repr=False)
    """Whether a rule asks what stands in earlier posts of a thread: then those are scanned too."""

    def __post_init__(self) -> None:
        asking = any(reaches_thread(rule.when) for policy in self.policies for rule in policy.rules)
        object.__setattr__(self, "reaches_threads", asking)
        exceptions = {type(spec) for policy in self.policies for rule in policy.rules for spec in rule.unless}
        object.__setattr__(self, "asks_consents", ConsentSpec in exceptions)
        if not self.policies:
            message = "a bundle without policies: nothing is configured to look, so nothing may pass"
            raise ValueError(message)
        if self.on_incomplete not in {Verdict.HOLD, Verdict.BLOCK}:
            message = "on_incomplete is hold or block"
            raise ValueError(message)
        if self.default is Verdict.REDACT:
            message = "default is allow, hold or block: there is nothing to redact without a finding"
            raise ValueError(message)
        if self.rollout_key is not None and not 0 < len(self.rollout_key) <= LONGEST_ROLLOUT_KEY:
            message = f"a rollout key has 1 to {LONGEST_ROLLOUT_KEY} bytes"
            raise ValueError(message)

    def running(self, moment: datetime) -> frozenset[str]:
        """Return the names of the calendars with a period at a moment, which has its time zone."""
        return frozenset(calendar.name for calendar in self.calendars if calendar.running(moment))
