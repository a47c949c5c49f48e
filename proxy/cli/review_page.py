"""
A review as a reviewer reads it on a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import Localised
from proxy.gate.review_words import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.gate.review_ports import Precedent
    from proxy.gate.review_shown import ShownEdit, ShownReview

_HEAD = Localised(
    de="Warteschlange {queue}, Stufe {stage} von {stages}, fällig {due} UTC, Konto {account}, Autor {author}",
    en="queue {queue}, stage {stage} of {stages}, due {due} UTC, account {account}, author {author}",
)
_RULES = Localised(de="angehalten von: {rules}", en="held by: {rules}")
_APPEAL = Localised(de="Einspruch gegen {decision}", en="an appeal against {decision}")
_SAYS = Localised(de="sein Autor sagt dazu: {text}", en="its author says: {text}")
_ANSWERS = Localised(de="antwortet auf {answers}", en="answers {answers}")
_EDITS = Localised(de="ändert {id}", en="changes {id}")
_UNKNOWN = Localised(
    de="ändert {id}; die Fassung davor kennt das Gateway nicht",
    en="changes {id}; the gateway does not know the version before",
)
_IMAGE = Localised(
    de="Bild {number}: {mime}, {size} Bytes, Beschreibung: {alt}",
    en="image {number}: {mime}, {size} bytes, description: {alt}",
)
_NO_IMAGE = Localised(
    de="Bild {number}: liegt nicht im Gateway, Beschreibung: {alt}",
    en="image {number}: not in the gateway, description: {alt}",
)
_NO_ALT = Localised(de="keine", en="none")
_ALIKE = Localised(
    de="Zuletzt entschieden, von denselben Regeln angehalten:", en="decided last, held by the same rules:"
)
_VERDICTS = {
    "approve": Localised(de="freigegeben", en="approved"),
    "reject": Localised(de="abgelehnt", en="rejected"),
    "return": Localised(de="zurückgegeben", en="returned"),
}
_FETCH = Localised(
    de="Ein Bild zu holen wird vermerkt: postgate review image {id} 0 --purpose decision --out DATEI",
    en="Fetching an image goes on record: postgate review image {id} 0 --purpose decision --out FILE",
)


def page(shown: ShownReview, language: str) -> Iterator[str]:
    """Return the lines of a review; what others wrote is in them as it is."""
    asked = shown.review
    yield _HEAD.pick(language).format(
        queue=asked.queue,
        stage=asked.stage,
        stages=asked.stages,
        due=f"{asked.due_at:%Y-%m-%d %H:%M}",
        account=asked.account,
        author=asked.author,
    )
    yield _RULES.pick(language).format(rules=", ".join(asked.rules))
    yield from (choice.says.pick(language) for choice in shown.choices if choice.says is not None)
    if shown.appeal is not None:
        yield _APPEAL.pick(language).format(decision=shown.appeal.decision)
        if shown.appeal.says is not None:
            yield _SAYS.pick(language).format(text=shown.appeal.says.text)
    if shown.answers is not None:
        yield _ANSWERS.pick(language).format(answers=shown.answers)
    for number, part in enumerate(shown.parts):
        yield f"\n[{number}] {part.kind}\n{part.text}"
        yield from (f"    {place.start}-{place.end} {place.entity} ({place.rule})" for place in part.places)
    if shown.edits is not None:
        yield from _edit(shown.edits, language)
    if shown.images:
        yield from _images(shown, language)
    if shown.alike:
        yield "\n" + _ALIKE.pick(language)
        yield from (_precedent(one, language) for one in shown.alike)


def _precedent(one: Precedent, language: str) -> str:
    reason = REASONS.get(one.reason or "")
    said = _VERDICTS[one.verdict].pick(language) + ("" if reason is None else f" ({reason.pick(language)})")
    return f"  {one.at:%Y-%m-%d %H:%M} UTC {said} {one.review}"


def _edit(edit: ShownEdit, language: str) -> Iterator[str]:
    yield "\n" + (_EDITS if edit.known else _UNKNOWN).pick(language).format(id=edit.id)
    for change in edit.changes:
        yield f"  {change.kind} {change.start}"
        yield from (f"  - {line}" for line in change.removed.splitlines())
        yield from (f"  + {line}" for line in change.added.splitlines())


def _images(shown: ShownReview, language: str) -> Iterator[str]:
    yield ""
    for number, image in enumerate(shown.images):
        text = _NO_IMAGE if image.mime is None else _IMAGE
        alt = _NO_ALT.pick(language) if image.alt is None else image.alt
        yield text.pick(language).format(number=number, mime=image.mime, size=image.size, alt=alt)
    if any(image.mime is not None for image in shown.images):
        yield _FETCH.pick(language).format(id=shown.review.id)
