"""
The key of a log on the command line: the line itself, or a file that holds it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from proxy.audit.tlog.keys import VerifierKey, read_verifier_key
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.cli.failures import language
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Callable

_NO_KEY = Localised(
    de="Das ist kein Schlüssel. Erwartet wird eine Zeile NAME+KENNUNG+SCHLÜSSEL, wie postgate audit key sie ausgibt.",
    en="This is no key. Expected is a line NAME+ID+KEY, as postgate audit key prints it.",
)


class KeyOfALog(click.ParamType[VerifierKey]):
    """A verifier key (c2sp.org/signed-note)."""

    name = "vkey"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> VerifierKey:
        """Read the line, or the file."""
        if isinstance(value, VerifierKey):
            return value
        text = str(value)
        try:
            line = Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text
            return read_verifier_key(line.strip())
        except (EvidenceRefused, OSError, UnicodeDecodeError):
            self.fail(_NO_KEY.pick(language()), param, ctx)


keys_option = click.option(
    "--key",
    "keys",
    type=KeyOfALog(),
    required=True,
    multiple=True,
    help="Verifier key of the log, or a file with it; from somewhere else than what is verified. "
    "Where it was replaced, one of its keys is enough.",
)


def key_option(*, required: bool) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Return the option; the key comes from somewhere else than what it verifies."""
    return click.option(
        "--key",
        type=KeyOfALog(),
        required=required,
        help="Verifier key of the log, or a file with it; from somewhere else than what is verified.",
    )
