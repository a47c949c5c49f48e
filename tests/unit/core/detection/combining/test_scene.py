"""Scenes: which signal stands in which sentence."""

from __future__ import annotations

from proxy.core.detection.combining.cues import MONEY, OURS
from proxy.core.detection.combining.scene import SMALL, look, order
from proxy.core.model import Span
from tests.scenes import mark, scene_of, spans

TEXT = "Anna Beispiel kam. Wir haben den Kredit gewährt. Schön."


def test_signals_stand_in_their_sentences() -> None:
    """Word lists by id, other findings by entity, cues beside them."""
    scene = scene_of(TEXT, found=[("PERSON", "Anna Beispiel"), ("contract-topic", "Kredit")])
    first, second, third = scene.sentences

    assert first.signals == {"PERSON"}
    assert {"contract-topic", OURS} <= second.signals
    assert not third.signals
    assert (first.text, second.part, third.number) == ("Anna Beispiel kam.", 0, 2)


def test_a_finding_over_two_sentences_is_a_signal_of_both() -> None:
    """So is an amount that a recognizer found."""
    scene = scene_of(TEXT, extra=[mark([TEXT], "MONEY_AMOUNT", "kam. Wir")])

    assert [MONEY in sentence.signals for sentence in scene.sentences] == [True, True, False]


def test_the_order_of_findings_never_matters() -> None:
    """They are sorted by place, kind and rule."""
    findings = [mark([TEXT], "contract-topic", "Kredit"), mark([TEXT], "PERSON", "Anna Beispiel")]
    forth, back = (look([TEXT], spans([TEXT]), each) for each in (findings, findings[::-1]))

    assert forth == back
    assert list(forth.findings) == sorted(findings, key=order)
    assert [finding.entity for finding in forth.words("contract-topic")] == ["WORDS"]


def test_without_sentences_a_part_is_one() -> None:
    """They are missing when their detector is; empty parts have none."""
    scene = look([TEXT, "", "Ende"], [], [mark([TEXT], "PERSON", "Anna Beispiel")])

    assert [sentence.span for sentence in scene.sentences] == [Span(start=0, end=len(TEXT)), Span(start=0, end=4)]
    assert (scene.number(0, 5), scene.number(1, 0), scene.number(2, 3), scene.number(7, 0)) == (0, None, 1, None)


def test_a_finding_in_no_part_is_kept_and_signals_nothing() -> None:
    """Places are checked elsewhere; nothing breaks here."""
    stray = mark(["x", "y"], "PERSON", "y")
    scene = look(["x"], [()], [stray])

    assert scene.findings == (stray,)
    assert not scene.sentences[0].signals


def test_a_small_post_is_about_one_thing() -> None:
    """A long one speaks of somebody for a few sentences of the same part."""
    small = scene_of(TEXT, "Bild.")
    long = scene_of("Eins. Zwei. Drei. Vier. Fünf. Sechs.", "x" * SMALL)

    assert [sentence.number for sentence in small.around(0)] == [0, 1, 2, 3]
    assert [sentence.number for sentence in long.around(2)] == [1, 2, 3, 4]
    assert [sentence.number for sentence in long.around(5)] == [4, 5]
    assert [sentence.number for sentence in long.around(0, back=0, ahead=0)] == [0]
