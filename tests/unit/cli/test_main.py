"""The command `postgate` finds its subcommands."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from proxy.assembly.looking import InstalledTools
from proxy.cli.main import COMMANDS, main


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_subcommand_can_be_asked_for_help(name: str) -> None:
    """Named in the help of the whole, and with a help of its own."""
    done = CliRunner().invoke(main, [name, "--help"])

    assert done.exit_code == 0, done.output
    assert f"  {name}" in CliRunner().invoke(main, ["-h"]).output


def test_an_unknown_subcommand_is_a_mistake() -> None:
    """Exit code 2, nothing is guessed."""
    assert CliRunner().invoke(main, ["publish"]).exit_code == 2


def test_the_version_is_that_of_the_installation() -> None:
    """One number, for tickets."""
    assert version("postgate") in CliRunner().invoke(main, ["--version"]).output


def test_policy_commands_get_the_tools_of_this_installation() -> None:
    """Bundled policies, word lists and detectors, unless somebody brings others."""
    seen: list[object] = []

    @click.pass_obj
    def look(tools: object) -> None:
        seen.append(tools)

    group = main.get_command(click.Context(main), "policy")
    assert isinstance(group, click.Group)
    group.add_command(click.Command("look", callback=look))
    try:
        CliRunner().invoke(main, ["policy", "look"])
        CliRunner().invoke(main, ["policy", "look"], obj="others")
    finally:
        del group.commands["look"]

    assert isinstance(seen[0], InstalledTools)
    assert seen[1] == "others"


def test_help_loads_nothing_that_it_does_not_need() -> None:
    """No language model, no database, no web server, so that help is there at once."""
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from proxy.cli.main import main\n"
        "CliRunner().invoke(main, ['--version'])\n"
        "print(sorted({'spacy', 'presidio_analyzer', 'sqlalchemy', 'aiohttp'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_what_is_no_command_is_a_defect() -> None:
    """A wrong entry of the table shows itself at once."""
    COMMANDS["broken"] = "proxy.cli.failures:language"
    try:
        with pytest.raises(TypeError, match="is not a command"):
            main.get_command(click.Context(main), "broken")
    finally:
        del COMMANDS["broken"]
