"""
The files that come from the code: the pages of `docs/reference`, the schemas of audit records, and the dashboard.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from proxy.audit.catalogue import RECORDS
from tests.house.files import PACKAGE, REPOSITORY, below
from tests.house.reference import api, clients, dashboard, endpoints, language, records, running, schemas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOLDER = REPOSITORY / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "api.md": api.api,
    "audit-records.md": records.audit_records,
    "cli.md": running.commands,
    "error-codes.md": records.error_codes,
    **{f"{name}-endpoints.md": partial(endpoints.meta_endpoints, name) for name in endpoints.META},
    "linkedin-endpoints.md": endpoints.linkedin_endpoints,
    "log-events.md": running.log_events,
    "bluesky-endpoints.md": endpoints.bluesky_endpoints,
    "mastodon-endpoints.md": endpoints.mastodon_endpoints,
    "metrics.md": running.metrics,
    "policy-language.md": language.policy_language,
    "policy.schema.json": language.policy_schema_file,
    "settings.md": running.settings,
    "tested-clients.md": clients.tested_clients,
    "x-endpoints.md": endpoints.x_endpoints,
}

SCHEMAS = PACKAGE / "audit" / "schemas"


def files() -> dict[Path, str]:
    """Return every file that is made, with its text."""
    pages = {FOLDER / name: make() for name, make in PAGES.items()}
    return pages | dashboard.files() | {SCHEMAS / f"{code}.json": schemas.schema_file(code) for code in RECORDS}


def stale() -> list[str]:
    """Return the files that say something else than the code, or that no code makes any more."""
    made = files()
    changed = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return [
        below(path) for path in (*changed, *sorted({*SCHEMAS.glob("*"), *dashboard.FOLDER.glob("*")} - made.keys()))
    ]
