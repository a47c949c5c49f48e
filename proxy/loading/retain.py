"""
Read `retain` of a rule: the retention class of what it matches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.loading.messages import shown
from proxy.loading.validation import name_of
from proxy.settings.audit import Retention

if TYPE_CHECKING:
    from proxy.loading.validation import Fields


def read_retain(fields: Fields, known: frozenset[str] | None) -> str | None:
    """
    Return the class that a rule names, None for none, or when something was reported.

    `known` are the classes of the settings. Where no settings are known, a class that no settings have of themselves
    is a warning: the node that is to run the rule refuses it unless its settings name the class.
    """
    node = fields.get("retain")
    name = None if node is None else name_of(fields.report, node)
    if node is None or name is None:
        return None
    usual = frozenset(one.name for one in Retention().all())
    if name not in (usual if known is None else known):
        code = "foreign-retention-class" if known is None else "unknown-retention-class"
        among = usual if known is None else known
        fields.report.add(code, node, value=shown(name), known=", ".join(sorted(among)), near=(name, among))
    return name
