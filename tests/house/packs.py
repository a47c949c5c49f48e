"""
Write the policy packs that are made from others, or say with `--check` which of their files are stale.

A house points the gateway at one folder, so every pack is complete; what packs have in common is written once, in the
pack it is made from, and a house test refuses copies that have drifted apart. Where the law differs a pack has files of
its own, which nothing writes. Nothing here is legal advice.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.house.files import REPOSITORY, below

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

POLICIES = REPOSITORY / "policies"
TEST_SUFFIX = "_test"
COMMON = (
    "advertising-label", "comparison", "insider", "internal-information", "legal-notice", "profile-texts",
    "securities-advertising", "special-inducements",
)  # fmt: skip
"""What a bank and an insurer of one country share."""
GERMAN_LAW = frozenset({"special-inducements", "record-keeping"})
"""Made for German acts that have no twin abroad."""
AUSTRIA = {
    "REG-DE-203": ("REG-AT-VAG",),
    "REG-DE-MACOMP-1": ("REG-AT-WAG49",),
    "REG-DE-MACOMP-2": ("REG-AT-WAG49",),
    "REG-DE-MACOMP-3": ("REG-AT-WAG49",),
    "REG-DE-UWG5A": ("REG-AT-MEDIENG26",),
    "REG-DE-UWG6": ("REG-AT-UWG2A",),
    "REG-DE-DDG5": ("REG-AT-ECG5",),
    "REG-EU-MAR-14": ("REG-EU-MAR-14", "REG-AT-BOERSEG"),
}
"""Norms of the German packs, and what stands in their place."""
SWITZERLAND = {
    "REG-DE-203": ("REG-CH-DSG62",),
    "REG-DE-MACOMP-1": ("REG-CH-FIDLEG68",),
    "REG-DE-MACOMP-2": ("REG-CH-FIDLEG68",),
    "REG-DE-MACOMP-3": ("REG-CH-FIDLEG68", "REG-CH-UWG3"),
    "REG-DE-UWG5A": ("REG-CH-FIDLEG68", "REG-CH-UWG3"),
    "REG-DE-UWG6": ("REG-CH-UWG3",),
    "REG-DE-DDG5": ("REG-CH-UWG3",),
    "REG-EU-MAR-14": ("REG-CH-FINFRAG142",),
    "REG-EU-MAR-19": ("REG-CH-FINFRAG142",),
    "REG-EU-MAR-20": ("REG-CH-FINFRAG142",),
    "REG-GDPR-5": ("REG-CH-DSG62",),
    "REG-GDPR-32": ("REG-CH-DSG62",),
}
_NORMS = re.compile(r"^norms: \[(.+)\]$", re.MULTILINE)
_TITLE = "# Made from policies/{origin}/{name}.yaml by `python -m tests.house.packs`: change that file, not this one.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A pack that is made from another, file by file."""

    pack: str
    origin: str
    names: tuple[str, ...] | None = None
    """Policies to take; None for all of the origin that the law of this country knows."""
    norms: Mapping[str, tuple[str, ...]]
    texts: tuple[tuple[str, str], ...] = ()
    """What is written differently here."""


_AUSTRIAN = (
    ("a German", "an Austrian"),
    ("{list: advertising-label, place: start}", "{list: [advertising-label, advertising-label-at], place: start}"),
)
_SWISS = (("a German", "a Swiss"), ("ß", "ss"), ("„", "«"), ("“", "»"))
VARIANTS = (
    Variant(pack="de-insurer", origin="de-bank", names=COMMON, norms={}),
    Variant(pack="at-bank", origin="de-bank", norms=AUSTRIA, texts=_AUSTRIAN),
    Variant(pack="at-insurer", origin="de-insurer", norms=AUSTRIA, texts=_AUSTRIAN),
    Variant(
        pack="at-insurer",
        origin="at-bank",
        names=("national-numbers",),
        norms={"REG-DE-BANK": ("REG-AT-VAG",)},
    ),
    Variant(pack="ch-bank", origin="de-bank", norms=SWITZERLAND, texts=_SWISS),
    Variant(pack="ch-insurer", origin="de-insurer", norms=SWITZERLAND, texts=_SWISS),
    Variant(
        pack="ch-insurer",
        origin="ch-bank",
        names=("national-numbers", "product-document"),
        norms={"REG-DE-BANK": (), "REG-CH-FIDLEG68": ("REG-CH-VAG", "REG-CH-FIDLEG68")},
    ),
)
"""In this order: a pack is made after the one it is made from."""


def made(variant: Variant) -> Iterator[tuple[Path, str]]:
    """Yield the files of a variant and what has to stand in them."""
    for path in sorted((POLICIES / variant.origin).glob("*.yaml")):
        name = path.stem.removesuffix(TEST_SUFFIX)
        if name in variant.names if variant.names is not None else name not in GERMAN_LAW:
            text = path.read_text(encoding="utf-8").removeprefix(_made_from(path))
            yield (
                POLICIES / variant.pack / path.name,
                _TITLE.format(origin=variant.origin, name=path.stem) + _text(variant, text),
            )


def _made_from(path: Path) -> str:
    """Return the first line of a file that is made from another itself, or nothing."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0] + "\n"
    return first if first.startswith("# Made from ") else ""


def _text(variant: Variant, text: str) -> str:
    text = re.sub(rf"^(policy: .+)-{variant.origin}$", rf"\1-{variant.pack}", text, flags=re.MULTILINE)
    text = _NORMS.sub(lambda match: f"norms: [{', '.join(_norms(variant, match[1]))}]", text)
    for old, new in variant.texts:
        text = text.replace(old, new)
    return text


def _norms(variant: Variant, written: str) -> list[str]:
    own = [norm for name in written.split(", ") for norm in variant.norms.get(name, (name,))]
    return list(dict.fromkeys(own))


def stale() -> list[str]:
    """Return the files that differ from what they are made from, and those that nothing makes any more."""
    found, expected = [], set()
    for variant in VARIANTS:
        for path, text in made(variant):
            expected.add(path)
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                found.append(below(path))
    left = [path for path in POLICIES.glob("*/*.yaml") if path not in expected and _made_from(path)]
    return found + sorted(below(path) for path in left)


def main(words: list[str]) -> int:
    """Write all files; with `--check` only compare."""
    if words == ["--check"]:
        found = stale()
        for name in found:
            sys.stderr.write(f"{name} is stale: python -m tests.house.packs\n")
        return int(bool(found))
    for variant in VARIANTS:
        for path, text in made(variant):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
