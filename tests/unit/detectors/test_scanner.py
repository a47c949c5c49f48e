from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import shutil
import signal
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import pytest

from proxy.core.detection.register.entries import Record
from proxy.core.errors import GateUnavailable
from proxy.core.model import Confidence, DetectorId
from proxy.detectors.config import LocalModel
from proxy.detectors.models import RAMPART, SUMS
from proxy.detectors.scanner import LONGEST_POST, WorkerScanner
from proxy.detectors.standard import line_ups
from proxy.gate.backtest import Known
from tests.factories import make_part
from tests.fakes.detectors import FakeBundle, config, line_up
from tests.fakes.models import seal, tiny_onnx, tiny_spacy
from tests.register_tables import REGISTER_KEY, write_register

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.detectors.config import LineUp

CANARY = "Kanarienvogel-4711"
BUNDLE = cast("PolicyBundle", FakeBundle())
Seen = list[tuple[str, str]]


@asynccontextmanager
async def running(seen: Seen | None = None, **arguments: Any) -> AsyncIterator[WorkerScanner]:
    """Run a scanner with the word lists of the test bundle."""
    events: Seen = [] if seen is None else seen
    arguments = {"config": config()} | arguments
    scanner = WorkerScanner(
        arguments.pop("config"), observe=lambda event, name, _seconds: events.append((event, name)), **arguments
    )
    await scanner.load(BUNDLE)
    await scanner.start()
    try:
        yield scanner
    finally:
        await scanner.stop()


async def test_the_real_detectors_see_a_leak_in_every_part() -> None:
    """Numbers, word hits, people and addresses, merged and sorted, with the sentences of every part."""
    parts = (make_part("Garantiert! IBAN DE02 1203 0000 0000 2020 51"), make_part("anna@example.org"), make_part(""))
    async with running() as scanner:
        scan = await scanner.scan(parts, BUNDLE)

    assert scan.complete
    seen = [(one.part, one.entity) for one in scan.findings if one.confidence is not Confidence.LOW]
    assert seen == [
        (0, "WORDS"),
        (0, "IBAN_CODE"),
        (1, "EMAIL_ADDRESS"),
    ]
    assert [len(spans) for spans in scan.sentences] == [2, 1, 0]


@pytest.mark.models
async def test_with_language_models_all_seven_detectors_find_their_samples() -> None:
    """The self-test proves the whole chain, model files included; a title and a model agree on a person."""
    async with running(config=config(ner=("spacy-en", "rampart", "classifier"))) as scanner:
        assert await scanner.self_test() == dict.fromkeys(
            ("surfaces", "identifiers", "lexicons", "presidio", "ner:spacy-en", "ner:rampart", "classifier"), True
        )
        scan = await scanner.scan([make_part("Gestern hat Anna Schneider angerufen.")], BUNDLE)

    people = [finding.confidence for finding in scan.findings if finding.entity == "PERSON"]
    assert people == [Confidence.MEDIUM]


@pytest.fixture
def model_root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Make a directory where a model is not, or not as it was."""
    root = tmp_path / "model"
    if request.getfixturevalue("fault") == "altered":
        shutil.copytree(RAMPART.locate(), root)
        (root / "config.json").write_text("{}", encoding="utf-8")
    return root


@pytest.mark.models
@pytest.mark.parametrize("fault", ["absent", "altered"])
async def test_a_model_that_is_absent_or_altered_is_missing_and_named(model_root: Path, fault: str) -> None:
    """It stays expected, so nothing can be allowed; the other detectors work."""
    async with running(config=config(ner=("rampart",), model_paths=(("rampart", str(model_root)),))) as scanner:
        scan = await scanner.scan([make_part("Hallo")], BUNDLE)

        assert scan.missing == ("combination", "ner:rampart")
        assert scanner.faults == {"ner:rampart": f"model-{fault}"}
        assert (await scanner.self_test())["ner:rampart"] is False


@pytest.mark.parametrize(
    ("behaviour", "missing"),
    [
        ("raises", ("a",)),
        ("shape", ("a",)),
        ("nothing", ("a",)),
        ("offset", ("a",)),
        ("part", ("a",)),
        ("connect", ("a",)),
        ("program", ("a",)),
        ("absent", ("a",)),
        ("fields", ("a", "b", "surfaces")),
        ("kill", ("a", "b", "surfaces")),
        ("stop", ("a", "b", "surfaces")),
        ("hang", ("a", "b", "surfaces")),
    ],
)
async def test_a_broken_detector_is_missing_and_no_text_gets_out(
    behaviour: str,
    missing: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Every fault ends with the name in `missing`; neither logs, output, events nor results hold the text."""
    seen: Seen = []
    parts = (make_part(f"TRIGGER {CANARY}"),)
    async with running(seen, line_ups=(line_up(surfaces="good", a=behaviour, b="good"),)) as scanner:
        scan = await scanner.scan(parts, BUNDLE)
        healthy = await scanner.scan((make_part("Geheim"),), BUNDLE)

        assert CANARY not in repr(scan) + repr(seen) + repr(scanner.faults)
    assert scan.missing == missing
    assert healthy.missing == (("a",) if behaviour == "absent" else ())
    assert len(healthy.findings) == 1
    assert ("missing", "a") in seen
    assert CANARY not in caplog.text + "".join(capfd.readouterr())


async def test_a_thread_that_cannot_be_read_leaves_everything_missing() -> None:
    """Half a character in an earlier post is as unreadable as one in this post."""
    async with running(line_ups=(line_up(a="good"),)) as scanner:
        assert (await scanner.scan((make_part("x"),), BUNDLE, ("\ud800",))).missing == ("a",)
        assert (await scanner.scan((make_part("x"),), BUNDLE, ("davor",))).complete


async def test_a_post_that_hides_too_much_has_everything_missing() -> None:
    """What was not decoded was not seen: the post is held."""
    text = "Kontonummer 12345678"
    for _ in range(3):
        text = base64.b64encode(text.encode()).decode()
    async with running(line_ups=(line_up(surfaces="good", a="good"),)) as scanner:
        assert (await scanner.scan((make_part(text),), BUNDLE)).missing == ("a", "surfaces")


async def test_another_version_than_expected_is_missing() -> None:
    """Half-way through an upgrade nothing is taken for an answer."""
    async with running(line_ups=(line_up(a="version", b="good"),)) as scanner:
        scan = await scanner.scan((make_part("Geheim"),), BUNDLE)

    assert scan.missing == ("a",)
    assert DetectorId(name="b", version="1") in scan.completed


async def test_a_detector_that_is_never_loaded_with_the_asked_word_lists_is_missing() -> None:
    """A scan names the digest it wants."""
    async with running() as scanner:
        scan = await scanner.scan((make_part("Geheim"),), cast("PolicyBundle", FakeBundle(rules_digest="unknown")))

    assert scan.missing == ("combination", "identifiers", "lexicons")
    assert DetectorId(name="lexicons", version="unknown") in scan.expected


async def test_a_post_that_killed_two_workers_is_not_tried_a_third_time() -> None:
    """It is missing at once, other posts are not; nobody is killed for it any more."""
    seen: Seen = []
    deadly, harmless = (make_part(f"TRIGGER {CANARY}"),), (make_part("x"),)
    async with running(seen, line_ups=(line_up(a="kill"),)) as scanner:
        for _ in range(4):
            assert (await scanner.scan(deadly, BUNDLE)).missing == ("a",)
        assert (await scanner.scan(harmless, BUNDLE)).complete

    assert [event for event, _ in seen if event in {"crash", "quarantined"}] == ["crash", "crash", "quarantined"]


async def test_too_long_a_post_is_not_cut_but_missing() -> None:
    """The bound counts all parts together; at the bound everything is looked at."""
    half = LONGEST_POST // 2
    async with running() as scanner:
        fits = await scanner.scan((make_part("a " * (half // 2)), make_part("b" * half)), BUNDLE)
        over = await scanner.scan((make_part("a" * half), make_part("b" * half), make_part("c")), BUNDLE)

    assert fits.complete
    assert over.completed == frozenset()
    assert over.findings == ()


async def test_half_a_character_is_missing_and_not_an_error() -> None:
    """Doors refuse it; the scanner does not rely on that."""
    async with running(line_ups=(line_up(a="good"),)) as scanner:
        assert (await scanner.scan((make_part("\ud800"),), BUNDLE)).missing == ("a",)


async def test_a_post_without_text_is_looked_at_all_the_same() -> None:
    """A like proves that the detectors are alive."""
    async with running(line_ups=(line_up(a="good"),)) as scanner:
        assert (await scanner.scan((), BUNDLE)).complete


async def test_two_pools_are_asked_together_and_fail_apart() -> None:
    """A dead pool does not take the other's answer away."""
    pools = (line_up(pool="one", surfaces="good"), line_up(pool="two", b="kill"))
    async with running(line_ups=pools) as scanner:
        scan = await scanner.scan((make_part("TRIGGER"),), BUNDLE)

    assert scan.missing == ("b",)
    assert scan.sentences


async def test_a_cancelled_scan_disturbs_nobody() -> None:
    """A client that goes away leaves the pool in order."""
    async with running(line_ups=(line_up(a="good"),)) as scanner, asyncio.TaskGroup() as group:
        gone = group.create_task(scanner.scan((make_part("x"),), BUNDLE))
        await asyncio.sleep(0)
        gone.cancel()

        assert (await scanner.scan((make_part("x"),), BUNDLE)).complete


def test_the_expected_detectors_follow_the_bundle_and_are_never_empty() -> None:
    """The word lists' version depends on the bundle; before the start there is no answer at all."""
    with pytest.raises(RuntimeError, match="not started"):
        WorkerScanner(config()).expected(BUNDLE)
    scanner = WorkerScanner(config(), line_ups=line_ups(config()))

    versions = {one.name: one.version for one in scanner.expected(BUNDLE)}

    assert set(versions) == {"surfaces", "identifiers", "lexicons", "presidio", "combination"}
    assert versions["lexicons"] == "rules-1"


@pytest.mark.parametrize("chosen", [(), (line_up(a="good"), line_up(pool="other", a="good"))])
def test_no_detectors_or_one_twice_refuses_to_start(chosen: Any) -> None:
    """Nothing configured to look, nothing may pass; and one name has one answer."""
    with pytest.raises(ValueError, match="no detectors"):
        WorkerScanner(config(), line_ups=chosen)


async def test_the_self_test_shows_a_detector_that_sees_nothing() -> None:
    """Alive is not enough."""
    async with running(line_ups=(line_up(surfaces="good", a="good"),)) as scanner:
        assert await scanner.self_test() == {"surfaces": True, "a": False}


@pytest.mark.models
async def test_workers_have_no_socket_but_their_own_and_no_thread_that_reports() -> None:
    """Native code is beyond the audit hook: one socket, one thread, no library's own database."""
    async with running(config=config(ner=("spacy-en", "rampart"))) as scanner:
        assert (await scanner.scan((make_part("Gestern hat Anna Schneider angerufen."),), BUNDLE)).complete
        for pid in scanner.pids:
            open_files, threads = await asyncio.to_thread(_look_into, pid)

            assert len([name for name in open_files if name.startswith("socket:")]) == 1
            assert [name for name in open_files if name.endswith((".db", ".sqlite"))] == []
            assert threads == 1


def _look_into(pid: int) -> tuple[list[str], int]:
    """Return the open files and the number of threads of a process."""
    process = Path(f"/proc/{pid}")
    return [str(link.readlink()) for link in (process / "fd").iterdir()], len(list((process / "task").iterdir()))


async def test_memory_does_not_grow_with_what_is_shown() -> None:
    """Posts of words never seen before leave less than 20 MiB behind in the fast worker."""
    async with running() as scanner:
        (pid,) = scanner.pids

        async def show(first: int, last: int) -> None:
            for base in range(first, last, 16):
                await asyncio.gather(
                    *(
                        scanner.scan(
                            (make_part(" ".join(hashlib.sha256(b"%d" % (n * 8 + w)).hexdigest() for w in range(4))),),
                            BUNDLE,
                        )
                        for n in range(base, base + 16)
                    )
                )

        await show(0, 320)
        before = _resident(pid)
        await show(320, 2400)

        assert _resident(pid) - before < 20 * 2**20


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("kind", ["spacy", "onnx", "python"])
async def test_a_model_of_the_house_looks_at_every_post(
    tmp_path: Path, kind: Literal["spacy", "onnx", "python"]
) -> None:
    """In worker processes, beside the others; changed behind its seal it is missing and named."""
    if kind == "python":
        (tmp_path / "answer.json").write_text('{"end": 10, "confidence": "low"}', encoding="utf-8")
        sealed = seal(tmp_path)
    else:
        sealed = {"spacy": tiny_spacy, "onnx": tiny_onnx}[kind](tmp_path)
    factory = "tests.fakes.local_code:backend" if kind == "python" else ""
    model = LocalModel(name="ours", kind=kind, path=str(tmp_path), sha256=sealed, factory=factory)
    settings = config(ner=("ours",), local_models=(model,))

    async with running(config=settings) as scanner:
        scans = [await scanner.scan((make_part("Anna Meier war da"),), BUNDLE) for _ in range(2)]
        assert [scan.missing for scan in scans] == [(), ()]
        assert [finding.rule for finding in scans[0].findings if finding.entity == "PERSON"] == ["ner/ours"]

    (tmp_path / SUMS).write_text("", encoding="utf-8")
    async with running(config=settings) as scanner:
        assert {"combination", "ner:ours"} <= {*(await scanner.scan((make_part("Anna Meier war da"),), BUNDLE)).missing}
        assert scanner.faults == {"ner:ours": "model-altered"}


async def test_posts_are_compared_with_the_register_of_their_bundle(tmp_path: Path) -> None:
    """The old one while a new one is being loaded; a bundle that names none has the latest."""
    person = Record(first_names=("Erika",), last_names=("Musterfrau",), numbers=("KD-4711-0815",))
    old, new = write_register(tmp_path / "a", [person]), write_register(tmp_path / "b", [])
    under = [cast("PolicyBundle", FakeBundle(register=register)) for register in (old, new)]
    parts = (make_part("KD-4711-0815"),)
    async with running(config=config(register=old, register_key=REGISTER_KEY)) as scanner:
        first = await scanner.scan(parts, BUNDLE)
        await scanner.load(under[1])
        scans = [await scanner.scan(parts, bundle) for bundle in (*under, BUNDLE)]
        healthy = await scanner.self_test()

    assert [scan.complete for scan in (first, *scans)] == [True] * 4
    hits = [sum(one.entity == "CUSTOMER_RECORD" for one in scan.findings) for scan in (first, *scans)]
    assert hits == [1, 1, 0, 0]
    assert healthy["register"]
    assert {one.version.partition("-")[2] for one in scans[0].expected if one.name == "register"} == {old.version}


async def test_a_register_that_cannot_be_opened_is_missing(tmp_path: Path) -> None:
    """The bundle that names it is refused, and a worker that starts later lacks that detector alone."""
    register = write_register(tmp_path, [])
    async with running(config=config(register=register, register_key=REGISTER_KEY)) as scanner:
        with pytest.raises(GateUnavailable):
            await scanner.load(cast("PolicyBundle", FakeBundle(register=replace(register, version="another"))))
        (tmp_path / "customers").unlink()
        for pid in scanner.pids:
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        while not scanner.pids:  # noqa: ASYNC110  what starts processes tells nobody here
            await asyncio.sleep(0.02)
        scan = await scanner.scan((make_part("Erika"),), BUNDLE)

    assert {"register", "combination"} == {*scan.missing}


def _pools() -> tuple[LineUp, ...]:
    """Return a pool whose detector depends on rules and finds Geheim, and one that does not and finds the same."""
    by_rules = line_up(pool="fast", surfaces="good", a="good")
    return (
        replace(by_rules, stages=(by_rules.stages[0], replace(by_rules.stages[1], recognizers=True))),
        line_up(pool="ner", b="good"),
    )


async def test_a_post_is_looked_at_again_under_several_rules() -> None:
    """Each bundle has a scan of its own; what no rules change is expected and completed in both."""
    other = cast("PolicyBundle", FakeBundle(rules_digest="rules-2"))
    async with running(line_ups=_pools()) as scanner:
        await scanner.load(other)
        scans = await scanner.rescan((make_part("ist Geheim"),), (BUNDLE, other))
        alone = [await scanner.scan((make_part("ist Geheim"),), bundle) for bundle in (BUNDLE, other)]

    assert list(scans) == alone
    assert [scan.expected for scan in scans] == [scanner.expected(BUNDLE), scanner.expected(other)]
    assert DetectorId(name="b", version="1") in scans[0].completed & scans[1].completed


async def test_what_is_known_of_models_is_not_looked_for_again() -> None:
    """A model that is out of order does not matter then; in another version it does."""
    broken = (*_pools()[:1], line_up(pool="ner", b="raises"))
    known = Known(findings=(), completed=frozenset({DetectorId(name="b", version="1")}))
    stale = Known(findings=(), completed=frozenset({DetectorId(name="b", version="0")}))
    parts = (make_part("TRIGGER"),)
    async with running(line_ups=broken) as scanner:
        remembered = await scanner.rescan(parts, (BUNDLE,), known=known)
        asked = await scanner.rescan(parts, (BUNDLE,), known=stale)

    assert ("b" in remembered[0].missing, "b" in asked[0].missing) == (False, True)


async def test_a_post_that_is_too_long_is_not_looked_at_again_either() -> None:
    """Everything is missing under every bundle."""
    async with running(line_ups=_pools()) as scanner:
        scans = await scanner.rescan((make_part("x" * (LONGEST_POST + 1)),), (BUNDLE, BUNDLE))

    assert [scan.completed for scan in scans] == [frozenset(), frozenset()]
