"""
Write docs/detection-quality.md anew: `.venv/bin/python -m tests.corpus.publish [--public FILE]...`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.assembly.scoring import score
from proxy.scoring.corpus import read_public
from proxy.scoring.page import markdown, percent
from proxy.scoring.report import report
from tests.corpus.measure import SAMPLE, SEED, WITH_MODELS, WITHOUT_MODELS, disguised, figures
from tests.house.files import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.scoring.endurance import Survival

PAGE = REPOSITORY / "docs" / "detection-quality.md"
SHOWN_OF_LOCKED = {"all", "category", "language", "organisation", "evasion"}
"""What stands at single rules would tell their authors what to tune."""


def main() -> None:
    """Measure, and put the tables into the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--public", action="append", type=Path, default=[], help="text file, one post a line")
    files = arguments.parse_args().public
    texts = {"measured": measured()} | ({"public": public(files)} if files else {})
    page = PAGE.read_text(encoding="utf-8")  # late, for somebody may have written in it meanwhile
    for name, text in texts.items():
        page = put(page, name, text)
    PAGE.write_text(page, encoding="utf-8")


def put(page: str, name: str, text: str) -> str:
    """Return the page with a text between the comments of a name."""
    between = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
    return between.sub(lambda _: text, page, count=1)


def measured() -> str:
    """Return the tables of both splits, without language models too, and of the disguises."""
    locked, dev = figures(WITH_MODELS, "locked"), figures(WITH_MODELS, "dev")
    bare = figures(WITHOUT_MODELS, "locked")
    return "\n".join(
        (
            "Printed by `postgate rules score --split locked`:\n",
            markdown(locked, f"Locked part, {locked.posts} posts", groups=SHOWN_OF_LOCKED),
            "Printed by `postgate rules score`:\n",
            markdown(dev, f"Dev part, {dev.posts} posts"),
            "Printed by `postgate rules score --split locked --no-ner`:\n",
            markdown(bare, f"Locked part without language models, {bare.posts} posts", groups={"all"}),
            f"A seeded sample ({SAMPLE:.0%}) of what `postgate rules score --mutate --seed {SEED}` tries;\n",
            "only what is caught undisguised is counted:\n",
            "### Disguised, dev part\n",
            mutations(disguised(WITH_MODELS)),
        )
    )


def mutations(survivals: Iterable[Survival]) -> str:
    """Return the table of the disguises."""
    lines = [
        "| transform | leaks still stopped | places still found | view says so | clean with a new finding |",
        "|---|---|---|---|---|",
    ]
    for one in survivals:
        shares = (one.posts, one.places, one.views, one.clean)
        lines.append(f"| {one.transform} | " + " | ".join(percent(share) for share in shares) + " |")
    return "\n".join(lines) + "\n"


def public(files: Iterable[Path]) -> str:
    """Return how many of the posts of each file are flagged by the bank's policies."""
    lines = [
        "Printed by `postgate rules score --public FILE`:\n",
        "| posts | held or blocked | blocked |",
        "|---|---|---|",
    ]
    for file in files:
        told = report(asyncio.run(score(WITH_MODELS, read_public(file))))
        (whole,) = dict(told.groups)["all"]
        lines.append(f"| {file.stem} | {percent(whole.false_positives)} | {percent(whole.blocked)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
