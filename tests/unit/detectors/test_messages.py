from __future__ import annotations

import orjson
import pytest

from proxy.core.model import Confidence, DetectorId, Finding, Language, Lexicon, LexiconTerm, Link, Span, View
from proxy.detectors import messages
from proxy.detectors.loads import Load
from proxy.detectors.messages import (
    HEADER,
    Answers,
    Batch,
    BrokenMessage,
    Completed,
    Configure,
    Fault,
    Loaded,
    Ready,
    answer_row,
    decode_order,
    decode_report,
    encode_answers,
    encode_batch,
    encode_configure,
    encode_load,
    encode_loaded,
    encode_ready,
    encode_texts,
    finding_row,
)
from proxy.detectors.port import Described

DESCRIBED = Described(
    links=(
        Link(part=1, span=Span(start=3, end=9), host="bank.example", parameters=("id",)),
        Link(part=0, span=Span(start=0, end=1), host=None),
    ),
    languages=(Language.DE, Language.NONE),
)
FINDING = Finding(
    rule="presidio/iban",
    entity="IBAN_CODE",
    confidence=Confidence.HIGH,
    part=1,
    span=Span(start=3, end=9),
    view=View.DEOBFUSCATED,
    transforms=("T2",),
    fingerprint="ab12",
    detector="presidio",
)


def _body(frame: bytes) -> bytes:
    (length,) = HEADER.unpack_from(frame)
    body = frame[HEADER.size :]
    assert len(body) == length
    return body


def test_orders_come_over_as_they_were_given() -> None:
    """Configuration with a key in bytes, word lists and batches survive the way."""
    configure = Configure(
        factory="a.b:c", stages=("x", "y"), options={"key": b"\x00\xff", "path": "/m"}, recycle_posts=5, recycle_mib=6
    )
    lexicon = Lexicon(id="l", language="de", terms=(LexiconTerm(text="Wort", forms="stem"),), exclude=("Wortlaut",))
    load = Load(rules="r", lexicons=(lexicon,))

    assert decode_order(_body(encode_configure(configure))) == configure
    assert decode_order(_body(encode_load(load))) == load
    batch = decode_order(_body(encode_batch("r", [(7, encode_texts(("Ä", ""))), (8, encode_texts((), ("früher",)))])))
    assert batch == Batch(rules="r", posts=((7, ("Ä", ""), ()), (8, (), ("früher",))))
    assert decode_order(_body(encode_batch("r", [], "v"))) == Batch(rules="r", register="v", posts=())


def test_reports_come_over_as_they_were_given() -> None:
    """Faults, versions, findings and sentences survive the way."""
    fault = Fault(detector="x", code="raised", kind="ValueError")
    done = Completed(detector=DetectorId(name="y", version="1"), micros=12)
    row = answer_row(
        7,
        completed=[done],
        faults=[fault],
        findings=[finding_row(FINDING, "presidio")],
        sentences=[(Span(start=0, end=2),), ()],
        described=DESCRIBED,
    )

    assert decode_report(_body(encode_ready([fault]))) == Ready(faults=(fault,))
    assert decode_report(_body(encode_loaded("r", []))) == Loaded(rules="r", faults=())
    report = decode_report(_body(encode_answers([row], retire=True)))
    assert isinstance(report, Answers)
    (answer,) = report.answers
    assert report.retire
    assert (answer.post, answer.completed, answer.faults) == (7, (done,), (fault,))
    assert answer.findings == (FINDING,)
    assert answer.sentences == ((Span(start=0, end=2),), ())
    assert answer.described == DESCRIBED


SAID: list[object] = [1, [], [], [], [], [], []]


def _said(place: int, value: object) -> bytes:
    return orjson.dumps(["answers", [[*SAID[:place], value, *SAID[place + 1 :]]], False])


def test_an_answer_that_says_nothing_is_one() -> None:
    """What the broken ones below differ from."""
    assert isinstance(decode_report(_said(0, 1)), Answers)


GOOD = finding_row(FINDING, "presidio")


def _with(place: int, value: object) -> list[object]:
    return [*GOOD[:place], value, *GOOD[place + 1 :]]


@pytest.mark.parametrize(
    "said",
    [
        b"not json",
        b"[]",
        b"null",
        orjson.dumps(["answers", [], "yes"]),
        orjson.dumps(["answers", [[1, [], [], []]], False]),
        orjson.dumps(["answers", [[1, [], [], [], []]], False]),
        _said(0, "1"),
        _said(1, [["a", "1"]]),
        _said(2, [["a", "b"]]),
        _said(4, [[[0]]]),
        _said(4, [7]),
        _said(5, [7]),
        _said(5, [[0, 1, 2, "host"]]),
        _said(5, [[True, 1, 2, "host", []]]),
        _said(5, [[0, 1, 2, 3, []]]),
        _said(5, [[0, 1, 2, "host", [7]]]),
        _said(6, ["german"]),
        _said(6, [7]),
        _said(6, "de"),
        orjson.dumps(["ready", "x"]),
        orjson.dumps(["loaded", 1, []]),
        orjson.dumps(["strange", 1]),
        *(
            _said(3, [row])
            for row in (
                [],
                _with(0, 1),
                _with(2, "certain"),
                _with(3, "1"),
                _with(4, None),
                _with(5, 1.5),
                _with(6, "x"),
                _with(7, [1]),
                _with(8, 5),
                _with(9, None),
            )
        ),
    ],
)
def test_a_worker_that_says_something_else_is_broken(said: bytes) -> None:
    """Every piece is checked, and the error holds nothing of what was said."""
    with pytest.raises(BrokenMessage) as caught:
        decode_report(said)

    assert not caught.value.args
    assert caught.value.__cause__ is None


def test_half_a_character_is_refused_without_its_text() -> None:
    """A lone surrogate cannot be sent, and the error does not show what stood around it."""
    with pytest.raises(BrokenMessage) as caught:
        encode_texts(("Geheim \ud800",))

    assert not caught.value.args
    assert caught.value.__suppress_context__


def test_an_order_that_is_none_is_refused() -> None:
    """A worker does not guess."""
    with pytest.raises(BrokenMessage):
        decode_order(orjson.dumps(["dance"]))


def test_representations_show_no_text() -> None:
    """Neither batches nor configurations can be printed by accident."""
    batch = Batch(rules="r", posts=((1, ("Geheim",), ("Zuvor",)),))
    configure = Configure(factory="f", stages=(), options={"key": "Geheim"}, recycle_posts=1, recycle_mib=1)

    assert "Geheim" not in repr(batch) + repr(configure)
    assert "bank" not in repr(DESCRIBED)
    assert messages.MAX_FRAME > 30_000 * 6
