"""Every command that a page shows exists, with every option it shows."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest

from proxy.cli.main import main
from tests.house.files import REPOSITORY, below, committed, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = re.compile(r"^```(?:sh|bash|console|shell|text)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
ENDS = {"|", "||", "&&", ";", ">", "<", "&"}


def _pages() -> list[Path]:
    return [path for path in committed() if path.suffix == ".md"]


def _commands(path: Path) -> Iterator[list[str]]:
    """Yield the arguments of every call of `postgate` in the code blocks of a page."""
    for block in BLOCK.findall(text_of(path)):
        for line in block.replace("\\\n", " ").splitlines():
            if "postgate" not in line:
                continue
            words = list(shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars=True))
            for position, word in enumerate(words):
                if word in {"postgate", ".venv/bin/postgate"} and (position == 0 or words[position - 1] in ENDS):
                    rest = words[position + 1 :]
                    end = next((index for index, other in enumerate(rest) if other in ENDS), len(rest))
                    yield rest[:end]


def _complaint(words: list[str]) -> str | None:
    command: click.Command = main
    context = click.Context(main)
    rest = list(words)
    while isinstance(command, click.Group) and rest:
        below_it = command.get_command(context, rest[0])
        default = getattr(command, "default", None)
        if below_it is None and default is not None and rest[0] not in {"--help", "-h"}:
            command = command.commands[default]  # what names no command is for this one
            break
        if rest[0].startswith("-"):
            break
        if below_it is None:
            return f"{' '.join(words)}: there is no `{rest[0]}`"
        command, context = below_it, click.Context(below_it, parent=context)
        rest.pop(0)
    known = {"--help", "-h", *(option for parameter in command.params for option in parameter.opts)}
    known |= {option for parameter in command.params for option in parameter.secondary_opts}
    unknown = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    return f"{' '.join(words)}: there is no {', '.join(unknown)}" if unknown else None


@pytest.mark.parametrize("path", _pages(), ids=below)
def test_every_call_of_postgate_in_a_page_exists(path: Path) -> None:
    """A reader who copies a command does not meet an error that a renaming left behind."""
    assert [complaint for words in _commands(path) if (complaint := _complaint(words))] == []


@pytest.mark.parametrize("path", _pages(), ids=below)
def test_every_make_target_in_a_page_exists(path: Path) -> None:
    """What a page tells people to make can be made."""
    targets = set(re.findall(r"^([a-z]+):", text_of(REPOSITORY / "Makefile"), flags=re.MULTILINE))
    blocks = "\n".join(BLOCK.findall(text_of(path)))
    named = set(re.findall(r"^(?:\$ )?make ([a-z]+)\b", blocks, flags=re.MULTILINE))
    named |= set(re.findall(r"`make ([a-z]+)`", text_of(path)))

    assert named - targets == set()


def test_every_command_has_a_help_text() -> None:
    """`--help` says something about each command and each of its options."""
    silent = []
    for name in main.list_commands(click.Context(main)):
        command = main.get_command(click.Context(main), name)
        assert command is not None
        family = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
        silent += [f"{name}: {member.name}" for member in family if not (member.help or member.short_help)]
        silent += [
            f"{name} {member.name}: {parameter.name}"
            for member in family
            for parameter in member.params
            if isinstance(parameter, click.Option) and not parameter.help
        ]

    assert silent == []


def test_every_policy_command_says_what_its_exit_codes_mean() -> None:
    """Pipelines hang on them; `docs/reference/cli.md` is made of these texts."""
    group = main.get_command(click.Context(main), "policy")
    assert isinstance(group, click.Group)

    silent = [name for name, member in group.commands.items() if "Exit code 0: " not in (member.help or "")]
    assert silent == []
