"""
`records.html`: an export as a page to read and to print, German and English in one file.

It loads nothing and runs nothing: no script, no picture, no style from elsewhere, and a policy in its head that forbids
them. What it shows comes from the leaves; what counts are the leaves.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from proxy.audit.catalogue import RECORDS
from proxy.audit.columns import member
from proxy.audit.export.figures import VERDICTS, bars
from proxy.audit.export.markup import Markup, element, together
from proxy.audit.export.page_words import WORDS
from proxy.audit.export.tally import local
from proxy.audit.export.told import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from proxy.audit.export.page_words import Words
    from proxy.audit.export.tally import Tally
    from proxy.audit.export.told import Record

_MOST_RULES = 15
LANGUAGES = ("de", "en")


def page(facts: Mapping[str, str], tally: Tally, records: Iterable[Record]) -> Iterator[bytes]:
    """
    Yield the page in pieces.

    Args:
        facts: origin, size, root, at and by, as the manifest says them.
        tally: the counts of the same records.
        records: all of them, in the order of the log.
    """
    yield _head(facts["origin"])
    for language in LANGUAGES:
        yield _summary(language, WORDS[language], facts, tally).encode()
    titles = zip(WORDS["de"].columns, WORDS["en"].columns, strict=True)
    heads = (element("th", both[0], " ", element("span", both[1], lang="en"), scope="col") for both in titles)
    yield together(
        element("h2", WORDS["de"].records, " / ", element("span", WORDS["en"].records, lang="en"), id="records"),
        Markup('<table class="records">'),
        element("thead", element("tr", *heads)),
        Markup("<tbody>\n"),
    ).encode()
    for record in records:
        yield _row(record, tally).encode() + b"\n"
    yield b"</tbody></table></body></html>\n"


def _head(origin: str) -> bytes:
    style = files("proxy.audit.export").joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return together(
        Markup('<!DOCTYPE html>\n<html lang="de"><head>'),
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="viewport", content="width=device-width"),
        element("title", f"{WORDS['de'].title} / {WORDS['en'].title}: {origin}"),
        Markup(f"<style>{style}</style></head><body>\n"),
        element("h1", WORDS["de"].title, " / ", element("span", WORDS["en"].title, lang="en")),
    ).encode()


def _summary(language: str, words: Words, facts: Mapping[str, str], tally: Tally) -> Markup:
    known = [(words.facts[name], facts[name]) for name in words.facts]
    codes = [
        (code, RECORDS[code].name, RECORDS[code].says.pick(language), str(count))
        for code, count in sorted(tally.codes.items())
    ]
    return element(
        "section",
        element("h2", words.summary),
        element("table", *(element("tr", element("th", name, scope="row"), element("td", one)) for name, one in known)),
        *(element("p", text) for text in words.notes),
        *_counted(language, words.periods, words, tally.periods()),
        *_counted(language, words.rules, words, {rule: {"": n} for rule, n in tally.rules.most_common(_MOST_RULES)}),
        *_counted(language, words.platforms, words, tally.by_platform()),
        element("h3", words.codes),
        _table(words.code_columns, codes),
        lang=language,
    )


def _counted(
    language: str, title: tuple[str, str, str], words: Words, counts: Mapping[str, Mapping[str, int]]
) -> tuple[Markup, ...]:
    """Return a heading, and a figure with its table beside it."""
    name, heading, column = title
    if not counts:
        return element("h3", heading), element("p", words.nothing)
    kinds = [kind for kind in VERDICTS if any(row.get(kind) for row in counts.values())]
    rows = [
        (label, *(str(row.get(kind, 0)) for kind in kinds), str(sum(row.values()))) for label, row in counts.items()
    ]
    legend = [element("span", words.verdicts[kind], class_=f"key {kind}") for kind in kinds]
    return (
        element("h3", heading),
        element(
            "div",
            element(
                "figure",
                bars(f"{name}-{language}", heading, words.described, counts),
                element("figcaption", *legend),
            ),
            _table((column, *(words.verdicts[kind] for kind in kinds), words.total), rows),
            class_="beside",
        ),
    )


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    return element(
        "table",
        element("thead", element("tr", *(element("th", one, scope="col") for one in titles))),
        element("tbody", *(element("tr", *(element("td", cell) for cell in row)) for row in rows)),
    )


def _row(record: Record, tally: Tally) -> Markup:
    leaf = record.leaf
    actor, subject = member(leaf, "actor"), member(leaf, "subject")
    about = [str(subject[name]) for name in ("account", "post") if subject.get(name)]
    return element(
        "tr",
        element("td", str(record.seq)),
        element("td", local(leaf["at"], tally.zone)),
        element("td", f"{leaf['code']} {leaf['type']}"),
        element("td", f"{actor.get('kind')} {actor.get('ref')}"),
        element("td", " ".join(about)),
        element("td", said(member(leaf, "data"))),
        element("td", record.leaf_hash, class_="hash"),
        id=f"r{record.seq}",
    )
