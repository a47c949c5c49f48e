from __future__ import annotations

import pytest

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.numbers import NumberSearch
from proxy.core.detection.register.table import Shared
from proxy.detectors.sheet import make_sheet

KNOWN = {(Kind.SHORT_NUMBER, "20261130"): Shared.ONE, (Kind.NUMBER, "KD471108"): Shared.MANY}
"""Invented."""


def _found(*texts: str) -> set[tuple[int, str, Shared, bool]]:
    sheet = make_sheet(texts, "")
    surfaces = [*(view for part in sheet.parts for view in part.surfaces), *sheet.joined]
    search = NumberSearch(lambda kind, value: KNOWN.get((kind, value)), frozenset({8}))
    return {(one.part, one.value, one.shared, one.told) for one in search.find(surfaces)}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("KD-4711-08",), {(0, "KD471108", Shared.MANY, True)}),
        (("Nr. 20261130",), {(0, "20261130", Shared.ONE, True)}),
        (("es sind 20261130",), {(0, "20261130", Shared.ONE, False)}),
        (("Kunde seit 2026-11-30",), set()),
        (("am 30.11.2026",), set()),
        (("2026", "1130"), {(0, "20261130", Shared.ONE, False)}),
        (("Konto 2026", "1130"), {(0, "20261130", Shared.ONE, True)}),
        (("20261130", "ist mein Konto"), {(0, "20261130", Shared.ONE, True)}),
        (("verkehrt herum das Konto: 03116202",), {(0, "20261130", Shared.ONE, True)}),
        (("ohne",), set()),
    ],
)
def test_a_number_is_told_by_its_length_or_by_a_word(
    texts: tuple[str, ...], found: set[tuple[int, str, Shared, bool]]
) -> None:
    """Days are none, whatever stands beside them."""
    assert _found(*texts) == found
