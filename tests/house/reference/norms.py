"""
The page of norms: which rules serve which norm, what their tests ask, and how those ended: `docs/norms.md`.

`python -m tests.house.reference.norms` runs the tests of all shipped policies with the real detectors and writes what
came out, failures included. Two tests keep the page honest: one writes it from a run of its own and compares; the other
is fast, and refuses a page that is stale or shows anything but success.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.policy.policy import Mode
from tests.house.files import REPOSITORY
from tests.house.reference.tables import code, codes, table
from tests.house.requirements import Requirement, markers, requirements
from tests.shipped_policies import cases, outcomes, shipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from proxy.loading.policy_file import ParsedPolicy
    from proxy.loading.policy_tests import Case

PAGE = REPOSITORY / "docs" / "norms.md"
NORM = "REG-"
"""How the ids of norms begin; the other requirements are about jobs, features, targets and traps."""
STAGES = {
    "first": "For the first release",
    "pack": "For a pack that a house may need",
    "later": "For later",
}
SAID = ("norm", "what it asks", "wording", "status")
COUNTED = ("catches", "lets pass", "last result")
TOGETHER = "all rules together"
"""What the rows of a test file ask."""
NOTE = "<!-- Written by `python -m tests.house.reference.norms` from policies and their tests; change those. -->"
INTRO = """\
Which rules of the starter policies serve which norm, how many sample posts each must catch and must let pass, and how
the last run of these tests ended.
Nothing here is legal advice, and a rule that serves a norm does not fulfil it: norms ask for more than rules can do.
*Planned* says that not all of what stands there is built and proven.
Where it says *not checked*, no lawyer has checked the wording (Wortlaut nicht geprüft).

A policy names its norms, and each of its rules counts for each of them.
The results are those of a run of all tests with the real detectors, which writes this page.
`make test` runs them again and fails when the page says anything else."""
RULES = """\
*Catches* and *lets pass* are numbers of sample posts; those of a test file beside the policy ask all rules together.
A rule in `monitor` holds nothing until a house enforces it; its tests ask as if it were enforced."""
OPEN = """\
No rule of a policy names these norms yet.
Many are no matter of rules but of the gate, its log and its people; the number of files whose tests name such a norm
stands beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The tests of a rule, of a policy or of a norm, counted."""

    catches: int = 0
    lets_pass: int = 0
    passed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            catches=self.catches + other.catches,
            lets_pass=self.lets_pass + other.lets_pass,
            passed=self.passed + other.passed,
        )

    @property
    def result(self) -> str:
        """Return how the tests ended; one that did not run did not pass."""
        count = self.catches + self.lets_pass
        return f"{count} of {count} passed" if self.passed == count else f"**{count - self.passed} of {count} failed**"


def norms_page(policies: Iterable[ParsedPolicy], asked: Iterable[Case], passed: Collection[str]) -> str:
    """Return the page; `passed` has the names of the tests that ran and passed."""
    own = {parsed.policy.id: parsed for parsed in policies}
    tallies: dict[str, dict[str, Tally]] = {name: {} for name in own}
    for case in asked:
        policy, rule = _asked(case)
        before = tallies[policy].get(rule, Tally())
        tallies[policy][rule] = before + _tally(case, case.name in passed)
    norms = {name: one for name, one in requirements().items() if name.startswith(NORM) and one.stage != "dropped"}
    served = {
        norm: [name for name, parsed in own.items() if norm in parsed.policy.norms]
        for norm in norms
        if any(norm in parsed.policy.norms for parsed in own.values())
    }
    return (
        "\n\n".join(
            [
                "# Norms, rules, tests",
                NOTE,
                INTRO,
                "## Norms with rules",
                _matrix(norms, served, own, tallies),
                "## Rules and their tests",
                RULES,
                *(_policy(own[name], tallies[name]) for name in own),
                "## Open",
                OPEN,
                *_open({name: one for name, one in norms.items() if name not in served}),
            ]
        )
        + "\n"
    )


def _asked(case: Case) -> tuple[str, str]:
    """Return the policy and the rule that a test asks."""
    (policy,) = case.bundle.policies
    rule = f"{policy.id}/"
    return policy.id, case.name.removeprefix(rule).split(" #")[0] if case.name.startswith(rule) else TOGETHER


def _tally(case: Case, passed: bool) -> Tally:
    clean = case.verdict.value == "allow"
    return Tally(catches=int(not clean), lets_pass=int(clean), passed=int(passed))


def _matrix(
    norms: Mapping[str, Requirement],
    served: Mapping[str, list[str]],
    own: Mapping[str, ParsedPolicy],
    tallies: Mapping[str, Mapping[str, Tally]],
) -> str:
    rows = []
    for norm, names in served.items():
        total = sum((one for name in names for one in tallies[name].values()), Tally())
        links = ", ".join(f"[{name}](#{name})" for name in names)
        rows.append([*_said(norms[norm]), links, _rules([own[name] for name in names]), *_counted(total)])
    return table((*SAID, "policies", "rules", *COUNTED), rows)


def _rules(policies: Iterable[ParsedPolicy]) -> str:
    modes = Counter(one.rule.mode for parsed in policies for one in parsed.rules)
    watched = modes.total() - modes[Mode.ENFORCE]
    return f"{modes.total()} ({watched} of them only monitored)" if watched else str(modes.total())


def _policy(parsed: ParsedPolicy, tallies: Mapping[str, Tally]) -> str:
    modes = {one.rule.id: one.rule.mode.value for one in parsed.rules}
    rows = [
        [code(rule) if rule in modes else rule, modes.get(rule, ""), *_counted(tally)]
        for rule, tally in tallies.items()
    ]
    policy = parsed.policy
    return "\n\n".join(
        [
            f"### {policy.id}",
            f"{policy.title.en}. Owner: {policy.owner}. Norms: {codes(policy.norms)}.",
            table(("rule", "mode", *COUNTED), rows),
        ]
    )


def _open(norms: Mapping[str, Requirement]) -> list[str]:
    named = {name: len(set(files)) for name, files in markers().items()}
    found = []
    for stage, title in STAGES.items():
        rows = [[*_said(one), str(named.get(name, 0))] for name, one in norms.items() if one.stage == stage]
        if rows:
            found += [f"### {title}", table((*SAID, "files of tests"), rows)]
    return found


def _said(norm: Requirement) -> list[str]:
    """Return what requirements.yaml says, as a quotation: the words are those of the norm, not ours."""
    return [code(norm.id), f"“{norm.title}”", norm.wording, norm.status]


def _counted(tally: Tally) -> list[str]:
    return [str(tally.catches), str(tally.lets_pass), tally.result]


def main() -> int:
    """Run the tests of all shipped policies and write the page; 1 when one of them failed."""
    ran = outcomes()
    passed = {outcome.case.name for outcome in ran if outcome.passed}
    PAGE.write_text(norms_page(shipped().policies, cases(), passed), encoding="utf-8")
    counts = Counter(outcome.passed for outcome in ran)
    sys.stdout.write(f"{counts[True]} passed, {counts[False]} failed\n")
    return int(bool(counts[False]))


if __name__ == "__main__":
    sys.exit(main())
