"""
Which test shows what for which client.
"""

from __future__ import annotations

from tests.house.clients import DOORS, MATRIX, named_in
from tests.house.reference.tables import codes, page, table


def tested_clients() -> str:
    """Return the page of clients and tests."""
    return page(
        "Tested clients",
        """
What each program was shown to get at its door, and the test in `tests/e2e/` that shows it; `make test` runs them all.
How a program is connected: [for employees](../how-to/employee/connect-a-client.en.md).
The programs are unmodified and have the versions named there.
Mastodon.py, toot, masto and megalodon post to snac2, atproto and @atproto/api to Bluesky's PDS.
snac2 cannot delete, so deletions of the first four go to a platform of our own.
The others post to contract servers of our own, written from the public documentation, never to the real platforms.

toot draws a key for each post by itself: what a network repeats is one post, what a person sends again is another one.
megalodon cannot name a key and the client for LinkedIn cannot either: there the same request was sent over plain HTTP.
Clients of Bluesky need none: a record with the same time is the same post, for ten minutes.
""",
        *(f"## {question}\n\n{_answers(cells)}" for question, cells in MATRIX.items()),
        f"## What can go wrong at a door\n\n{_answers(DOORS, 'what')}",
    )


def _answers(cells: dict[str, str], first: str = "client") -> str:
    return table([first, "shown by"], ([name, codes(named_in(cell)) or cell] for name, cell in cells.items()))
