"""
Train the name recogniser: `make model DATA=FOLDER`, or `python -m training --data FOLDER`.

Reads the corpora, writes vectors and training files below `.cache/training`, trains on one core with a fixed seed,
leaves what a running gateway needs below `rules/models/`, and prints the figures for the model card. The data folder
itself is only read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.run import DEFAULT_STEPS, SEED, run

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the recipe."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpora, see rules/models/README.md")
    parser.add_argument("--work", type=Path, default=REPOSITORY / ".cache" / "training", help="for files on the way")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "rules" / "models" / "postgate-de-en")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--steps", type=int, default=DEFAULT_STEPS)
    given = parser.parse_args()
    if not given.data.is_dir():
        parser.error(f"no such folder: {given.data}")
    sys.stdout.write(run(given.data, given.work, given.out, seed=given.seed, steps=given.steps))
    return 0


if __name__ == "__main__":
    sys.exit(main())
