"""Sample posts of policy files."""

from __future__ import annotations

import pytest

from proxy.core.detection.register.entries import Record
from proxy.core.model import Part, PartKind, PostKind
from proxy.core.policy.facts import look
from proxy.core.policy.matchers import media, visibility
from proxy.loading.sample_registers import SampleRegister
from proxy.loading.samples import Sample, SampleConsent, sample_of
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Report
from tests.factories import make_scan


def _read(text: str) -> tuple[Sample | None, list[str]]:
    node, _ = parse(text.encode(), "a.yaml")
    assert node is not None
    report = Report(file="a.yaml")
    return sample_of(report, node, {"results"}), [problem.code for problem in report.problems]


def test_a_text_is_a_post_with_a_body() -> None:
    """The shortest form."""
    assert _read("Hallo") == (Sample(parts=(Part(kind=PartKind.BODY, slot="text", text="Hallo"),)), [])


def test_a_post_can_have_parts_a_platform_and_a_kind() -> None:
    """The long form."""
    sample, codes = _read("{text: Hallo, platform: bluesky, kind: reply, parts: [{kind: alt_text, text: Bild}]}")

    assert codes == []
    assert sample is not None
    post = sample.post(name="x", platform="mastodon", kind=PostKind.POST)
    assert (post.platform, post.kind) == ("bluesky", PostKind.REPLY)
    assert [(part.kind, part.text) for part in post.parts] == [(PartKind.BODY, "Hallo"), (PartKind.ALT_TEXT, "Bild")]


def test_a_post_can_say_who_sees_it_and_have_images() -> None:
    """So that rules which ask for either can be tested; alt texts describe the images in order."""
    sample, codes = _read("{text: a, visibility: followers, images: 2, parts: [{kind: alt_text, text: Bild}]}")

    assert codes == []
    assert sample is not None
    facts = look(sample.post(name="x", platform="mastodon", kind=PostKind.POST), make_scan(), {})
    assert visibility.match(visibility.VisibilitySpec(words=("followers",)), facts, frozenset()).held
    assert media.match(media.MediaSpec(undescribed=True), facts, frozenset()).held
    assert [part.slot for part in facts.post.parts] == ["text", "media.0.text"]


def test_a_post_can_have_earlier_ones() -> None:
    """So that rules which count together with them can be tested; the order is that of the thread."""
    sample, codes = _read("{text: c, thread: [a, b]}")

    assert codes == []
    assert sample is not None
    assert sample.thread == ("a", "b")


def test_a_post_can_say_who_agreed_to_be_named() -> None:
    """So that rules which ask for consents can be tested; who is on which platform may be left open."""
    sample, codes = _read(
        "{text: a, consents: [{names: [Anna Beispiel, A. Beispiel], topics: [amount]}, {names: [B C], platforms: [x]}]}"
    )

    assert codes == []
    assert sample is not None
    assert sample.consents == (
        SampleConsent(names=("Anna Beispiel", "A. Beispiel"), topics=("amount",)),
        SampleConsent(names=("B C",), platforms=("x",)),
    )
    assert "Beispiel" not in repr(sample)


@pytest.mark.parametrize(
    ("consents", "codes"),
    [
        ("x", ["wrong-kind"]),
        ("[]", ["empty-list"]),
        ("[x]", ["wrong-kind"]),
        ("[{topics: [amount]}]", ["missing-key"]),
        ("[{names: [a b], topics: [health]}]", ["bad-choice"]),
        ("[{names: [a b], platforms: [A]}]", ["bad-name"]),
        ("[{names: [a b], until: x}]", ["unknown-key"]),
    ],
)
def test_mistakes_in_consents_are_reported(consents: str, codes: list[str]) -> None:
    """A sample that is not understood is no test."""
    assert _read(f"{{text: a, consents: {consents}}}") == (None, codes)


def test_a_post_can_bring_a_register() -> None:
    """So that rules which ask for customers and closed topics can be tested."""
    sample, codes = _read("{text: c, register: [{first: Erika, last: Muster}, {term: Albatros}]}")

    assert codes == []
    assert sample is not None
    assert sample.register == SampleRegister(
        customers=(Record(first_names=("Erika",), last_names=("Muster",)),), terms=("Albatros",)
    )


def test_what_a_sample_leaves_open_comes_from_the_policy() -> None:
    """Platform, kind and author."""
    post = Sample(parts=()).post(name="x", platform="mastodon", kind=PostKind.EDIT, author="anna")

    assert (post.platform, post.kind, post.author) == ("mastodon", PostKind.EDIT, "anna")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{}", ["missing-key"]),
        ("{kind: act}", []),
        ("{kind: like}", ["bad-choice"]),
        ("[a]", ["wrong-kind"]),
        ("~", ["wrong-kind"]),
        ("{text: a, parts: []}", ["empty-list"]),
        ("{parts: [x]}", ["wrong-kind"]),
        ("{parts: [{kind: x, txt: y}]}", ["bad-choice", "missing-key", "unknown-key"]),
        ("{text: a, platform: X Y}", ["bad-name"]),
        ("{text: a, visibility: friends}", ["bad-choice"]),
        ("{text: a, images: 21}", ["out-of-range"]),
        ("{text: a, thread: b}", ["wrong-kind"]),
        ("{text: a, thread: [[b]]}", ["wrong-kind"]),
        ("{thread: [a]}", ["missing-key"]),
    ],
)
def test_mistakes_are_reported(text: str, codes: list[str]) -> None:
    """A sample with a mistake is none."""
    sample, found = _read(text)

    assert found == codes
    assert (sample is None) is bool(codes)
