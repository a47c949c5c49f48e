from __future__ import annotations

import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
import pytest

from proxy.core.detection.register.entries import Record
from proxy.detectors.heartbeat import SIZE, Heartbeat
from proxy.detectors.messages import HEADER, Answers, Batch, Configure, Fault, decode_report
from proxy.detectors.port import RegisterUnfit, RegisterUnknown, RulesUnknown
from proxy.detectors.worker import Worker, build_worker, fault_of, resident_mib
from tests.fakes.detectors import KEY, FakeBundle
from tests.register_tables import REGISTER_KEY, write_register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "Kanarienvogel-4711"


@pytest.fixture
def heartbeat() -> Iterator[Heartbeat]:
    """Memory that only this test looks at."""
    with tempfile.TemporaryFile() as file:
        file.truncate(SIZE)
        beat = Heartbeat(file.fileno())
    yield beat
    beat.close()


def _worker(heartbeat: Heartbeat, posts: int = 1000, mib: int = 1000, **behaviours: str) -> tuple[Worker, list[Fault]]:
    return build_worker(
        Configure(
            factory="tests.fakes.detectors:build",
            stages=tuple(behaviours),
            options=dict(behaviours),
            recycle_posts=posts,
            recycle_mib=mib,
        ),
        heartbeat,
    )


def _answers(worker: Worker, *texts: str, rules: str = "r", register: str = "") -> Answers:
    posts = tuple((number, (text,), ()) for number, text in enumerate(texts, start=1))
    batch = Batch(rules=rules, register=register, posts=posts)
    report = decode_report(worker.answer(batch)[HEADER.size :])
    assert isinstance(report, Answers)
    return report


def test_every_detector_looks_at_every_post(heartbeat: Heartbeat) -> None:
    """Findings carry the name of the detector that returned them; the heartbeat ends at the last stage."""
    worker, faults = _worker(heartbeat, a="good", b="good")

    first, second = _answers(worker, "Geheim", "harmlos").answers

    assert faults == []
    assert [finding.detector for finding in first.findings] == ["a", "b"]
    assert [done.detector.name for done in second.completed] == ["a", "b"]
    assert heartbeat.read() == (2, 2)


def test_a_detector_that_cannot_say_all_it_has_to_did_not_complete(heartbeat: Heartbeat) -> None:
    """What it says beside findings belongs to its work; whoever comes after it is not concerned."""
    worker, _ = _worker(heartbeat, a="describe", b="good")

    whole, half = _answers(worker, "harmlos", "TRIGGER").answers

    assert [done.detector.name for done in whole.completed] == ["a", "b"]
    assert [done.detector.name for done in half.completed] == ["b"]
    assert half.faults == (Fault(detector="a", code="raised", kind="ValueError"),)
    assert len(whole.described.languages) == 1


@pytest.mark.parametrize("behaviour", ["ahead", "ahead-fails"])
def test_posts_of_a_batch_are_looked_at_together(heartbeat: Heartbeat, behaviour: str) -> None:
    """A detector that can, looks at all of them at once; if that fails, at each alone, and nobody is to blame."""
    worker, _ = _worker(heartbeat, a=behaviour)

    together, alone = _answers(worker, "Geheim", "harmlos", "Geheim").answers, _answers(worker, "Geheim").answers

    assert [len(answer.findings) for answer in together] == [1, 0, 1]
    assert together[0].findings == alone[0].findings
    assert all(not answer.faults and answer.completed for answer in (*together, *alone))


@pytest.mark.parametrize(
    ("behaviour", "code", "kind"),
    [
        ("raises", "raised", "ValueError"),
        ("shape", "wrong-shape", "WrongShape"),
        ("nothing", "wrong-shape", "WrongShape"),
    ],
)
def test_a_detector_that_fails_costs_itself_alone(heartbeat: Heartbeat, behaviour: str, code: str, kind: str) -> None:
    """The others complete; what crosses is a code and the name of a class."""
    worker, _ = _worker(heartbeat, a=behaviour, b="good")

    frame = worker.answer(Batch(rules="r", posts=((1, (f"TRIGGER {CANARY}",), ()),)))
    report = decode_report(frame[HEADER.size :])

    assert isinstance(report, Answers)
    assert report.answers[0].faults == (Fault(detector="a", code=code, kind=kind),)
    assert [done.detector.name for done in report.answers[0].completed] == ["b"]
    assert CANARY.encode() not in frame


def test_a_detector_that_cannot_be_built_is_a_fault_from_the_start(heartbeat: Heartbeat) -> None:
    """The worker serves with the others."""
    worker, faults = _worker(heartbeat, a="absent", b="good")

    assert faults == [Fault(detector="a", code="raised", kind="FileNotFoundError")]
    assert [done.detector.name for done in _answers(worker, "x").answers[0].completed] == ["b"]


def test_a_factory_that_does_not_exist_is_a_fault_of_every_detector(heartbeat: Heartbeat) -> None:
    """Nothing is built, nothing completes."""
    configure = Configure(factory="no.such:thing", stages=("a", "b"), options={}, recycle_posts=9, recycle_mib=9)

    worker, faults = build_worker(configure, heartbeat)

    assert {fault.detector for fault in faults} == {"a", "b"}
    assert _answers(worker, "x").answers[0].completed == ()


def test_without_views_every_detector_is_missing(heartbeat: Heartbeat) -> None:
    """A text that the views cannot be made of is answered by nobody."""
    worker, _ = _worker(heartbeat, a="good")

    report = _answers(worker, 5)  # type: ignore[arg-type]  # this is the point

    assert [fault.detector for fault in report.answers[0].faults] == ["a"]
    assert report.answers[0].completed == ()


def test_word_lists_go_to_the_detector_that_takes_them(heartbeat: Heartbeat) -> None:
    """Broken lists are a fault with a code; unknown ones leave the detector missing."""
    worker, _ = build_worker(
        Configure(
            factory="proxy.detectors.standard:build_fast",
            stages=("lexicons",),
            options={"key": KEY},
            recycle_posts=9,
            recycle_mib=9,
        ),
        heartbeat,
    )

    assert worker.load("r", FakeBundle().lexicons) == []
    assert len(_answers(worker, "garantiert").answers[0].findings) == 1
    assert _answers(worker, "garantiert", rules="other").answers[0].faults[0].code == RulesUnknown.code
    (fault,) = worker.load("bad", orjson.loads("[1]"))
    assert fault.detector == "lexicons"


def test_a_register_goes_to_the_detector_that_looks_into_it(heartbeat: Heartbeat, tmp_path: Path) -> None:
    """Its version is that of the register; an unknown register leaves the detector missing, a broken one is a fault."""
    worker, _ = build_worker(
        Configure(
            factory="proxy.detectors.standard:build_fast",
            stages=("register",),
            options={"key": KEY, "register_key": REGISTER_KEY},
            recycle_posts=9,
            recycle_mib=9,
        ),
        heartbeat,
    )
    register = write_register(tmp_path, [Record(numbers=("KD-4711-0815",))])

    assert worker.load("r", (), register=register) == []
    (answer,) = _answers(worker, "KD-4711-0815", register=register.version).answers
    assert [finding.rule for finding in answer.findings] == ["register/identifier"]
    assert answer.completed[0].detector.version.endswith(f"-{register.version}")
    (answer,) = _answers(worker, "KD-4711-0815", register="another").answers
    assert [fault.code for fault in answer.faults] == [RegisterUnknown.code]
    (fault,) = worker.load("r", (), register=replace(register, version="another"))
    assert (fault.detector, fault.code) == ("register", RegisterUnfit.code)
    assert worker.load("r", ()) == []


def test_it_asks_to_be_replaced_when_it_has_done_its_posts(heartbeat: Heartbeat) -> None:
    """The answer comes all the same."""
    worker, _ = _worker(heartbeat, posts=3, a="good")

    assert not _answers(worker, "x", "y").retire
    assert _answers(worker, "z").retire


def test_it_asks_to_be_replaced_when_it_has_grown(heartbeat: Heartbeat) -> None:
    """It looks at its memory now and then; here every size is too much, or none is."""
    grown, _ = _worker(heartbeat, mib=-1000, a="good")
    slim, _ = _worker(heartbeat, a="good")

    assert _answers(grown, *("x" for _ in range(64))).retire
    assert not _answers(slim, *("x" for _ in range(64))).retire


def test_faults_name_a_class_and_nothing_else() -> None:
    """The message of an error may hold the whole post."""
    assert CANARY not in repr(fault_of("a", ValueError(CANARY)))
    assert resident_mib() > 1
