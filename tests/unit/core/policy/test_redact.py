"""Labels take the place of findings, and nothing of a value is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Decision, Finding, Localised, MatchedRule, PartKind, Post, Scan, Verdict
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.decide import decide
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.redact import redact
from proxy.core.text.language import language
from tests.factories import LOOKED, make_finding, make_part, make_post, make_scan
from tests.policies import make_bundle, make_policy, make_rule


def _scan(post: Post, *findings: Finding) -> Scan:
    return replace(make_scan(*findings), languages=tuple(language(part.text) for part in post.parts))


def _decide(post: Post, *findings: Finding) -> Decision:
    bundle = make_bundle(make_policy(make_rule(action=Verdict.REDACT)))
    return decide(post, make_scan(*findings), bundle, running=frozenset(), expected=LOOKED)


def _texts(post: Post, *findings: Finding) -> list[str]:
    return [part.text for part in redact(post, _scan(post, *findings), _decide(post, *findings))]


@pytest.mark.parametrize(
    ("text", "spans", "result"),
    [
        ("IBAN DE02 hier", [(5, 9)], "IBAN [entfernt] hier"),
        ("Pay to DE02 and DE03 now", [(7, 11), (16, 20)], "Pay to [removed] and [removed] now"),
        ("DE02DE03", [(0, 4), (4, 8)], "[entfernt]"),
        ("DE02 1203", [(0, 6), (3, 9)], "[entfernt]"),
        ("DE02 1203", [(0, 9), (0, 9), (2, 3)], "[entfernt]"),
    ],
)
def test_a_label_takes_the_place_of_every_finding(text: str, spans: list[tuple[int, int]], result: str) -> None:
    """Overlapping and touching findings become one label, in the language of the post."""
    findings = [make_finding(start=start, end=end) for start, end in spans]

    assert _texts(make_post(text), *findings) == [result]


@pytest.mark.parametrize("span", [(5, 99), (3, 3)])
def test_a_span_that_does_not_fit_takes_the_whole_text(span: tuple[int, int]) -> None:
    """A wrong offset must not leave half a value."""
    assert _texts(make_post("IBAN DE02"), make_finding(start=span[0], end=span[1])) == ["[entfernt]"]


def test_other_parts_stay_as_they_are() -> None:
    """Only parts with findings change; kind and slot stay."""
    post = make_post(parts=(make_part("nichts"), make_part("DE02", PartKind.ALT_TEXT, "media.0")))
    scan_finding = make_finding(part=1, start=0, end=4)

    parts = redact(post, _scan(post, scan_finding), _decide(post, scan_finding))

    assert parts == (post.parts[0], make_part("[entfernt]", PartKind.ALT_TEXT, "media.0"))


def test_only_redact_rules_name_what_is_replaced() -> None:
    """Findings of other rules are not touched."""
    post, finding = make_post("IBAN DE02"), make_finding(start=5, end=9)
    bundle = make_bundle(make_policy(make_rule(action=Verdict.ALLOW)))
    decision = decide(post, make_scan(finding), bundle, running=frozenset(), expected=LOOKED)

    assert decision.matched == (MatchedRule(rule="sample/iban", verdict=Verdict.ALLOW, findings=(0,)),)
    assert redact(post, _scan(post, finding), decision) == post.parts


def _named(post: Post, *findings: Finding, **labels: str) -> list[str]:
    rules = [
        make_rule(
            name,
            when=FindingSpec(entities=(name.upper(),)),
            action=RedactSpec(label=Localised(de=label, en=label.upper()) if label else None),
        )
        for name, label in labels.items()
    ]
    decision = decide(
        post, make_scan(*findings), make_bundle(make_policy(*rules)), expected=LOOKED, running=frozenset()
    )
    return [part.text for part in redact(post, _scan(post, *findings), decision)]


def test_a_rule_may_have_a_label_of_its_own() -> None:
    """In the language of the post; other rules keep theirs."""
    iban, mail = make_finding("IBAN", start=5, end=9), make_finding("MAIL", start=14, end=17)

    assert _named(make_post("IBAN DE02 und a@b"), iban, mail, iban="[Konto]", mail="") == [
        "IBAN [Konto] und [entfernt]"
    ]
    assert _named(make_post("Pay: DE02 and a@b"), iban, mail, iban="[Konto]", mail="") == ["Pay: [KONTO] and [removed]"]


def test_a_place_that_different_labels_claim_gets_the_label_of_the_gate() -> None:
    """Neither of them says what stood there."""
    iban, mail = make_finding("IBAN", start=0, end=4), make_finding("MAIL", start=2, end=7)

    assert _named(make_post("DE02x@y"), iban, mail, iban="[Konto]", mail="[Post]") == ["[entfernt]"]
    assert _named(make_post("DE02x@y"), iban, mail, iban="[Konto]", mail="[Konto]") == ["[Konto]"]


def test_a_wrong_offset_says_nothing_of_its_own() -> None:
    """The whole text of the part goes, and the label of the gate takes its place."""
    assert _named(make_post("DE02"), make_finding("IBAN", start=0, end=9), iban="[Konto]") == ["[entfernt]"]


def test_the_label_is_in_the_language_of_its_part() -> None:
    """A part that says too little takes that of another; where nobody looked, that of the house."""
    post = make_post(
        parts=(make_part("DE02"), make_part("My account is this one: DE02"), make_part("Ich bin es: DE02"))
    )
    findings = [
        make_finding(part=part, start=len(one.text) - 4, end=len(one.text)) for part, one in enumerate(post.parts)
    ]
    decision = _decide(post, *findings)

    shown = [part.text[-9:] for part in redact(post, _scan(post, *findings), decision)]
    unseen = [part.text[-10:] for part in redact(post, make_scan(*findings), decision)]

    assert shown == ["[removed]", "[removed]", "entfernt]"]
    assert unseen == ["[entfernt]"] * 3
