"""
Wires the logging in of programs at one door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.oauth import OAuth, OAuthPorts
from proxy.identity.apps import SignedApps
from proxy.platforms.mastodon.oauth import MastodonOAuth

if TYPE_CHECKING:
    from proxy.assembly.store import Store
    from proxy.gate.ports import Refusals
    from proxy.settings.model import Door


def wire_oauth(door: Door, *, language: str, store: Store, refusals: Refusals) -> OAuth:
    """Return what answers programs that log in with OAuth."""
    return OAuth(
        OAuthPorts(
            apps=SignedApps(store.envelope.digest),
            authorizations=store.authorizations(),
            platform=MastodonOAuth(door=door.public_url, language=language),
            refusals=refusals,
            door=door.name,
            redirects=frozenset(door.redirects),
        )
    )
