"""
Write the reference pages of `docs/reference` from the code, or say with `--check` which of them are stale.
"""

from __future__ import annotations

import sys

from tests.house.reference.pages import FOLDER, PAGES, stale


def main(words: list[str]) -> int:
    """Write all pages; with `--check` only compare."""
    if words == ["--check"]:
        found = stale()
        for name in found:
            sys.stderr.write(f"docs/reference/{name} is stale: python -m tests.house.reference\n")
        return int(bool(found))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
