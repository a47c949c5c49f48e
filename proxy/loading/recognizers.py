"""
Read the recognizers of `rules/recognizers`: patterns as data, each with the samples that prove it.

A rule whose samples fail, with fewer than three of a kind, or with a check, entity or pattern that does not exist, does
not load; and then nothing of the directory does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from proxy.core.detection.dialect import bad_pattern, mask_pattern, refused
from proxy.core.detection.recognizers import LookFailed, RecognizerMatcher
from proxy.core.detection.registry import CHECKS
from proxy.core.model import Confidence, Recognizer, RuleConfidence
from proxy.core.policy.vocabulary import DETECTED, PLANNED
from proxy.core.text.decoding import TooMuchHidden
from proxy.core.text.surfaces import surfaces
from proxy.loading.files import lexicon_files, name_below, read_document
from proxy.loading.messages import shown
from proxy.loading.strict_yaml import Node, Scalar
from proxy.loading.validation import Fields, Report, integer_of, items_of, text_of

if TYPE_CHECKING:
    from proxy.core.errors import Problem
    from proxy.loading.files import Entry

MIN_SAMPLES = 3
STATUS = ("draft", "experimental", "stable", "retired")
BOUNDARIES = ("word", "field", "digit", "none")
SURFACES = ("text", "grouped", "stream")
FORMS = ("exact", "stem", "compound")
LEVELS = ("none", "low", "medium", "high")
_SITUATIONS = ("bare", "cue", "check", "cue_and_check")
_LONGEST = 2000
_KEY = b"samples of rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    text: str = field(repr=False)
    find: str | None = field(repr=False)
    node: Node


def load_recognizers(directory: Entry) -> tuple[tuple[Recognizer, ...], list[Problem]]:
    """Return every recognizer below a directory, sorted by id, and all mistakes of all files."""
    paths, problems = lexicon_files(directory)
    found: dict[str, Recognizer] = {}
    files: dict[str, str] = {}
    for path in paths:
        document = read_document(path, name_below(path, directory.parent))
        report = document.report
        recognizer = None if document.node is None else read_recognizer(report, document.node)
        if recognizer is not None:
            if recognizer.id in found:
                report.add("duplicate-recognizer", document.node, value=recognizer.id, first=files[recognizer.id])
            found.setdefault(recognizer.id, recognizer)
            files.setdefault(recognizer.id, report.file)
        problems.extend(report.problems)
    return tuple(found[name] for name in sorted(found)), problems


def read_recognizer(report: Report, node: Node) -> Recognizer | None:
    """Return the rule of one file, its samples run; None and mistakes in the report when there are any."""
    before = report.errors
    fields = Fields.of(report, node)
    if fields is None:
        return None
    fields.schema()
    fields.localised("title")
    values = _values(fields)
    cues, forms = _cues(fields)
    window = _window(fields)
    levels = _confidence(fields)
    fields.texts("falsepositives", required=True)
    fields.texts("references")
    samples = _tests(fields)
    fields.close()
    if report.errors > before or levels is None:
        return None
    recognizer = Recognizer(**values, **window, cues=cues, forms=forms, confidence=levels)
    _run(report, recognizer, samples)
    return recognizer if report.errors == before else None


def _values(fields: Fields) -> dict[str, Any]:
    """Return what describes the match itself."""
    identifier, status = fields.name("id"), fields.choice("status", STATUS)
    entity = fields.choice("entity", sorted(DETECTED | PLANNED))
    surface = fields.choice("surface", SURFACES, default="text")
    boundary = fields.choice("boundary", BOUNDARIES, default="word")
    check = fields.choice("check", ("none", *sorted(check.NAME for check in CHECKS)), default="none")
    return {
        "id": identifier,
        "status": status,
        "entity": entity,
        "pattern": _pattern(fields, grouped=surface != "text"),
        "surface": surface,
        "boundary": boundary,
        "check": None if check == "none" else check,
        "exclude": _exclude(fields),
    }


def _pattern(fields: Fields, *, grouped: bool) -> str | None:
    pattern, mask = fields.get("pattern"), fields.get("mask")
    chosen = pattern if mask is None else mask
    if chosen is None or (pattern is not None and mask is not None):
        fields.report.add("pattern-or-mask", chosen or fields.node)
        return None
    text = text_of(fields.report, chosen, limit=_LONGEST)
    if text is None:
        return None
    if mask is not None:
        if sum(letter in "#A" for letter in text) < 4:
            fields.report.add("bad-mask", mask)
        return mask_pattern(text, grouped=grouped)
    _examine(fields.report, chosen, text)
    return text


def _examine(report: Report, node: Node, pattern: str) -> None:
    """Report what the dialect leaves out, and what RE2 cannot read."""
    piece = refused(pattern)
    if piece is not None:
        report.add("pattern-dialect", node, piece=shown(piece))
    elif bad_pattern(pattern):
        report.add("bad-pattern", node)


def _exclude(fields: Fields) -> tuple[str, ...]:
    node = fields.get("exclude")
    if node is None:
        return ()
    found: list[str] = []
    for item in items_of(fields.report, node):
        pattern = text_of(fields.report, item)
        if pattern is not None:
            _examine(fields.report, item, pattern)
            found.append(pattern)
    return tuple(found)


def _cues(fields: Fields) -> tuple[tuple[str, ...], str]:
    node = fields.get("cues")
    inner = None if node is None else Fields.of(fields.report, node)
    if inner is None:
        return (), "exact"
    words = inner.texts("words", required=True, limit=100)
    forms = inner.choice("forms", FORMS, default="exact")
    inner.close()
    return words, forms or "exact"


def _window(fields: Fields) -> dict[str, Any]:
    node = fields.get("window")
    inner = None if node is None else Fields.of(fields.report, node)
    if inner is None:
        return {}
    found: dict[str, Any] = {}
    for key in ("before", "after"):
        if (item := inner.get(key)) is not None:
            number = integer_of(fields.report, item, low=0, high=30)
            if number is not None:
                found[key] = number
    found["anywhere"] = inner.choice("checked", ("near", "anywhere"), default="near") == "anywhere"
    inner.close()
    return found


def _confidence(fields: Fields) -> RuleConfidence | None:
    node = fields.need("confidence")
    inner = None if node is None else Fields.of(fields.report, node)
    if inner is None:
        return None
    levels = {name: inner.choice(name, LEVELS, default="none") for name in _SITUATIONS}
    inner.close()
    if all(level == "none" for level in levels.values()):
        fields.report.add("never-found", node)
    return RuleConfidence(
        **{name: None if level in {None, "none"} else Confidence(str(level)) for name, level in levels.items()}
    )


def _tests(outer: Fields) -> tuple[list[_Sample], list[_Sample]]:
    node = outer.need("tests")
    fields = None if node is None else Fields.of(outer.report, node)
    if fields is None:
        return [], []
    samples = [_samples(fields, key) for key in ("match", "no_match")]
    fields.close()
    return samples[0], samples[1]


def _samples(fields: Fields, key: str) -> list[_Sample]:
    node = fields.need(key)
    if node is None:
        return []
    items = items_of(fields.report, node)
    if 0 < len(items) < MIN_SAMPLES:
        fields.report.add("too-few-samples", node, key=key, count=len(items), low=MIN_SAMPLES)
    return [sample for item in items if (sample := _sample(fields.report, item)) is not None]


def _sample(report: Report, node: Node) -> _Sample | None:
    if isinstance(node, Scalar):
        text = text_of(report, node, limit=_LONGEST)
        return None if text is None else _Sample(text=text, find=None, node=node)
    fields = Fields.of(report, node)
    if fields is None:
        return None
    text, find = fields.text("text", limit=_LONGEST), fields.text("find")
    fields.close()
    return None if text is None else _Sample(text=text, find=find, node=node)


def _run(report: Report, recognizer: Recognizer, samples: tuple[list[_Sample], list[_Sample]]) -> None:
    """Run the samples as detection does; a draft or a retired rule is run as if it were in force."""
    match, no_match = samples
    tried = recognizer if recognizer.status == "stable" else replace(recognizer, status="stable")
    try:
        matcher = RecognizerMatcher((tried,), _KEY)
    except ValueError:
        report.add("bad-cue", None)
        return
    for sample in match:
        found = _found(matcher, sample.text)
        if not found or (sample.find is not None and sample.find not in found):
            report.add("sample-missed", sample.node)
    for sample in no_match:
        if _found(matcher, sample.text):
            report.add("sample-hit", sample.node)


def _found(matcher: RecognizerMatcher, text: str) -> list[str]:
    try:
        findings = matcher.find(surfaces(0, text))
    except (LookFailed, TooMuchHidden):
        return []
    return [text[finding.span.start : finding.span.end] for finding in findings]
