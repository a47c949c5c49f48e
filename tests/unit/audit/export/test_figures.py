from __future__ import annotations

import xml.etree.ElementTree as ET

from proxy.audit.export.figures import bars


def _drawn(counts: dict[str, dict[str, int]]) -> ET.Element:
    return ET.fromstring(bars("x", "A title", "How to read it", counts))


def test_a_figure_is_described_for_those_who_do_not_see_it() -> None:
    """Role, title and description, which are named."""
    figure = _drawn({"2026-11-23": {"allow": 1}})

    assert figure.get("role") == "img"
    assert figure.get("aria-labelledby") == "x-t x-d"
    assert [(one.get("id"), one.text) for one in figure if one.tag in {"title", "desc"}] == [
        ("x-t", "A title"),
        ("x-d", "How to read it"),
    ]


def test_bars_are_as_long_as_their_counts() -> None:
    """In the order of strictness, the longest row as long as there is room."""
    figure = _drawn({"a": {"block": 1, "allow": 3}, "b": {"hold": 2}})

    found = [(one.get("class"), float(one.get("width") or 0)) for one in figure if one.tag == "rect"]
    assert [name for name, _ in found] == ["allow", "block", "hold"]
    assert found[0][1] == 3 * found[1][1]
    assert found[2][1] == 2 * found[1][1]


def test_nothing_and_what_is_not_divided_can_be_drawn() -> None:
    """And a long name is cut."""
    assert [one.tag for one in _drawn({})] == ["title", "desc"]
    figure = _drawn({"n" * 80: {"": 4}})
    assert [one.get("class") for one in figure if one.tag == "rect"] == ["plain"]
    assert [len(one.text or "") for one in figure if one.tag == "text"] == [34, 1]
