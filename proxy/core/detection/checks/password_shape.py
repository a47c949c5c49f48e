"""
What people make up as a password: `NovemberMolly9`, `Kapitaen-Blaubaer-3`, `Kr4b8enKu77er`, `Sturmflut1962`.

Nothing proves that a word is one: this only says that no ordinary word, hash, version or file looks so, and a rule asks
for a cue besides. Read from behind as well, because that is how some hide one.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["NAME", "valid"]

NAME: Final = "password-shape"
_LONGEST = 64
_U, _L = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_HUMPS = re.compile(rf"[{_U}{_L}][{_L}]{{2,}}(?:[{_U}][{_L}]{{2,}})+(?:[._+-]?[{_U}{_L}]?[0-9]{{1,8}})")
"""`HarborSeal2027`"""
_PARTS = re.compile(
    rf"[{_U}{_L}][{_L}]{{2,}}[{_U}{_L}0-9]*(?:[._+-][{_U}{_L}0-9]*[{_U}{_L}][{_U}{_L}0-9]+)+[._+-]?[0-9]{{1,8}}"
)
"""`Anchor-Coffee-1830`"""
_WITHIN = re.compile(rf"[{_U}{_L}][{_U}{_L}0-9._-]*[{_L}._-][0-9]{{1,4}}[{_L}]{{2,}}[{_U}{_L}0-9._-]*")
"""`Gr1mPuffin-0ctober`"""
_ONE = re.compile(rf"[{_U}]?[{_L}]{{4,}}[0-9]{{1,6}}|[{_U}]{{2,}}[{_L}]+[{_U}]?[{_L}]*[0-9]{{2,6}}")
"""`Sturmflut1962`"""
_BEFORE_LETTERS = re.compile(rf"[{_U}{_L}]+[0-9]{{2,6}}[{_L}]+[{_U}]")
_FILE = re.compile(r"\.[A-Za-z]{2,5}$|\.[A-Za-z]{1,3}[0-9]$")
_HEX = re.compile(r"[0-9a-fA-F._-]+")
_PRODUCTS = frozenset(
    [
        "windows",
        "office",
        "iphone",
        "ipad",
        "galaxy",
        "pixel",
        "java",
        "python",
        "html",
        "sha",
        "base",
        "utf",
        "ipv",
        "covid",
        "log",
        "log4j",
        "log4shell",
        "http",
        "https",
        "ssl",
        "tls",
        "web",
        "mp",
        "formel",
        "agenda",
        "bundesliga",
        "boeing",
        "airbus",
        "xbox",
        "playstation",
        "photoshop",
        "android",
        "macos",
        "ubuntu",
        "debian",
        "fedora",
        "postgres",
        "mysql",
        "version",
        "release",
        "build",
        "level",
        "stufe",
        "stage",
        "phase",
        "ticket",
        "raum",
        "room",
        "halle",
        "gate",
        "gleis",
        "platz",
        "seite",
        "page",
        "kapitel",
        "chapter",
        "folge",
        "teil",
        "part",
        "tag",
        "day",
        "woche",
        "week",
        "jahr",
        "year",
        "sprint",
        "quartal",
        "nummer",
        "number",
        "liga",
        "staffel",
        "abi",
        "abitur",
        "jahrgang",
        "passwort",
        "password",
        "kennwort",
        "qwertz",
        "qwerty",
        "dall",
        "gemini",
        "claude",
        "llama",
        "chatgpt",
        "gpt",
    ]
)
_LETTERS = re.compile(rf"^[{_U}{_L}]+")


def valid(text: str) -> bool:
    """Return whether a word with digits in it is made up as passwords are."""
    if not 8 <= len(text) <= _LONGEST or _FILE.search(text) or _HEX.fullmatch(text):
        return False
    return _shaped(text) or (text[-1].isupper() and text[-2].islower() and _shaped(text[::-1]))


def _shaped(text: str) -> bool:
    if any(shape.fullmatch(text) for shape in (_HUMPS, _PARTS, _WITHIN, _BEFORE_LETTERS)):
        return True
    if _ONE.fullmatch(text) is None:
        return False
    letters = _LETTERS.match(text)
    return letters is not None and letters.group().lower() not in _PRODUCTS
