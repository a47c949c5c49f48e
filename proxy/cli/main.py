"""
The command `postgate`: finds the subcommand and nothing more.

Subcommands are imported when they are called, so that `postgate --help` and a quick `postgate token list` do not load
what they do not use.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version

import click

COMMANDS = {
    "account": "proxy.cli.account:account",
    "audit": "proxy.cli.audit:audit",
    "check": "proxy.cli.check:check_command",
    "consent": "proxy.cli.consent:consent",
    "demo": "proxy.cli.demo:demo",
    "init": "proxy.cli.serve:init",
    "key": "proxy.cli.key:key",
    "policy": "proxy.cli.policy:policy",
    "post": "proxy.cli.post:post",
    "register": "proxy.cli.register:register",
    "review": "proxy.cli.review:review",
    "rules": "proxy.cli.rules:rules",
    "serve": "proxy.cli.serve:serve",
    "token": "proxy.cli.token:token",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names of all subcommands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Return a subcommand, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            message = f"{COMMANDS[cmd_name]} is not a command"
            raise TypeError(message)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("postgate"), prog_name="postgate")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Postgate: the gate that every social-media post of a bank or insurer passes through."""
    if ctx.invoked_subcommand == "policy" and ctx.obj is None:
        from proxy.assembly.looking import InstalledTools  # noqa: PLC0415  other commands need none of it

        ctx.obj = InstalledTools()
