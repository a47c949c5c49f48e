"""
Load everything a decision depends on: policies, word lists, organisation profile. All mistakes of all files at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from proxy.core.detection.fingerprint import digester
from proxy.core.errors import ConfigurationError
from proxy.core.model import Lexicon, Recognizer, Verdict, strictest
from proxy.core.policy.bundle import PolicyBundle
from proxy.core.policy.policy import Condition, Group, Mode
from proxy.core.policy.vocabulary import DETECTED, PLANNED
from proxy.loading.collector import collector_paused
from proxy.loading.described import Vocabulary
from proxy.loading.digests import content_of, digest, lexicon_contents
from proxy.loading.files import content_key, name_below, policy_files, read_document
from proxy.loading.house_lists import ALLOW_LISTS
from proxy.loading.lexicons import load_lexicons
from proxy.loading.messages import problem
from proxy.loading.organisation import Organisation, read_organisation
from proxy.loading.policy_file import ParsedPolicy, read_policy
from proxy.loading.recognizers import load_recognizers
from proxy.loading.word_hits import word_search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from proxy.core.errors import Problem
    from proxy.core.policy.facts import MatcherSpec
    from proxy.loading.files import Entry


_EXPIRED = "expired-entry"


class BundleFiles(Protocol):
    """Where the files of a bundle are read, on disk or in a package, and what is needed to read them."""

    @property
    def directory(self) -> Entry:
        """Return the folder of policies."""
        ...

    @property
    def organisation(self) -> Entry | None:
        """Return the house's profile."""
        ...

    @property
    def lexicons(self) -> Entry:
        """Return the folder of word lists."""
        ...

    @property
    def recognizers(self) -> Entry | None:
        """Return the folder of recognizers."""
        ...

    @property
    def fingerprint_key(self) -> bytes:
        """Return the key under which values of the house are kept."""
        ...

    @property
    def on_incomplete(self) -> Verdict:
        """Return what becomes of a post that was not looked at completely."""
        ...

    @property
    def retention(self) -> frozenset[str] | None:
        """Return the retention classes of the settings; None where no settings are known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the files lie, and what is needed to read them."""

    directory: Path
    organisation: Path | None
    lexicons: Path
    recognizers: Path | None = None
    fingerprint_key: bytes = field(repr=False)
    on_incomplete: Verdict = Verdict.HOLD
    retention: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a run over all files gave."""

    bundle: PolicyBundle | None
    """None when there is a mistake."""
    organisation: Organisation = field(repr=False)
    policies: tuple[ParsedPolicy, ...]
    vocabulary: Vocabulary
    """The names that policies may use."""
    test_files: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    """Mistakes and warnings."""

    @classmethod
    def of_mistakes(cls, problems: tuple[Problem, ...]) -> Loaded:
        """Return what there is where no file could be read."""
        nothing: frozenset[str] = frozenset()
        vocabulary = Vocabulary(
            entities=nothing, planned=nothing, lexicons=nothing, patterns=nothing, allow_lists=nothing
        )
        return cls(
            bundle=None,
            organisation=Organisation(),
            policies=(),
            vocabulary=vocabulary,
            test_files=(),
            problems=problems,
        )

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the mistakes without the warnings."""
        return tuple(one for one in self.problems if not one.warning)


def load_bundle(
    directory: Path,
    *,
    organisation: Path | None,
    lexicons: Path,
    fingerprint_key: bytes,
    on_incomplete: Verdict,
    today: date,
) -> PolicyBundle:
    """
    Return the bundle of a directory of policies.

    Raises:
        ConfigurationError: any mistake in any file; all of them are in it.
    """
    sources = Sources(
        directory=directory,
        organisation=organisation,
        lexicons=lexicons,
        fingerprint_key=fingerprint_key,
        on_incomplete=on_incomplete,
    )
    loaded = load(sources, today)
    if loaded.errors or loaded.bundle is None:
        raise ConfigurationError(loaded.errors)
    return loaded.bundle


@collector_paused()
def load(sources: BundleFiles, today: date, *, kept: bool = False) -> Loaded:
    """
    Read all files and return what they give, with every mistake and warning.

    In files that are kept in the policy store, what has expired since it was signed is left out with a warning.
    """
    words, shipped, mistakes = _rules(sources)
    problems = list(mistakes)
    organisation, organisation_content = _organisation(sources, today, problems)
    recognizers = organisation.recognizers
    recognizers = (*shipped, *recognizers)
    vocabulary = _vocabulary(words, recognizers, organisation, sources.retention)
    paths, tests, unreadable = policy_files(sources.directory)
    problems.extend(unreadable)
    policies, contents = _policies(sources.directory, paths, vocabulary, problems)
    if not paths and not unreadable:
        problems.append(problem("no-policies", sources.directory.name))
    elif policies and all(parsed.policy.mode is not Mode.ENFORCE for parsed in policies):
        problems.append(problem("nothing-enforced", sources.directory.name))
    if kept:
        problems = [replace(one, warning=True) if one.code == _EXPIRED else one for one in problems]
    bundle = None
    if policies and all(one.warning for one in problems):
        bundle = _bundle(
            sources,
            policies=policies,
            rules=(_all_lists(policies, words), recognizers),
            contents=(contents, organisation_content),
            organisation=organisation,
            today=today,
        )
    return Loaded(
        bundle=bundle,
        organisation=organisation.sealed(),
        policies=tuple(policies),
        vocabulary=vocabulary,
        test_files=tuple(tests),
        problems=tuple(problems),
    )


_MOST_REMEMBERED = 3
_Rules = tuple[dict[str, Lexicon], tuple[Recognizer, ...], tuple["Problem", ...]]
_remembered: dict[bytes, _Rules] = {}


def _rules(sources: BundleFiles) -> _Rules:
    """
    Return word lists, detection rules and their mistakes.

    Their samples are what takes long, so what the same files said a moment ago is said again without running them.
    """
    places = [place for place in (sources.lexicons, sources.recognizers) if place is not None]
    key = content_key(places)
    known = None if key is None else _remembered.get(key)
    if known is not None:
        return known
    words, problems = load_lexicons(sources.lexicons, word_search)
    recognizers, mistakes = ((), []) if sources.recognizers is None else load_recognizers(sources.recognizers)
    found = words, recognizers, (*problems, *mistakes)
    if key is not None:
        # Several threads may load at once: nothing is read from here again once it is put there.
        while len(_remembered) >= _MOST_REMEMBERED:
            _remembered.pop(next(iter(tuple(_remembered)), b""), None)
        _remembered[key] = found
    return found


def without_expired(bundle: PolicyBundle, organisation: Organisation, key: bytes, today: date) -> PolicyBundle:
    """Return a bundle whose lists hold nothing that has expired since it was loaded."""
    lists = organisation.allow_lists(key, today)
    if lists == bundle.allow_lists:
        return bundle
    left = {name: len(values) for name, values in lists.items()}
    organisation_digest = digest("organisation", [bundle.organisation_digest, left])
    return replace(
        bundle,
        digest=digest("bundle", [bundle.digest, organisation_digest]),
        organisation_digest=organisation_digest,
        allow_lists=lists,
    )


def _organisation(sources: BundleFiles, today: date, problems: list[Problem]) -> tuple[Organisation, object]:
    if sources.organisation is None:
        return Organisation(), None
    document = read_document(sources.organisation, sources.organisation.name)
    organisation = Organisation()
    if document.node is not None:
        organisation = read_organisation(document.report, document.node, today)
    problems.extend(document.report.problems)
    return organisation, None if document.node is None else content_of(document.node)


def _vocabulary(
    words: Mapping[str, Lexicon],
    recognizers: tuple[Recognizer, ...],
    organisation: Organisation,
    retention: frozenset[str] | None,
) -> Vocabulary:
    return Vocabulary(
        entities=DETECTED,
        planned=PLANNED,
        lexicons=frozenset(words),
        patterns=frozenset(one.id for one in recognizers if one.in_force),
        allow_lists=ALLOW_LISTS,
        calendars=frozenset(calendar.name for calendar in organisation.calendars),
        retention=retention,
    )


def _policies(
    directory: Entry,
    paths: list[Entry],
    vocabulary: Vocabulary,
    problems: list[Problem],
) -> tuple[list[ParsedPolicy], list[object]]:
    found: dict[str, ParsedPolicy] = {}
    contents: dict[str, object] = {}
    for path in paths:
        document = read_document(path, name_below(path, directory))
        node = document.node
        parsed = None if node is None else read_policy(document.report, node, vocabulary)
        if parsed is not None:
            name = parsed.policy.id
            if name in found:
                document.report.add("duplicate-policy", node, value=name, first=found[name].file)
            elif node is not None:
                found[name] = parsed
                contents[name] = content_of(node)
        problems.extend(document.report.problems)
    return [found[name] for name in sorted(found)], [contents[name] for name in sorted(contents)]


def _bundle(
    sources: BundleFiles,
    *,
    policies: list[ParsedPolicy],
    rules: tuple[tuple[Lexicon, ...], tuple[Recognizer, ...]],
    contents: tuple[list[object], object],
    organisation: Organisation,
    today: date,
) -> PolicyBundle:
    policy_contents, organisation_content = contents
    lexicons, recognizers = rules
    organisation_digest = digest("organisation", organisation_content)
    # Of the whole profile, because a digest of the terms alone could be guessed.
    terms = organisation_digest if organisation.terms else None
    rules_digest = digest("rules", [lexicon_contents(lexicons), [asdict(one) for one in recognizers], terms])
    defaults = [parsed.policy.default for parsed in policies if parsed.policy.mode is Mode.ENFORCE]
    default = strictest([Verdict.ALLOW, *defaults])
    everything = [policy_contents, rules_digest, organisation_digest, default, sources.on_incomplete]
    return PolicyBundle(
        digest=digest("bundle", everything),
        rules_digest=rules_digest,
        organisation_digest=organisation_digest,
        policies=tuple(parsed.policy for parsed in policies),
        lexicons=lexicons,
        recognizers=recognizers,
        house=organisation.house(sources.fingerprint_key),
        allow_lists=organisation.allow_lists(sources.fingerprint_key, today),
        allow_ends=organisation.allow_ends(sources.fingerprint_key, today),
        calendars=organisation.calendars,
        default=default,
        on_incomplete=sources.on_incomplete,
        rollout_key=bytes.fromhex(digester(sources.fingerprint_key, "ROLLOUT")("key")),
    )


def _all_lists(policies: list[ParsedPolicy], words: Mapping[str, Lexicon]) -> tuple[Lexicon, ...]:
    """Return all word lists of the directory, since findings are combined with them, and those written in rules."""
    specs = [spec for parsed in policies for rule in parsed.policy.rules for spec in _matchers(rule.when)]
    inline = {lexicon.id: lexicon for spec in specs for lexicon in spec.lexicons()}
    return tuple(lexicon for _, lexicon in sorted({**words, **inline}.items()))


def _matchers(condition: Condition) -> Iterator[MatcherSpec]:
    if isinstance(condition, Group):
        for one in condition.conditions:
            yield from _matchers(one)
    else:
        yield condition
