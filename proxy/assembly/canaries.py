"""
Wires the canary at the doors: a client that reaches each of them as this machine can.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from proxy.audit.sinks.https import send
from proxy.gate.canary import LEAKS
from proxy.gate.canary_door import CanaryDoors, DoorAnswer, PublicDoor
from proxy.identity.tokens import draw
from proxy.platforms.canaries import sent
from proxy.web.connections import Proxies

if TYPE_CHECKING:
    from proxy.gate.canary import CanaryPorts
    from proxy.settings.model import Door, Settings

_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared with, not listened on
"""Where a door that listens everywhere is found."""


def canary_doors(settings: Settings, ports: CanaryPorts) -> CanaryDoors:
    """Return the canary at all doors that this machine can reach: not those that only a proxy elsewhere may."""
    client = _Client(settings)
    return CanaryDoors(
        ports,
        client,
        token=draw(),
        doors=[
            PublicDoor(name=door.name, platform=door.platform, sandboxed=door.sandboxed)
            for door in client.doors.values()
        ],
        text=next(leak.text for leak in LEAKS if leak.name in settings.canary.leaks),
    )


class _Client:
    """Implements `gate.canary_door.Client`."""

    def __init__(self, settings: Settings) -> None:
        here = "127.0.0.1" in Proxies(settings.proxies)
        self.doors = {
            door.name: door for door in settings.doors if door.tls is not None or here or not settings.proxies
        }
        self._behind_proxy = bool(settings.proxies)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # It asks for the door behind an address of this machine, which no certificate is for.
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE

    async def post(self, door: PublicDoor, text: str, *, token: str) -> DoorAnswer | None:
        """Send a post to a door of this node over HTTP; None: there was no answer."""
        return await asyncio.to_thread(self._post, self.doors[door.name], text, token)

    def _post(self, door: Door, text: str, token: str) -> DoorAnswer | None:
        request = sent(door.platform, text)
        headers = {"Host": door.host, "Content-Type": request.content_type, "Authorization": f"Bearer {token}"}
        headers |= dict(request.headers)
        if door.tls is None and self._behind_proxy:
            headers["X-Forwarded-Proto"] = "https"
        host, port = door.address
        found = _HERE.get(host, host)
        scheme, address = "http" if door.tls is None else "https", f"[{found}]" if ":" in found else found
        url = f"{scheme}://{address}:{port}{request.path}"
        try:
            answer = send("POST", url, headers=headers, body=request.body, tls=self._tls)
        except OSError:
            return None
        return DoorAnswer(status=answer.status, body=answer.body)
