from __future__ import annotations

from proxy.detectors.identifiers import IdentifierDetector, expected_version
from proxy.detectors.sheet import make_sheet
from tests.fakes.detectors import KEY


def test_numbers_and_people_are_found_in_every_part() -> None:
    """An account number in one part, somebody with a title in another."""
    text = "Bitte auf DE02 1203 0000 0000 2020 51 zahlen."
    found = IdentifierDetector(KEY).find(make_sheet(("Herr Beispielmann ruft an.", text), "r"))

    assert sorted((finding.part, finding.entity) for finding in found) == [(0, "PERSON"), (1, "IBAN_CODE")]
    iban = next(finding for finding in found if finding.entity == "IBAN_CODE")
    assert text[iban.span.start : iban.span.end] == "DE02 1203 0000 0000 2020 51"


def test_parent_and_worker_agree_on_the_version() -> None:
    """What the parent expects is what the detector says of itself."""
    assert IdentifierDetector(KEY).version("any") == expected_version()
