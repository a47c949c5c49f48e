from __future__ import annotations

from click.testing import CliRunner

from proxy.cli.audit import audit
from proxy.cli.main import main


def test_every_command_around_the_log_explains_itself() -> None:
    """With its exit codes."""
    for name in audit.commands:
        told = CliRunner().invoke(main, ["audit", name, "--help"])

        assert told.exit_code == 0
        assert "Exit code 0" in " ".join(told.output.split()) or name in {"checkpoint", "key"}, name
