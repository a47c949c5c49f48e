"""
The pages of `docs/reference` that come from the code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.house.files import REPOSITORY
from tests.house.reference import api, endpoints, language, records, running

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = REPOSITORY / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "api.md": api.api,
    "audit-records.md": records.audit_records,
    "cli.md": running.commands,
    "error-codes.md": records.error_codes,
    "log-events.md": running.log_events,
    "mastodon-endpoints.md": endpoints.mastodon_endpoints,
    "metrics.md": running.metrics,
    "policy-language.md": language.policy_language,
    "policy.schema.json": language.policy_schema_file,
    "settings.md": running.settings,
}


def stale() -> list[str]:
    """Return the pages that say something else than the code."""
    return [
        name
        for name, make in PAGES.items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text(encoding="utf-8") != make()
    ]
