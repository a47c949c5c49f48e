"""
Exports as they were once written, kept so that later versions read them: `python -m tests.golden.exports` adds one.

Those that are there are never written anew: they stand for what auditors have. All values are invented.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.replaced_keys import A, B, C, exports_of

EXPORTS = Path(__file__).parent / "exports"
"""`NAME.zip` has a directory for each log, `NAME.keys` a verifier key a line, each of which is enough."""


def golden() -> list[str]:
    """Return the names of those that are there."""
    return sorted(path.stem for path in EXPORTS.glob("*.zip"))


def _replaced_keys() -> bytes:
    """Return two logs whose key was replaced in each."""
    packed = io.BytesIO()
    with TemporaryDirectory() as directory, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        exports = exports_of(Path(directory))
        for log in ("1", "2"):
            for path, data in sorted(exports[log].items()):
                archive.writestr(zipfile.ZipInfo(f"{log}/{path}"), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def main() -> None:
    """Write what is not there yet."""
    file = EXPORTS / "replaced-keys.zip"
    if not file.exists():
        file.write_bytes(_replaced_keys())
        lines = "".join(f"{signer.key().text()}\n" for signer in (A, B, C))
        file.with_suffix(".keys").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
