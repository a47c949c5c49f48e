"""
What a rule or a panel asks Prometheus for: names of metrics, of labels and values of labels, read from the expression.

Whether an expression is one at all, Prometheus itself says (`promtool check rules`).
"""

from __future__ import annotations

import re

from proxy.observability.metrics import LABELS, Metrics

ADDED = frozenset({"instance", "job"})
"""Labels that Prometheus adds to every metric of ours."""
_PAIRS = re.compile(r'(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"')
_SELECTOR = re.compile(r"(?<![\w:$])(postgate_\w+)(?:\{([^}]*)\})?")
_GROUPED = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")


def measured() -> dict[str, frozenset[str]]:
    """Return every series that a node shows, with its own labels; `le` belongs to the buckets of a histogram."""
    found: dict[str, frozenset[str]] = {}
    registry = Metrics(version="1").registry
    for collector, names in registry._collector_to_names.items():
        labels = frozenset(getattr(collector, "_labelnames", ()))
        found |= {name: labels | {"le"} if name.endswith("_bucket") else labels for name in names}
    return found


def faults(expression: str) -> list[str]:
    """Return what an expression asks for that no node shows, in words; what it groups by must be of what it asks."""
    known, wrong, labels = measured(), [], set(ADDED)
    for name, pairs in _SELECTOR.findall(expression):
        if name not in known:
            wrong.append(f"no metric {name}")
            continue
        labels |= known[name]
        for label, operator, value in _PAIRS.findall(pairs):
            if label not in known[name] | ADDED:
                wrong.append(f"{name} has no label {label}")
            elif LABELS.get(label):
                values = value.split("|") if "~" in operator else [value]
                wrong += [f"{label} is never {one}" for one in values if one not in LABELS[label]]
    grouped = {label.strip() for found in _GROUPED.findall(expression) for label in found.split(",")}
    return wrong + [f"nothing has the label {label}" for label in sorted(grouped - labels)]
