"""
The dashboard for Grafana, in German and English, from one table of panels.

Each panel answers one question, which is its description. Nothing here is about a person: no metric is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proxy.core.errors import Localised
from tests.house.files import REPOSITORY
from tests.house.reference.panels import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.house.reference.panels import Panel, Section

FOLDER = REPOSITORY / "deploy" / "grafana"
LANGUAGES = ("de", "en")
_WIDTH = 24
_HEIGHT = {"stat": 4, "text": 4, "timeseries": 8}
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(slots=True, kw_only=True)
class _Place:
    """Where the next panel goes, in Grafana's grid of 24 columns."""

    x: int = 0
    y: int = 0
    below: int = 0

    def take(self, width: int, height: int) -> dict[str, int]:
        """Return the next free place, in a new row when it does not fit into this one."""
        if self.x + width > _WIDTH:
            self.x, self.y = 0, self.below
        taken = {"x": self.x, "y": self.y, "w": width, "h": height}
        self.x += width
        self.below = max(self.below, self.y + height)
        return taken

    def line(self) -> dict[str, int]:
        """Return a row of its own."""
        self.x, self.y = 0, self.below
        return self.take(_WIDTH, 1)


def files() -> dict[Path, str]:
    """Return the dashboards, with their text."""
    return {FOLDER / f"postgate.{language}.json": _dashboard(language) for language in LANGUAGES}


def _dashboard(language: str) -> str:
    place, panels = _Place(), []
    for section in SECTIONS:
        panels.append(_row(section, language, place))
        panels += [_panel(panel, language, place) for panel in section.panels]
    for number, panel in enumerate(panels, start=1):
        panel["id"] = number
    dashboard = {
        "uid": f"postgate-{language}",
        "title": "Postgate",
        "tags": ["postgate"],
        "schemaVersion": 39,
        "timezone": "browser",
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "templating": {"list": _variables(language)},
        "panels": panels,
    }
    return json.dumps(dashboard, indent=1, ensure_ascii=False) + "\n"


def _variables(language: str) -> list[dict[str, Any]]:
    source, nodes = Localised(de="Datenquelle", en="Data source"), Localised(de="Knoten", en="Nodes")
    return [
        {"name": "datasource", "type": "datasource", "query": "prometheus", "label": source.pick(language)},
        {
            "name": "instance",
            "type": "query",
            "label": nodes.pick(language),
            "datasource": _SOURCE,
            "query": "label_values(postgate_build_info, instance)",
            "refresh": 2,
            "multi": True,
            "includeAll": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
        },
    ]


def _row(section: Section, language: str, place: _Place) -> dict[str, Any]:
    title = section.title.pick(language)
    return {"type": "row", "title": title, "collapsed": False, "gridPos": place.line(), "panels": []}


def _panel(panel: Panel, language: str, place: _Place) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "type": panel.kind,
        "title": panel.title.pick(language),
        "description": panel.question.pick(language),
        "gridPos": place.take(panel.width, _HEIGHT[panel.kind]),
    }
    if panel.kind == "text":
        return shown | {"options": {"mode": "markdown", "content": panel.question.pick(language)}}
    defaults = {"unit": panel.unit, "min": 0} | ({"max": 1} if panel.unit == "percentunit" else {})
    targets = [
        {
            "refId": chr(ord("A") + number),
            "datasource": _SOURCE,
            "expr": expression,
            "legendFormat": legend if isinstance(legend, str) else legend.pick(language),
        }
        for number, (expression, legend) in enumerate(panel.targets)
    ]
    options = {"options": {"textMode": "value_and_name"}} if panel.kind == "stat" else {}
    return (
        shown
        | options
        | {
            "datasource": _SOURCE,
            "fieldConfig": {"defaults": defaults, "overrides": []},
            "targets": targets,
        }
    )
