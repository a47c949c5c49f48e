"""
`postgate review false-alarms`: draft tests for the author of policies, from what reviewers called false alarms.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proxy.audit.false_alarms import false_alarms
from proxy.cli.audit_times import Moment
from proxy.cli.options import carry_out, config_option, language_option, read_token, token_option
from proxy.core.errors import Localised
from proxy.gate.redecide import recorded_post
from proxy.loading.test_drafts import Draft, draft_file

if TYPE_CHECKING:
    from proxy.assembly.operations import Operations
    from proxy.audit.false_alarms import FalseAlarms
    from proxy.gate.recorded import Recorded

_OF_THE_GATE = "gate"
_WRITTEN = Localised(
    de="{count} Fehlalarme in {files} Entwürfen. Die Texte sind echt: erst ersetzen, dann übernehmen.",
    en="{count} false alarms in {files} drafts. The texts are real: replace them before you take them over.",
)
_GONE = Localised(de="{gone} weitere sind gelöscht.", en="{gone} more are erased.")


@click.command("false-alarms")
@config_option
@click.option("--from", "since", type=Moment(), required=True, help="First moment.")
@click.option("--to", "until", type=Moment(), required=True, help="First moment that is too late.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="New folder for the drafts, one file a policy.",
)
@token_option
@language_option
def false_alarms_command(
    *, config: Path, since: datetime, until: datetime, out: Path, token_file: Path | None, language: str
) -> None:
    """
    Write draft tests from posts that reviewers called false alarms. For holders of the scopes policy and content.

    Each post that is opened goes on record before. The texts are real ones and have to be replaced.
    Exit code 0: written; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> FalseAlarms:
        by = await opened.people.person(token)
        return await false_alarms(opened.reads, opened.contents, since=since, until=until, by=by)

    alarms = carry_out(config, work)
    drafts: dict[str, list[Draft]] = {}
    for draft in map(_draft, alarms.found):
        policies = dict.fromkeys(rule.partition("/")[0] for rule in draft.rules)
        for policy in policies:
            if policy != _OF_THE_GATE:
                drafts.setdefault(policy, []).append(draft)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for policy, those in sorted(drafts.items()):
        file = out / f"{policy}_test.yaml"
        file.touch(mode=0o600)
        file.write_text(draft_file(policy, those), encoding="utf-8")
    click.echo(_WRITTEN.pick(language).format(count=len(alarms.found), files=len(drafts)))
    if alarms.gone:
        click.echo(_GONE.pick(language).format(gone=alarms.gone), err=True)


def _draft(recorded: Recorded) -> Draft:
    leaf = json.loads(recorded.leaf)
    post = recorded_post(recorded, replaces=None)
    data = leaf["data"]
    matched = [row["rule"] for row in data["rules"] if row["verdict"] != "allow"]
    return Draft(
        record=leaf["id"],
        rules=tuple(dict.fromkeys([*data["reasons"], *matched])),
        at=datetime.fromisoformat(leaf["at"]),
        platform=post.platform,
        kind=post.kind,
        parts=post.parts,
    )
