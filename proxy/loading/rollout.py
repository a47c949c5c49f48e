"""
Read `rollout` of a rule: the share of posts for which it counts at first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.policy.policy import Mode
from proxy.core.policy.rollout import share
from proxy.loading.messages import shown
from proxy.loading.strict_yaml import Scalar

if TYPE_CHECKING:
    from proxy.loading.validation import Fields

SHARE = re.compile(r"(0(?=\.[1-9])|[1-9][0-9]?)(?:\.([0-9]))?%")
"""From `0.1%` to `99.9%`."""


def read_rollout(fields: Fields, *, mode: Mode, hard: bool) -> int | None:
    """
    Return for how many of a thousand posts a rule counts, None for all, or when something was reported.

    `mode` is that of the rule or of its policy, whichever is weaker.
    """
    node = fields.get("rollout")
    if node is None:
        return None
    report = fields.report
    if not isinstance(node, Scalar):
        report.wrong_kind(node, "share")
        return None
    found = SHARE.fullmatch(node.text)
    if found is None:
        report.add("bad-rollout", node, value=shown(node.text))
        return None
    rollout = 10 * int(found[1]) + int(found[2] or 0)
    if hard:
        report.add("rollout-of-hard-rule", node)
    if mode is not Mode.ENFORCE:
        report.add("rollout-without-effect", node, mode=mode)
    if not hard and mode is Mode.ENFORCE:
        report.add("rolled-out-in-part", node, share=share(rollout))
    return rollout
