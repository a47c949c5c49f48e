"""
Read `NAME_test.yaml`: named sample posts of one policy and the verdict expected of each.

What the matrix does not list is expected to pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.loading.organisation import Organisation, read_profile
from proxy.loading.samples import Sample, sample_of
from proxy.loading.strict_yaml import Mapping, Node, Scalar
from proxy.loading.validation import Fields, Report, choice_of, items_of, one_or_many

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from proxy.loading.policy_file import ParsedPolicy

MOST_LISTED = 50
"""Names that a message lists."""
ANYONE = ""
"""The author of samples where a file names no principals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One sample post by one principal, and what the policy must say to it."""

    name: str
    """`post`, or `post by principal`."""
    sample: Sample
    author: str
    verdict: Verdict
    rules: frozenset[str] | None
    """Exactly the rules that must match; None leaves it open."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFile:
    """A test file without mistakes."""

    __test__ = False
    """For pytest: this is no test."""

    file: str
    policy: ParsedPolicy
    now: datetime
    """When the samples are posted, with its time zone."""
    organisation: Organisation | None = field(repr=False)
    """Replaces the house's profile when the file has one of its own."""
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    verdict: Verdict
    rules: frozenset[str] | None
    line: int


def read_tests(
    report: Report, node: Node, policies: dict[str, ParsedPolicy], calendars: Collection[str]
) -> TestFile | None:
    """Return what a test file expects of a policy and a house with these calendars; None if something was reported."""
    before = report.errors
    fields = Fields.of(report, node)
    if fields is None:
        return None
    fields.schema()
    policy = _policy(fields, policies)
    now = _now(fields)
    posts, principals, organisation = _fixtures(fields, now, calendars)
    rules = None if policy is None else frozenset(rule.id for rule in policy.policy.rules)
    rows = _matrix(fields, posts, principals, rules)
    fields.close()
    if report.errors > before or policy is None or now is None:
        return None
    return TestFile(
        file=report.file,
        policy=policy,
        now=now,
        organisation=organisation,
        expectations=tuple(_expectations(posts, principals, rows)),
    )


def _policy(fields: Fields, policies: dict[str, ParsedPolicy]) -> ParsedPolicy | None:
    node = fields.need("policy")
    if not isinstance(node, Scalar):
        if node is not None:
            fields.report.wrong_kind(node, "text")
        return None
    if node.text not in policies:
        known = ", ".join(sorted(policies)) or "-"
        fields.report.add("test-of-nothing", node, value=node.text[:40], known=known, near=(node.text, policies))
        return None
    return policies[node.text]


def _now(fields: Fields) -> datetime | None:
    """Return the fixed time; one without zone is refused."""
    node = fields.need("now")
    if node is None:
        return None
    try:
        moment = datetime.fromisoformat(node.text) if isinstance(node, Scalar) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        fields.report.wrong_kind(node, "time")
        return None
    return moment


def _fixtures(
    outer: Fields,
    now: datetime | None,
    calendars: Collection[str],
) -> tuple[dict[str, tuple[Sample, int]], dict[str, int], Organisation | None]:
    node = outer.need("fixtures")
    fields = None if node is None else Fields.of(outer.report, node)
    if fields is None:
        return {}, {}, None
    organisation = _organisation(fields, now)
    if organisation is not None:
        calendars = frozenset(calendar.name for calendar in organisation.calendars)
    posts: dict[str, tuple[Sample, int]] = {}
    posts_node = fields.need("posts")
    for key, value in _named(outer.report, posts_node):
        sample = sample_of(outer.report, value, calendars)
        if sample is not None:
            posts[key.text] = (sample, key.line)
    principals: dict[str, int] = {}
    for key, value in _named(outer.report, fields.get("principals")):
        inner = Fields.of(outer.report, value)
        if inner is not None:
            inner.choice("kind", ("employee", "service"))
            inner.close()
            principals[key.text] = key.line
    fields.close()
    return posts, principals, organisation


def _organisation(fields: Fields, now: datetime | None) -> Organisation | None:
    node = fields.get("organisation")
    inner = None if node is None else Fields.of(fields.report, node)
    return None if inner is None else read_profile(inner, date.min if now is None else now.date())


def _named(report: Report, node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    if isinstance(node, Mapping):
        for entry in node.entries.values():
            yield entry.key, entry.value
    elif node is not None:
        report.wrong_kind(node, "mapping")


def _matrix(
    outer: Fields,
    posts: dict[str, tuple[Sample, int]],
    principals: dict[str, int],
    rules: frozenset[str] | None,
) -> dict[tuple[str, str], _Row]:
    node = outer.need("matrix")
    rows: dict[tuple[str, str], _Row] = {}
    for item in [] if node is None else items_of(outer.report, node):
        fields = Fields.of(outer.report, item)
        if fields is None:
            continue
        posts_node = fields.need("posts")
        chosen = [] if posts_node is None else _known(outer.report, posts_node, posts)
        principals_node = fields.get("principals")
        authors = [*principals] or [ANYONE]
        if principals_node is not None:
            authors = [author.text for author in _known(outer.report, principals_node, principals)]
        expect = fields.choice("expect", tuple(Verdict))
        rules_node = fields.get("rules")
        matched = None if rules_node is None or rules is None else _rule_names(outer.report, rules_node, rules)
        fields.close()
        for post in chosen:
            for author in authors:
                if (post.text, author) in rows:
                    first = rows[post.text, author].line
                    outer.report.add("tested-twice", post, value=post.text, first=first)
                elif expect is not None:
                    rows[post.text, author] = _Row(verdict=Verdict(expect), rules=matched, line=post.line)
    return rows


def _known(report: Report, node: Node, fixtures: Iterable[str]) -> list[Scalar]:
    names = dict.fromkeys(fixtures)
    found = []
    for item in one_or_many(report, node):
        if not isinstance(item, Scalar):
            report.wrong_kind(item, "text")
        elif item.text not in names:
            known = "" if report.full else _listed(names)
            report.add("unknown-fixture", item, value=item.text[:40], known=known, near=(item.text, names))
        else:
            found.append(item)
    return found


def _listed(names: Iterable[str]) -> str:
    """Return the names, of very many the first."""
    first = list(islice(names, MOST_LISTED + 1))
    return ", ".join(first[:MOST_LISTED] + ["..."] * (len(first) > MOST_LISTED)) or "-"


def _rule_names(report: Report, node: Node, rules: frozenset[str]) -> frozenset[str]:
    found = set()
    for item in items_of(report, node, empty=True):
        if isinstance(item, Scalar) and item.text not in rules:
            known = "" if report.full else _listed(sorted(rules))
            report.add("unknown-rule", item, value=item.text[:40], known=known, near=(item.text, rules))
        elif (name := choice_of(report, item, rules)) is not None:
            found.add(name)
    return frozenset(found)


def _expectations(
    posts: dict[str, tuple[Sample, int]],
    principals: dict[str, int],
    rows: dict[tuple[str, str], _Row],
) -> Iterator[Expectation]:
    for name, (sample, line) in posts.items():
        for author in [*principals] or [ANYONE]:
            row = rows.get((name, author), _Row(verdict=Verdict.ALLOW, rules=None, line=line))
            yield Expectation(
                name=name if author == ANYONE else f"{name} by {author}",
                sample=sample,
                author=author or "sample",
                verdict=row.verdict,
                rules=row.rules,
                line=row.line,
            )
