"""
`postgate rules`: what the detection rules are worth.
"""

from __future__ import annotations

import click

from proxy.cli.rules_lint import lint, test
from proxy.cli.rules_score import score


@click.group("rules")
def rules() -> None:
    """Check and measure detection rules."""


for command in (lint, test, score):
    rules.add_command(command)
