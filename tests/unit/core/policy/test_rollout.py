"""Which posts are in the sample of a rule, and what the rule is for the others."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from proxy.core.model import PostId, Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.policy import Mode
from proxy.core.policy.rollout import everywhere, in_sample, mode_for, share
from tests.factories import LOOKED, make_finding, make_post, make_scan
from tests.policies import ROLLOUT_KEY, make_bundle, make_policy, make_rule

POSTS = [make_post(post_id=f"00000000-0000-4000-8000-{number:012}") for number in range(4000)]


def _sample(rule: str, rollout: int, key: bytes = ROLLOUT_KEY) -> set[str]:
    return {post.id for post in POSTS if in_sample(rule, rollout, post, key)}


@pytest.mark.req("FEAT-27")
@pytest.mark.parametrize("rollout", [1, 25, 100, 500, 999])
def test_a_sample_is_as_large_as_its_share(rollout: int) -> None:
    """Within five standard deviations of 4,000 draws; the ids and the key are fixed, so the number is, too."""
    chance = rollout / 1000
    deviation = (len(POSTS) * chance * (1 - chance)) ** 0.5

    assert abs(len(_sample("bank/iban", rollout)) - len(POSTS) * chance) < 5 * deviation


def test_a_larger_share_keeps_every_post_of_a_smaller_one() -> None:
    """Raising the share sets nobody free."""
    samples = [_sample("bank/iban", rollout) for rollout in (10, 100, 101, 200, 999)]

    assert all(small < large for small, large in pairwise(samples))


def test_rules_and_keys_pick_different_posts() -> None:
    """A post that one rule stops is not stopped by all."""
    sample = _sample("bank/iban", 100)

    assert len(sample & _sample("bank/card", 100)) < len(sample) / 2
    assert len(sample & _sample("bank/iban", 100, b"another key")) < len(sample) / 2


def test_a_redacted_post_is_drawn_as_the_original() -> None:
    """Replacing a value is no second draw."""
    for post in POSTS[:50]:
        redacted = replace(post, id=PostId("r"), replaces=post.id)

        assert in_sample("bank/iban", 500, redacted, ROLLOUT_KEY) is in_sample("bank/iban", 500, post, ROLLOUT_KEY)


def test_nothing_about_the_author_or_the_text_counts() -> None:
    """Only the id does."""
    for post in POSTS[:50]:
        other = replace(make_post("ein anderer Text", post_id=post.id), author="a_andere", account="mastodon:hr")

        assert in_sample("bank/iban", 500, other, ROLLOUT_KEY) is in_sample("bank/iban", 500, post, ROLLOUT_KEY)


def test_ids_of_any_characters_can_be_drawn() -> None:
    """A lone surrogate raises nothing."""
    assert in_sample("bank/iban", 1, make_post(post_id="\ud800"), ROLLOUT_KEY) in {True, False}


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.MONITOR])
def test_a_sample_makes_no_rule_stronger(mode: Mode) -> None:
    """A policy that only watches does so for every post."""
    for post in POSTS[:50]:
        assert mode_for(make_policy(mode=mode), make_rule(rollout=500), post, ROLLOUT_KEY) is mode


def test_outside_its_sample_a_rule_monitors() -> None:
    """And a rule without rollout counts for all."""
    rules = make_rule(rollout=500), make_rule()
    modes = [{mode_for(make_policy(), rule, post, ROLLOUT_KEY) for post in POSTS[:50]} for rule in rules]

    assert modes == [{Mode.ENFORCE, Mode.MONITOR}, {Mode.ENFORCE}]


def test_without_a_key_every_post_is_in() -> None:
    """Not knowing is stricter; looks without consequences use it on purpose."""
    bundle = make_bundle(make_policy(make_rule(rollout=1)))
    scan = make_scan(make_finding())

    verdicts = {
        decide(post, scan, everywhere(bundle), running=frozenset(), expected=LOOKED).verdict for post in POSTS[:50]
    }
    assert verdicts == {Verdict.BLOCK}
    assert {decide(post, scan, bundle, running=frozenset(), expected=LOOKED).verdict for post in POSTS[:50]} == {
        Verdict.ALLOW
    }


@pytest.mark.parametrize(("rollout", "text"), [(1, "0.1%"), (25, "2.5%"), (100, "10%"), (999, "99.9%")])
def test_a_share_reads_as_it_is_written(rollout: int, text: str) -> None:
    """As in a policy file."""
    assert share(rollout) == text
