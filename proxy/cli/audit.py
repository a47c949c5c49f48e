"""
`postgate audit`: the commands around the log.
"""

from __future__ import annotations

import click

from proxy.cli.audit_checkpoints import checkpoint_command, key_command
from proxy.cli.audit_contents import content_command, find_command
from proxy.cli.audit_exports import export_command, prove_command, verify_export_command, verify_proof_command
from proxy.cli.audit_fsck import fsck_command
from proxy.cli.audit_orders import ORDERS
from proxy.cli.audit_records import query_command, show_command
from proxy.cli.audit_replay import replay_command
from proxy.cli.audit_rotation import rotate_key_command
from proxy.cli.audit_verify import verify_command


@click.group("audit")
def audit() -> None:
    """Search and verify the audit log."""


for command in (
    checkpoint_command,
    content_command,
    find_command,
    export_command,
    fsck_command,
    key_command,
    prove_command,
    query_command,
    replay_command,
    rotate_key_command,
    show_command,
    verify_command,
    verify_export_command,
    verify_proof_command,
    *ORDERS,
):
    audit.add_command(command)
