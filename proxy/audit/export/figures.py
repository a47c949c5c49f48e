"""
Bars as inline SVG, each with a title and a description for those who do not see it; the table stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.export.markup import element

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.audit.export.markup import Markup

VERDICTS = ("allow", "redact", "hold", "block")
_WIDTH, _BAR, _GAP, _LABEL = 640, 14, 6, 220
_LONGEST = 34


def bars(name: str, title: str, description: str, counts: Mapping[str, Mapping[str, int]]) -> Markup:
    """
    Return lying bars, one a row, each divided by verdict.

    Args:
        name: unique on the page.
        title: read out, and shown by some programs.
        description: how to read it.
        counts: by row and verdict; `""` for what is not divided.
    """
    most = max((sum(row.values()) for row in counts.values()), default=0) or 1
    drawn = [_row(place, label, row, most) for place, (label, row) in enumerate(counts.items())]
    height = max(len(drawn), 1) * (_BAR + _GAP)
    return element(
        "svg",
        element("title", title, id=f"{name}-t"),
        element("desc", description, id=f"{name}-d"),
        *(one for row in drawn for one in row),
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=_WIDTH,
        height=height,
    )


def _row(place: int, label: str, row: Mapping[str, int], most: int) -> list[Markup]:
    top = place * (_BAR + _GAP)
    short = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
    drawn = [element("text", short, x=_LABEL - 8, y=top + _BAR - 3, class_="label")]
    left, scale = float(_LABEL), (_WIDTH - _LABEL - 60) / most
    for kind in sorted(row, key=_order):
        width = row[kind] * scale
        drawn.append(
            element(
                "rect",
                x=f"{left:.1f}",
                y=top,
                width=f"{width:.1f}",
                height=_BAR,
                class_=kind if kind in VERDICTS else "plain",
            )
        )
        left += width
    return [*drawn, element("text", str(sum(row.values())), x=f"{left + 6:.1f}", y=top + _BAR - 3)]


def _order(kind: str) -> int:
    return VERDICTS.index(kind) if kind in VERDICTS else len(VERDICTS)
