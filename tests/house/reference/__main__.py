"""
Write the files that come from the code, or say with `--check` which of them are stale.
"""

from __future__ import annotations

import sys

from tests.house.reference.pages import files, stale


def main(words: list[str]) -> int:
    """Write all files; with `--check` only compare."""
    if words == ["--check"]:
        found = stale()
        for name in found:
            sys.stderr.write(f"{name} is stale: python -m tests.house.reference\n")
        return int(bool(found))
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
