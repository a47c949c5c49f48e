"""
Rules that count for a share of all posts at first: for which posts, and what they are for the others.

A keyed hash of rule and post says whether a post is in the sample of a rule. So every look at a post gives the same
answer, two rules pick different posts, nobody is picked as a person, and nobody without the key can tell beforehand. A
larger share keeps every post of a smaller one.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.policy.policy import Mode

if TYPE_CHECKING:
    from proxy.core.model import Post
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.policy import Policy, Rule

__all__ = ["WHOLE", "everywhere", "in_sample", "mode_for", "share"]

WHOLE = 1000
"""All posts; shares are counted in thousandths."""
_DOMAIN = b"postgate:rollout"
_BYTES = 8


def mode_for(policy: Policy, rule: Rule, post: Post, key: bytes | None) -> Mode:
    """Return how much a rule counts for a post: as much as its policy and itself say, outside its sample as monitor."""
    mode = policy.mode_of(rule)
    if mode is not Mode.ENFORCE or rule.rollout is None:
        return mode
    return mode if in_sample(f"{policy.id}/{rule.id}", rule.rollout, post, key) else Mode.MONITOR


def in_sample(rule: str, rollout: int, post: Post, key: bytes | None) -> bool:
    """
    Return whether a post is in the sample of a rule (`policy/rule`) that counts for so many of a thousand posts.

    A redacted post is drawn as the post that its author wrote. Without a key every post is in.
    """
    if key is None:
        return True
    drawn = hashlib.blake2b(key=key, digest_size=_BYTES, person=_DOMAIN)
    drawn.update(f"{rule}\0{post.replaces or post.id}".encode("utf-8", "surrogatepass"))
    return int.from_bytes(drawn.digest()) * WHOLE < rollout << (8 * _BYTES)


def everywhere(bundle: PolicyBundle) -> PolicyBundle:
    """
    Return a bundle whose rules count for every post.

    For looks without consequences: their ids come from whoever asks, and whoever could choose an id could search for
    one that is in no sample.
    """
    return replace(bundle, rollout_key=None)


def share(rollout: int) -> str:
    """Return a share as policy files write it: 25 of a thousand is `2.5%`."""
    whole, tenth = divmod(rollout, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
