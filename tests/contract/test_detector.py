"""What every detector of the product keeps, whatever it looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.register.entries import Record
from proxy.detectors.sheet import make_sheet
from proxy.detectors.standard import build_fast, build_ner
from tests.fakes.detectors import KEY, FakeBundle
from tests.register_tables import REGISTER_KEY, header_of, register_bytes, write_register

if TYPE_CHECKING:
    from proxy.core.model import Finding
    from proxy.detectors.port import Detector

SAMPLES = {
    "surfaces": None,
    "identifiers": "Zahlt auf DE02 1203 0000 0000 2020 51, Herr Beispielmann!",
    "lexicons": "Das ist garantiert so.",
    "register": "Erika Musterfrau wohnt in Musterstadt.",
    "presidio": "Zahlt auf DE02 1203 0000 0000 2020 51 an a@example.org, 030 23125000.",
    "ner:postgate": "Gestern hat Anna Schneider angerufen.",
    "ner:spacy-en": "Yesterday John Smith of London told the board about it.",
    "ner:rampart": "Gestern hat Anna Schneider angerufen.",
    "classifier": "Hatte heute eine Kundin, die zwei Tage nach der Scheidung ihr ganzes Depot bei uns auflöst.",
}
JUDGES_WHOLE_POSTS = {"classifier"}
ERIKA = Record(first_names=("Erika",), last_names=("Musterfrau",), cities=("Musterstadt",))
VERSION = header_of(register_bytes([ERIKA])).version
OPTIONS = {"key": KEY, "register_key": REGISTER_KEY}
FAST, NER = build_fast(OPTIONS), build_ner(OPTIONS)


@pytest.fixture(scope="module")
def detector(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Detector:
    """Build one detector as a worker does."""
    built = {**FAST, **NER}[request.param]()
    if request.param == "lexicons":
        built.load("rules-1", FakeBundle().lexicons)  # type: ignore[attr-defined]
    if request.param == "identifiers":
        built.learn("rules-1", ())  # type: ignore[attr-defined]
    if request.param == "register":
        built.take(write_register(tmp_path_factory.mktemp("register"), [ERIKA]))  # type: ignore[attr-defined]
    return built


ALL = pytest.mark.parametrize(
    "detector",
    [*FAST, *(pytest.param(name, marks=pytest.mark.models) for name in NER)],
    indirect=True,
    scope="module",
)


def _find(detector: Detector, *texts: str) -> list[Finding]:
    return list(detector.find(make_sheet(texts, "rules-1", register=VERSION)))


@ALL
def test_it_finds_its_sample_and_points_to_it(detector: Detector) -> None:
    """In any part; the span lies in the author's text of that part."""
    sample = SAMPLES[detector.name]
    if sample is None:
        assert _find(detector, "x") == []
        return

    found = _find(detector, "", sample)

    assert found
    assert {finding.part for finding in found} == {1}
    for finding in found:
        assert 0 <= finding.span.start < finding.span.end <= len(sample)


@ALL
def test_spans_count_the_authors_characters(detector: Detector) -> None:
    """Invisible characters, wide digits and ligatures before a finding shift its span, and stay inside bounds."""
    sample = SAMPLES[detector.name] or "x"
    prefix = "\u200b\ufb03\u00adä🄂 "

    found = _find(detector, prefix + sample)

    if detector.name in JUDGES_WHOLE_POSTS:
        assert [(finding.span.start <= len(prefix), finding.span.end) for finding in found] == [
            (True, len(prefix + sample))
        ]
    else:
        for finding in found:
            assert len(prefix) - 1 <= finding.span.start < finding.span.end <= len(prefix + sample)


@ALL
def test_findings_show_no_text(detector: Detector) -> None:
    """Rule ids, kinds and digests; never a word of the post."""
    sample = SAMPLES[detector.name] or "x"
    words = {word.strip(".,!") for word in sample.split() if len(word) > 4}
    shown = repr(_find(detector, sample))

    assert not [word for word in words if word in shown]


@ALL
def test_equal_posts_give_equal_findings_and_one_version(detector: Detector) -> None:
    """Nothing of earlier posts is left; an independent build has the same version."""
    sample = SAMPLES[detector.name] or "x"
    first = _find(detector, sample)
    _find(detector, "Etwas ganz anderes: 0171 3920000.")

    assert _find(detector, sample) == first
    assert {**FAST, **NER}[detector.name]().version("rules-1") == detector.version("rules-1")


@ALL
def test_every_part_is_seen(detector: Detector) -> None:
    """The same sample in three parts is found three times; who judges whole posts sees it in any part."""
    sample = SAMPLES[detector.name] or "x"
    single = len(_find(detector, sample))

    if detector.name in JUDGES_WHOLE_POSTS:
        for parts in ((sample, ".", "."), (".", sample, "."), (".", ".", sample)):
            assert [finding.part for finding in _find(detector, *parts)] == [parts.index(sample)]
    else:
        assert len(_find(detector, sample, sample, sample)) == 3 * single


@ALL
@pytest.mark.parametrize("text", ["", " ", "\n\n", "🙂", "\u200b", "a" * 2000, "0" * 2000, "@" * 2000, "\x00"])
def test_odd_texts_raise_nothing(detector: Detector, text: str) -> None:
    """Empty, invisible and endless texts are looked at to the end."""
    for finding in _find(detector, text):
        assert 0 <= finding.span.start < finding.span.end <= len(text)
