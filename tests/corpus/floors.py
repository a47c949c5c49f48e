"""
Floors of the detection, and raising them: `.venv/bin/python -m tests.corpus.floors`.

A floor rises to what was reached but for one post, and a ceiling sinks no lower than the goal. None is ever eased: who
has to ease one edits floors.yaml by hand, and the reviewer sees it.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import yaml

from tests.corpus.measure import HERE, WITHOUT_MODELS, disguised, figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from proxy.scoring.endurance import Survival
    from proxy.scoring.figures import Share
    from proxy.scoring.report import Report

FILE = HERE / "floors.yaml"
SPLITS = ("dev", "locked")
Figures = dict[str, dict[str, float]]
FEWEST = 5
"""Figures over fewer posts are not worth a floor."""
ROOM = 1
"""Posts that a change may cost before it fails; what it wins elsewhere is for people to weigh."""
STOPPED, BLOCKED = 0.03, 0.01
"""Goals for clean posts; being better than they ask is welcome, not owed."""


def floors_of(report: Report, room: int = 0) -> Figures:
    """Return what must be at least, and what may be at most, for one split, with room for some posts."""
    groups = dict(report.groups)
    (whole,) = groups["all"]
    checksummed = next(bar for bar in report.bars if bar.name.startswith("checksummed"))
    return {
        "at_least": _least(
            {
                "checksummed identifiers": checksummed.share,
                "leaks": whole.recall,
                "precision": whole.precision,
                **{f"category {row.name}": row.recall for row in groups["category"]},
                **{f"evasion {row.name}": row.recall for row in groups["evasion"]},
            },
            room,
        ),
        "at_most": {
            "clean stopped": _most(whole.false_positives, STOPPED),
            "clean blocked": _most(whole.blocked, BLOCKED),
        },
    }


def floors_of_mutation(survivals: Iterable[Survival], room: int = 0) -> Figures:
    """Return what must survive each disguise, and how many clean posts it may spoil, with room for some posts."""
    own = list(survivals)
    return {
        "at_least": _least({one.transform: one.posts for one in own}, room),
        "at_most": {one.transform: _most(one.clean, STOPPED) for one in own if one.clean.of >= FEWEST},
    }


def read() -> dict[str, Figures]:
    """Return the floors of the file."""
    loaded: dict[str, Figures] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["without_models"]
    return loaded


def broken(floors: Mapping[str, Mapping[str, float]], reached: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return every figure that is worse than its floor."""
    least = [
        f"{name}: {reached['at_least'].get(name, 0.0):.2f} is below {bound:.2f}"
        for name, bound in floors["at_least"].items()
        if reached["at_least"].get(name, 0.0) < bound
    ]
    most = [
        f"{name}: {reached['at_most'].get(name, 0.0):.3f} is above {bound:.3f}"
        for name, bound in floors["at_most"].items()
        if reached["at_most"].get(name, 0.0) > bound
    ]
    return least + most


def raised(floors: Figures, reached: Figures) -> Figures:
    """Return the better of both for every figure."""
    return {
        "at_least": _merged(floors.get("at_least", {}), reached["at_least"], better=max),
        "at_most": _merged(floors.get("at_most", {}), reached["at_most"], better=min),
    }


def main() -> None:
    """Measure, and raise what has become better."""
    known = read() if FILE.exists() else {}
    reached = {split: floors_of(figures(WITHOUT_MODELS, split), ROOM) for split in SPLITS}
    reached["mutation"] = floors_of_mutation(disguised(WITHOUT_MODELS), 3 * ROOM)
    result = {name: raised(known.get(name, {}), figures_of) for name, figures_of in reached.items()}
    comment = (
        "# What the detection without language models must not fall below, as shares; tests/corpus/test_floors.py\n"
        "# fails below. Floors only rise: `.venv/bin/python -m tests.corpus.floors` writes those that did.\n"
    )
    document = {"schema": 1, "without_models": result}
    FILE.write_text(comment + yaml.safe_dump(document, sort_keys=False, width=120), encoding="utf-8")


def _least(shares: Mapping[str, Share], room: int) -> dict[str, float]:
    return {
        name: floor(max(0, share.hits - room) / share.of * 100) / 100
        for name, share in shares.items()
        if share.of >= FEWEST
    }


def _most(share: Share, goal: float) -> float:
    return max(goal, ceil((share.value or 0.0) * 1000) / 1000)


def _merged(
    old: Mapping[str, float], new: Mapping[str, float], *, better: Callable[[list[float]], float]
) -> dict[str, float]:
    return {
        name: better(values) for name in {**old, **new} if (values := [one[name] for one in (old, new) if name in one])
    }


if __name__ == "__main__":
    main()
