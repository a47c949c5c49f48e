from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.register.entries import Record
from proxy.core.model import NOBODY
from proxy.detectors.port import RegisterUnfit, RegisterUnknown
from proxy.detectors.register import NAME, RegisterDetector, expected_version
from proxy.detectors.sheet import make_sheet
from tests.register_tables import REGISTER_KEY, header_of, register_bytes, restricted_bytes, write_register

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.model import Finding, Register

FINGERPRINT_KEY = b"k" * 32
ERIKA = Record(first_names=("Erika",), last_names=("Musterfrau",), cities=("Musterstadt",))
MAX = Record(first_names=("Max",), last_names=("Mustermann",), numbers=("KD-4711-0815",))
"""Invented."""


def _detector(minute: int = 5) -> RegisterDetector:
    return RegisterDetector(register_key=REGISTER_KEY, fingerprint_key=FINGERPRINT_KEY, minute=lambda: minute)


def _find(detector: RegisterDetector, text: str, version: str) -> list[Finding]:
    return detector.find(make_sheet((text,), "rules", register=version))


def test_customers_and_restricted_words_are_found(tmp_path: Path) -> None:
    """From two files, under the versions of both."""
    register = write_register(tmp_path, [ERIKA], {"alpenblick": (1, 9)})
    detector = _detector()
    detector.take(register)

    found = _find(detector, "Erika Musterfrau aus Musterstadt weiß von Alpenblick.", register.version)

    assert [one.rule for one in found] == ["register/name-and-attribute", "register/restricted"]
    assert detector.version(register.version) == f"{expected_version()}-{register.version}"
    assert detector.name == NAME


@pytest.mark.parametrize(("minute", "hits"), [(0, 0), (1, 1), (9, 1), (10, 0)])
def test_an_entry_of_a_restricted_list_counts_in_its_window_alone(tmp_path: Path, minute: int, hits: int) -> None:
    """Both ends included; it is the time of the look that counts."""
    register = write_register(tmp_path, None, {"alpenblick": (1, 9)})
    detector = _detector(minute)
    detector.take(register)

    assert len(_find(detector, "Alpenblick", register.version)) == hits


def test_the_clock_is_that_of_the_system(tmp_path: Path) -> None:
    """Where nobody gives another one."""
    register = write_register(tmp_path, None, {"alpenblick": (0, 2**40)})
    detector = RegisterDetector(register_key=REGISTER_KEY, fingerprint_key=FINGERPRINT_KEY)
    detector.take(register)

    assert len(_find(detector, "Alpenblick", register.version)) == 1


def test_the_two_latest_registers_stay_usable(tmp_path: Path) -> None:
    """Posts under the old bundle are answered while a new one is coming; the file may be gone by then."""
    detector = _detector()
    first, second, third = (
        write_register(tmp_path / name, [ERIKA], built_at=f"2026-11-{day}T03:00:00Z")
        for day, name in ((1, "a"), (2, "b"), (3, "c"))
    )
    detector.take(first)
    detector.take(second)
    detector.take(first)
    detector.take(third)

    assert len(_find(detector, "Erika Musterfrau", first.version)) == 1
    assert len(_find(detector, "Erika Musterfrau", third.version)) == 1
    for unknown in (second.version, ""):
        with pytest.raises(RegisterUnknown):
            _find(detector, "Erika Musterfrau", unknown)


def test_nobody_can_be_asked_for(tmp_path: Path) -> None:
    """What is only tried must not tell who is a customer; the register of the house stays beside it."""
    detector = _detector()
    register = write_register(tmp_path, [ERIKA])
    detector.take(register)
    detector.take(NOBODY)

    assert _find(detector, "Erika Musterfrau", NOBODY.version) == []
    assert len(_find(detector, "Erika Musterfrau", register.version)) == 1


def test_a_replaced_file_changes_nothing_for_who_has_opened_it(tmp_path: Path) -> None:
    """It was mapped; the new file lies beside it under the same name."""
    register = write_register(tmp_path, [ERIKA])
    detector = _detector()
    detector.take(register)
    new = tmp_path / "new"
    new.write_bytes(register_bytes([MAX]))
    assert register.customers is not None
    new.rename(register.customers)

    assert len(_find(detector, "Erika Musterfrau", register.version)) == 1
    with pytest.raises(RegisterUnfit):
        _detector().take(register)


def _unfit(register: Register, path: Path, kind: str) -> Register:
    """Return a register whose file is not what was checked."""
    assert register.customers is not None
    match kind:
        case "absent":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(path.read_bytes()[:-1])
        case "other-key":
            raw = register_bytes([ERIKA], key=b"x" * 32)
            path.write_bytes(raw)
            return replace(register, version=header_of(raw).version)
        case _:
            raw = restricted_bytes({"alpenblick": (1, 9)})
            path.write_bytes(raw)
            return replace(register, version=header_of(raw).version)
    return register


@pytest.mark.parametrize("kind", ["absent", "empty", "cut", "other-key", "other-contents"])
def test_a_file_that_was_not_checked_is_refused(tmp_path: Path, kind: str) -> None:
    """The error says nothing of the file, and a scan that asks for it lacks the detector."""
    register = write_register(tmp_path, [ERIKA])
    register = _unfit(register, tmp_path / "customers", kind)
    detector = _detector()

    with pytest.raises(RegisterUnfit) as raised:
        detector.take(register)

    assert str(raised.value) == ""
    with pytest.raises(RegisterUnknown):
        _find(detector, "Erika Musterfrau", register.version)


def test_pages_of_the_files_are_given_back(tmp_path: Path) -> None:
    """After so many posts; what is found stays the same."""
    register = write_register(tmp_path, [ERIKA])
    detector = RegisterDetector(register_key=REGISTER_KEY, fingerprint_key=FINGERPRINT_KEY, give_back_every=2)
    detector.take(register)

    assert [len(_find(detector, "Erika Musterfrau", register.version)) for _ in range(5)] == [1] * 5
