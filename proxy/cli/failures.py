"""
How commands end when something is wrong: every mistake with file, line and remedy, and a documented exit code.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from proxy.audit.orders.refusals import OrderRefused
from proxy.audit.rollback import LogRolledBack, NothingRemembered
from proxy.core.errors import ConfigurationError, PostgateError
from proxy.gate.consent_refusals import ConsentRefused
from proxy.gate.policy_refusals import ProposalRefused
from proxy.gate.review_refusals import ReviewRefused
from proxy.register.refusals import RegisterRefused
from proxy.vault.refusals import ExchangeRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USAGE = 2
"""Exit code for mistakes in the configuration or the command line."""
FAILED = 1
"""Exit code for what could not be done."""


def language(environ: Mapping[str, str] = os.environ) -> str:
    """Return `de` when the terminal speaks German, otherwise `en`."""
    spoken = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "de" if spoken.lower().startswith("de") else "en"


@contextmanager
def explained() -> Iterator[None]:
    """Turn our errors into words on standard error and an exit code; anything else is a defect and shows itself."""
    try:
        yield
    except ConfigurationError as error:
        click.echo(error.render(language()), err=True)
        sys.exit(USAGE)
    except (
        ConsentRefused,
        OrderRefused,
        ProposalRefused,
        ReviewRefused,
        ExchangeRefused,
        RegisterRefused,
    ) as refused:
        click.echo(refused.reason.pick(language()), err=True)
        sys.exit(FAILED)
    except (LogRolledBack, NothingRemembered) as error:
        click.echo(f"{error.words.pick(language())} [{error.code}]", err=True)
        sys.exit(FAILED)
    except PostgateError as error:
        diagnostics = error.diagnostics()
        click.echo(type(error).text.pick(language()), err=True)
        for label, value in (
            ("expected", diagnostics.expected),
            ("found", diagnostics.found),
            ("remedy", diagnostics.remedy),
        ):
            if value:
                click.echo(f"  {label}: {value}", err=True)
        sys.exit(FAILED)
