"""
Read the word lists of `rules/lexicons`. A list whose samples fail, or with fewer than three of a kind, does not load.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.model import Lexicon, LexiconTerm
from proxy.loading.files import lexicon_files, name_below, read_document
from proxy.loading.strict_yaml import Node, Scalar
from proxy.loading.validation import Fields, Report, choice_of, items_of, text_of

if TYPE_CHECKING:
    from proxy.core.errors import Problem
    from proxy.loading.files import Entry

FORMS = ("exact", "stem", "compound")
MIN_SAMPLES = 3
Search = Callable[[Lexicon], Callable[[str], list[str]]]
_STATUS = ("draft", "experimental", "stable", "retired")
_MAX_TERM = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    text: str = field(repr=False)
    find: str | None = field(repr=False)
    node: Node


def load_lexicons(
    directory: Entry,
    search: Search,
) -> tuple[dict[str, Lexicon], list[Problem]]:
    """
    Return every word list of a directory by id, and all mistakes.

    `search` compiles a list into a function that returns the pieces of a text it hits; the samples are run with it.
    """
    paths, problems = lexicon_files(directory)
    found: dict[str, Lexicon] = {}
    files: dict[str, str] = {}
    for path in paths:
        document = read_document(path, name_below(path, directory.parent))
        report = document.report
        lexicon = None if document.node is None else _read(report, document.node, search)
        if lexicon is not None:
            if lexicon.id in found:
                report.add("duplicate-lexicon", document.node, value=lexicon.id, first=files[lexicon.id])
            found.setdefault(lexicon.id, lexicon)
            files.setdefault(lexicon.id, report.file)
        problems.extend(report.problems)
    return found, problems


def _read(report: Report, node: Node, search: Search) -> Lexicon | None:
    before = report.errors
    fields = Fields.of(report, node)
    if fields is None:
        return None
    fields.schema()
    identifier = fields.name("id")
    fields.choice("status", _STATUS)
    fields.localised("title")
    language = fields.choice("language", ("de", "en", "any"))
    terms_node = fields.need("terms")
    terms = [] if terms_node is None else [_term(report, item) for item in items_of(report, terms_node)]
    exclude = fields.texts("exclude", limit=_MAX_TERM)
    fields.texts("falsepositives")
    fields.texts("references")
    match, no_match = _tests(fields)
    fields.close()
    if report.errors > before or identifier is None or language is None:
        return None
    lexicon = Lexicon(
        id=identifier,
        language=language,
        terms=tuple(term for term in terms if term is not None),
        exclude=exclude,
    )
    _run(report, lexicon, (match, no_match), search)
    return lexicon if report.errors == before else None


def _term(report: Report, node: Node) -> LexiconTerm | None:
    if isinstance(node, Scalar):
        text = text_of(report, node, limit=_MAX_TERM)
        return None if text is None else LexiconTerm(text=text)
    fields = Fields.of(report, node)
    if fields is None:
        return None
    word, phrase, forms_node = fields.get("term"), fields.get("phrase"), fields.get("forms")
    fields.close()
    forms = "exact" if forms_node is None else choice_of(report, forms_node, FORMS)
    chosen = phrase if word is None else word
    if chosen is None or (word is not None and phrase is not None):
        report.add("term-or-phrase", node)
        return None
    text = text_of(report, chosen, limit=_MAX_TERM)
    return None if text is None or forms is None else LexiconTerm(text=text, forms=forms)


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
        text = text_of(report, node, limit=2000)
        return None if text is None else _Sample(text=text, find=None, node=node)
    fields = Fields.of(report, node)
    if fields is None:
        return None
    text, find = fields.text("text", limit=2000), fields.text("find")
    fields.close()
    return None if text is None else _Sample(text=text, find=find, node=node)


def _run(
    report: Report,
    lexicon: Lexicon,
    samples: tuple[list[_Sample], list[_Sample]],
    search: Search,
) -> None:
    match, no_match = samples
    try:
        hits = search(lexicon)
        for sample in match:
            found = hits(sample.text)
            if not found or (sample.find is not None and sample.find not in found):
                report.add("sample-missed", sample.node)
        for sample in no_match:
            if hits(sample.text):
                report.add("sample-hit", sample.node)
    except ValueError:
        report.add("bad-word-list", None)
