"""
Write a report down: as JSON for machines, as a Markdown page for the documentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from proxy.scoring.figures import Share
    from proxy.scoring.report import Report, Row

HEADINGS = ("recall", "precision", "F2", "false positives", "clean blocked", "missing")


def percent(share: Share) -> str:
    """Return a share with its interval and counts, or a dash."""
    if share.value is None or share.interval is None:
        return "-"
    low, high = share.interval
    return f"{share.value:.1%} ({low:.0%} to {high:.0%}) {share.hits}/{share.of}"


def cells(row: Row) -> tuple[str, ...]:
    """Return the figures of a row below HEADINGS."""
    return (
        percent(row.recall),
        percent(row.precision),
        "-" if row.f2 is None else f"{row.f2:.3f}",
        percent(row.false_positives),
        percent(row.blocked),
        str(row.missing) if row.missing else "",
    )


def as_json(report: Report, split: str) -> dict[str, object]:
    """Return all figures as plain values."""
    return {
        "schema": 1,
        "split": split,
        "posts": report.posts,
        "groups": {title: {row.name: _row(row) for row in rows} for title, rows in report.groups},
        "confusion": {
            str(wanted): {str(got): count for got, count in decisions} for wanted, decisions in report.confusion
        },
        "bars": [
            {
                "name": bar.name,
                **_share(bar.share),
                "goal": bar.goal,
                "at_least": bar.at_least,
                "met": bar.met,
            }
            for bar in report.bars
        ],
        "missing": dict(report.missing),
    }


def _row(row: Row) -> dict[str, object]:
    return {
        "recall": _share(row.recall),
        "precision": _share(row.precision),
        "f2": row.f2,
        "false_positives": _share(row.false_positives),
        "clean_blocked": _share(row.blocked),
        "missing": row.missing,
    }


def _share(share: Share) -> dict[str, object]:
    return {
        "hits": share.hits,
        "of": share.of,
        "value": share.value,
        "interval": None if share.interval is None else list(share.interval),
    }


def markdown(report: Report, title: str, *, groups: Collection[str] | None = None) -> str:
    """
    Return the confusion matrix, the goals and the tables of a report as Markdown.

    Args:
        report: the figures.
        title: of the section.
        groups: titles of the tables that are wanted; all by default.
    """
    lines = [f"### {title}", ""]
    lines += _table(
        ("expected", *(str(got) for got, _ in report.confusion[0][1])),
        ((str(wanted), *(str(count) for _, count in decisions)) for wanted, decisions in report.confusion),
    )
    lines += _table(
        ("goal", "bar", "reached", ""),
        (
            (
                bar.name,
                f"{'at least' if bar.at_least else 'at most'} {bar.goal:.1%}",
                percent(bar.share),
                "met" if bar.met else "missed",
            )
            for bar in report.bars
        ),
    )
    for name, rows in report.groups:
        if groups is not None and name not in groups:
            continue
        lines += _table((name, *HEADINGS), ((f"`{row.name}`", *cells(row)) for row in rows))
    return "\n".join(lines)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    drawn = ["| " + " | ".join(headings) + " |", "|---" * len(headings) + "|"]
    return [*drawn, *("| " + " | ".join(row) + " |" for row in rows), ""]
