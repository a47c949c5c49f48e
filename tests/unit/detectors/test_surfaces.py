from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Language
from proxy.detectors.sheet import make_sheet
from proxy.detectors.surfaces import SurfacesDetector, expected_version


def test_it_vouches_for_a_sheet_with_all_views() -> None:
    """Nothing is found; completing is the statement."""
    detector = SurfacesDetector()

    assert detector.find(make_sheet(("Hallo",), "r")) == ()
    assert detector.version("r") == expected_version()


def test_a_sheet_whose_normalised_view_is_not_among_the_views_is_refused() -> None:
    """A detector that walks the views would not have seen it."""
    sheet = make_sheet(("Hallo",), "r")
    broken = replace(sheet, parts=(replace(sheet.parts[0], surfaces=()),))

    with pytest.raises(LookupError):
        SurfacesDetector().find(broken)


def test_it_says_what_links_there_are_and_which_language() -> None:
    """Of every part; links in any view."""
    described = SurfacesDetector().describe(make_sheet(("Mehr auf bank[.]example", "Thank you for this!", ""), "r"))

    assert [(link.part, link.host) for link in described.links] == [(0, "bank.example")]
    assert described.languages == (Language.DE, Language.EN, Language.NONE)
