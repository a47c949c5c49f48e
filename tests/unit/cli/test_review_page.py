"""What a reviewer reads on a terminal, in both languages."""

from __future__ import annotations

from dataclasses import replace

from proxy.cli.review_page import page
from proxy.gate.plea import ShownPlea
from proxy.gate.review_edit import Change
from proxy.gate.review_options import choices
from proxy.gate.review_ports import Precedent
from proxy.gate.review_shown import ShownAppeal, ShownEdit, ShownImage, Surroundings, opened_post, shown
from tests.fakes.clock import START
from tests.fakes.review_house import ReviewHouse


async def test_everything_that_a_decision_needs_is_said() -> None:
    """Who may see it, what it answers and changes, its images; what the gateway does not have is said too."""
    house = ReviewHouse()
    review = await house.reviews.one(await house.held())
    assert review is not None
    opened = opened_post(house.ports.envelope, review, await house.reviews.content(review.id))
    plain = shown(review, opened, Surroundings(), revealed=False)
    change = Change(kind="body", slot="status", start=4, removed="alt", added="neu\nund mehr")
    full = replace(
        plain,
        images=(
            ShownImage(mime="image/png", size=4, alt="Filiale"),
            ShownImage(mime=None, size=None, alt=None),
        ),
        answers="A1",
        alike=(
            Precedent(review="r-1", verdict="approve", at=START, reason=None),
            Precedent(review="r-2", verdict="reject", at=START, reason="claim"),
        ),
        appeal=ShownAppeal(decision="d-1", says=ShownPlea(text="Ein Muster.", covered=0)),
        edits=ShownEdit(id="815", known=True, changes=(change,)),
        choices=choices([("visibility", "public"), ("record.$type", "x")]),
    )

    german, english = "\n".join(page(full, "de")), "\n".join(page(full, "en"))
    unknown = replace(
        full,
        edits=ShownEdit(id="815", known=False, changes=()),
        images=full.images[1:],
        appeal=ShownAppeal(decision="d-1", says=None),
    )
    bare = "\n".join(page(plain, "en"))

    for line in (
        "Sichtbar für: alle",
        "Einspruch gegen d-1",
        "sein Autor sagt dazu: Ein Muster.",
        "antwortet auf A1",
        "Zuletzt entschieden, von denselben Regeln angehalten:",
        "  2026-11-23 09:00 UTC freigegeben r-1",
        "  2026-11-23 09:00 UTC abgelehnt (unzulässige Werbeaussage) r-2",
        "ändert 815",
        "Bild 0: image/png, 4 Bytes, Beschreibung: Filiale",
        "Bild 1: liegt nicht im Gateway, Beschreibung: keine",
        f"Ein Bild zu holen wird vermerkt: postgate review image {review.id} 0 --purpose decision --out DATEI",
    ):
        assert line in german.splitlines()
    assert "  body 4\n  - alt\n  + neu\n  + und mehr" in english
    said = "\n".join(page(unknown, "en"))
    assert "changes 815; the gateway does not know the version before" in said
    assert ("an appeal against d-1" in said, "Fetching" in said, "its author says" in said) == (True, False, False)
    words = ("appeal", "answers", "changes", "image", "visible", "decided last")
    assert [word for word in words if word in bare] == []
