"""
How `postgate policy backtest` shows what would change: tables for people, or JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.policy.backtest import Tally
    from proxy.gate.backtest import Replayed

__all__ = ["Page", "print_json", "print_page"]

_WORDS = {
    "de": {
        "table": "Urteile",
        "verdicts": ("bisher", "neu", "Beiträge", ""),
        "other": "anders",
        "weaker": "milder",
        "rules": "Regeln",
        "fires": ("Regel", "trifft neu zu", "trifft nicht mehr zu"),
        "posts": "Beiträge, die anders entschieden würden",
        "changed": ("Beitrag", "bisher", "neu", "Regeln", "wo", "Umfeld, verdeckt"),
        "sum": "{posts} Beiträge, {changed} anders, davon {weaker} milder",
        "more": "{count} weitere sind nicht aufgeführt; --json nennt alle.",
        "incomplete": "{count} Beiträge konnten nicht vollständig geprüft werden; sie zählen wie im Betrieb.",
        "reviews": "Prüfungen durch Menschen: {count:+d}",
        "a day": "Prüfungen durch Menschen: {count:+d}, je Tag {each:+.1f} (über {days:.1f} Tage)",
        "unreadable": "{count} Beiträge waren nicht lesbar.",
        "speed": "{seconds:.1f} s, {rate:.0f} Beiträge je Sekunde",
    },
    "en": {
        "table": "Verdicts",
        "verdicts": ("old", "new", "posts", ""),
        "other": "changed",
        "weaker": "weaker",
        "rules": "Rules",
        "fires": ("rule", "newly matches", "matches no longer"),
        "posts": "Posts that would be decided otherwise",
        "changed": ("post", "old", "new", "rules", "where", "around it, masked"),
        "sum": "{posts} posts, {changed} changed, {weaker} of them weaker",
        "more": "{count} more are not listed; --json names all.",
        "incomplete": "{count} posts could not be checked completely; they count as they do in operation.",
        "reviews": "Reviews by people: {count:+d}",
        "a day": "Reviews by people: {count:+d}, each day {each:+.1f} (over {days:.1f} days)",
        "unreadable": "{count} posts could not be read.",
        "speed": "{seconds:.1f} s, {rate:.0f} posts a second",
    },
}

_WIDTH = 120
"""Columns of a table that goes into a file or a pipe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is to be shown."""

    tally: Tally
    changed: tuple[Replayed, ...]
    unreadable: int
    seconds: float
    """From the first post to the last, without starting the detectors."""

    @property
    def rate(self) -> float:
        """Return how many posts were decided a second."""
        return self.tally.posts / self.seconds if self.seconds else 0.0


def print_json(page: Page) -> None:
    """Print everything as one JSON document."""
    tally = page.tally
    document = {
        "posts": tally.posts,
        "changed": tally.changed,
        "weaker": tally.weaker,
        "incomplete": tally.incomplete,
        "unreadable": page.unreadable,
        "table": [{"old": old.value, "new": new.value, "posts": count} for old, new, count in tally.table],
        "rules": [asdict(rule) for rule in tally.rules],
        "extra_reviews": tally.extra_reviews,
        "days": tally.days,
        "extra_reviews_a_day": tally.extra_reviews_a_day,
        "posts_per_second": round(page.rate, 1),
        "changes": [
            {
                "id": one.post,
                "old": one.step.before.value,
                "new": one.step.after.value,
                "rules": list(one.rules),
                "newly": sorted(one.step.newly),
                "no_longer": sorted(one.step.no_longer),
                "places": [asdict(place) for place in one.places],
            }
            for one in page.changed
        ],
    }
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_page(page: Page, language: str, *, most: int) -> None:
    """Print tables, and at most so many posts."""
    words, tally = _WORDS[language], page.tally
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    console.print(_verdicts(tally, words))
    if tally.rules:
        rules = _table(words["rules"], words["fires"])
        for rule in tally.rules:
            rules.add_row(rule.rule, str(rule.newly), str(rule.no_longer))
        console.print(rules)
    if page.changed[:most]:
        console.print(_changed(page.changed[:most], words))
    for line in _lines(page, words, most):
        click.echo(line)
    click.echo(str(words["speed"]).format(seconds=page.seconds, rate=page.rate), err=True)


def _table(title: object, headings: object) -> Table:
    table = Table(title=str(title))
    for heading in headings if isinstance(headings, tuple) else ():
        table.add_column(heading, overflow="fold")
    return table


def _verdicts(tally: Tally, words: Mapping[str, object]) -> Table:
    table = _table(words["table"], words["verdicts"])
    for before, after, count in tally.table:
        note = "" if before is after else words["weaker" if after.rank < before.rank else "other"]
        table.add_row(before.value, after.value, str(count), str(note))
    return table


def _changed(changed: tuple[Replayed, ...], words: Mapping[str, object]) -> Table:
    table = _table(words["posts"], words["changed"])
    for one in changed:
        places = [f"{place.kind} {place.start + 1}-{place.end}" for place in one.places]
        snippets = dict.fromkeys(place.snippet for place in one.places)
        table.add_row(
            escape(one.post),
            one.step.before.value,
            one.step.after.value,
            "\n".join(one.rules),
            "\n".join(dict.fromkeys(places)),
            escape("\n".join(snippets)),
        )
    return table


def _lines(page: Page, words: Mapping[str, object], most: int) -> list[str]:
    tally = page.tally
    values = {
        "sum": {"posts": tally.posts, "changed": tally.changed, "weaker": tally.weaker},
        "more": {"count": len(page.changed) - most} if len(page.changed) > most else None,
        "incomplete": {"count": tally.incomplete} if tally.incomplete else None,
        "unreadable": {"count": page.unreadable} if page.unreadable else None,
        "reviews": {"count": tally.extra_reviews} if tally.days is None else None,
        "a day": None
        if tally.days is None
        else {"count": tally.extra_reviews, "each": tally.extra_reviews_a_day, "days": tally.days},
    }
    return [str(words[name]).format(**given) for name, given in values.items() if given is not None]
