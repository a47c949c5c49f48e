from __future__ import annotations

from proxy.detectors.lexicons import LexiconDetector
from proxy.detectors.port import DetectorFault, Sheet, TakesLexicons
from proxy.detectors.sheet import make_sheet
from proxy.detectors.surfaces import SurfacesDetector


def test_every_fault_has_its_own_code() -> None:
    """Codes are what leaves a worker, so they tell faults apart."""
    kinds: list[type[DetectorFault]] = [DetectorFault, *DetectorFault.__subclasses__()]
    codes = [kind.code for kind in kinds]

    assert sorted(set(codes)) == sorted(codes)


def test_only_the_word_list_detector_takes_word_lists() -> None:
    """The worker asks by protocol, not by name."""
    assert isinstance(LexiconDetector(), TakesLexicons)
    assert not isinstance(SurfacesDetector(), TakesLexicons)


def test_a_sheet_does_not_show_its_texts() -> None:
    """Neither the sheet nor its parts have text in their representation."""
    sheet = make_sheet(("Geheimtext",), "rules")

    assert "Geheim" not in repr(sheet) + repr(sheet.parts[0])
    assert isinstance(sheet, Sheet)
