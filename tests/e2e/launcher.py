"""
The product, started by a test: as `postgate serve`, but with a short lease and perhaps a named place to die at.

Run as `python -I launcher.py --config FILE`. This is the only code that installs a fault hook; nothing in the product
can, neither by a setting nor by the environment.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.assembly.node import build
from proxy.assembly.tuning import Tuning
from proxy.gate.canary import RED_S, ROUND_S
from proxy.gate.canary_door import ROUND_S as DOORS_S
from proxy.loading.settings_file import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

CRASHED = 137
"""What a shell reports of a process that was killed with SIGKILL."""


def dies_at(point: str | None, passing: int) -> Callable[[str], None]:
    """Return a hook that ends the process, without any cleaning up, at the given passing of a point."""
    left = passing

    def hook(name: str) -> None:
        nonlocal left
        if name == point:
            left -= 1
            if left == 0:
                os._exit(CRASHED)

    return hook


def main() -> None:
    """Serve until a signal, or until the place is reached."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--crash-at")
    parser.add_argument("--passing", type=int, default=1)
    parser.add_argument("--lease", type=float, required=True)
    parser.add_argument("--reap", type=float, required=True)
    parser.add_argument("--access-life", type=float, default=7200.0)
    parser.add_argument("--settle", type=float, default=120.0)
    parser.add_argument("--canary", type=float, default=ROUND_S)
    parser.add_argument("--canary-doors", type=float, default=DOORS_S)
    arguments = parser.parse_args()
    tuning = Tuning(
        faults=dies_at(arguments.crash_at, arguments.passing),
        lease=timedelta(seconds=arguments.lease),
        reaper_interval_s=arguments.reap,
        access_life=timedelta(seconds=arguments.access_life),
        settle=timedelta(seconds=arguments.settle),
        canary_round_s=arguments.canary,
        canary_red_s=arguments.canary * RED_S / ROUND_S,
        canary_doors_s=arguments.canary_doors,
    )
    asyncio.run(_serve(arguments.config, tuning))


async def _serve(config: Path, tuning: Tuning) -> None:
    node = build(load_settings(config, {}), tuning)
    await node.start()
    await node.serve_until_signal()


if __name__ == "__main__":
    main()
