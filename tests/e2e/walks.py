"""
The examples of the page that tells employees how to connect a program, run as they stand there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.e2e.gateway import REPOSITORY
from tests.e2e.servers import npm

LANGUAGES = ("de", "en")
_SAYS = "Heute offene Beratung ab 17 Uhr"
_BLOCK = re.compile(r"^```(python|javascript|js)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def follow(language: str, words: str, *, address: str, token: str, name: str = "") -> str:
    """
    Run the one example of a page that has these words; return the text that it posts.

    Address and token become those of a test, the text one of its own, and a name in it another where that is wanted.
    """
    page = (REPOSITORY / f"docs/how-to/employee/connect-a-client.{language}.md").read_text(encoding="utf-8")
    ((kind, code),) = [block for block in _BLOCK.findall(page) if words in block[1]]
    text = f"{_SAYS}, Seite {language}, {words.strip()[-14:]}".replace('"', "").replace("'", "").replace(";", "")
    for before, after in (("pgt_...", token), (_SAYS, text), ("presse.bank.example", name)):
        code = code.replace(before, after)
    code = re.sub(r"https://[a-z]+\.gw\.bank\.example", address, code)
    python = kind == "python"
    done = subprocess.run(
        [sys.executable, "-I", "-"] if python else npm.module_command(),
        input=code,
        capture_output=True,
        text=True,
        check=False,
        cwd=None if python else npm.installed(),
        env={key: value for key, value in os.environ.items() if "proxy" not in key.lower()},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return text
