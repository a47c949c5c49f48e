from __future__ import annotations

from click.testing import CliRunner

from proxy.cli.rules import rules


def test_the_group_knows_its_commands() -> None:
    """Lint, test and score stand side by side; each explains itself."""
    assert {"lint", "score", "test"} <= set(rules.commands)
    for name in rules.commands:
        shown = CliRunner().invoke(rules, [name, "--help"])
        assert (shown.exit_code, "Usage" in shown.output) == (0, True)
