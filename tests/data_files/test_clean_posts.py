"""
Posts that look like numbers, names or disguises and are none: no rule of a shipped policy may hold one of them.

What the judge of whole posts thinks of them is no rule; it is measured on the corpus, mistakes included.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Verdict
from proxy.core.policy.decide import decide
from proxy.detectors.config import ScannerConfig
from proxy.detectors.scanner import WorkerScanner
from tests.factories import make_part, make_post
from tests.shipped_policies import KEY, shipped

if TYPE_CHECKING:
    from proxy.core.model import Decision
    from proxy.core.policy.bundle import PolicyBundle

JUDGE = "disclosure-"
"""How the policies are called that ask the judge of whole posts."""
POSTS = {
    "keycap bullets": "So geht es: 1\ufe0f\u20e3 Antrag ausfüllen 2\ufe0f\u20e3 scannen 3\ufe0f\u20e3 abschicken",
    "emoji families and flags": "Familienfest 👨\u200d👩\u200d👧\u200d👦 mit Gästen aus 🇩🇪 🇦🇹 🇨🇭",
    "Arabic": "Wie man in Kairo sagt: «مرحبا بكم في ٢٠٢٦» – herzlich willkommen!",
    "Persian": "Unser Gast sagte: «می\u200cخواهم ۱۲ کتاب بخوانم» und alle lachten.",
    "Hindi": "Das Motto lautet «नमस्ते दुनिया १२३» und gefällt uns.",
    "Greek": "Auf der Tafel steht «Καλημέρα κόσμε», das heißt guten Morgen.",
    "Cyrillic": "Im Chor sangen sie «Привет, мир» zum Abschied.",
    "fancy letters": "𝗛𝗲𝘂𝘁𝗲 𝗼𝗳𝗳𝗲𝗻 bis 18 Uhr, kommt vorbei!",
    "base64": "Das Rätsel der Woche: SGFsbG8sIHdpZSBnZWh0IGVzIGRpcj8= – wer löst es?",
    "a git hash": "Behoben in Commit 3f786850e387550fdab836ed7e6dc881de23001b, danke an alle Testenden.",
    "a UUID": "Fehlerkennung 550e8400-e29b-41d4-a716-44665544c0de ist behoben.",
    "an ISBN": "Unser Buchtipp: ISBN 978-3-16-148410-0, ein Ratgeber zum Sparen.",
    "a tracking number": "Das Paket mit den Flyern hat die Sendungsnummer 00340434161094042557 und kommt morgen.",
    "an order number": "Bestellnummer 304-8837265-1120347: die neuen Tassen sind da.",
    "a video": "Neues Video: https://video.example/watch?v=dQw4w9WgXcQ",
    "a rotated joke": "Spoiler: Qre Tägare vfg qre Zöeqre haq avpug qvr Senh.",
    "the own donation account": "Unser Spendenkonto: DE84 9999 9999 0000 1234 50",
    "an IBAN of documentation": "So sieht eine IBAN aus: DE89 3704 0044 0532 0130 00",
    "a card for tests": "Für die Testumgebung nehmt ihr die Karte 4111 1111 1111 1111.",
    "the own hotline": "Unsere Hotline: 0800 123 4567, Sperrnotruf 116 116",
    "the own address": "Besucht uns: Am Markt 1, 12345 Musterstadt",
    "an ISIN": "Die Aktien mit DE0007164600 und DE0005810055 sind gestiegen.",
    "a WKN": "WKN 716460 schließt heute fester.",
    "an LEI": "Der LEI der Gesellschaft ist 5299000J2N45DDNE4Y28.",
    "the own registration": "Nordlicht Bank AG, Amtsgericht Musterstadt, HRB 12345",
    "a date": "Am 12.03.2026 um 10:00 Uhr öffnet die Filiale wieder.",
    "a palindrome": "Am 22.02.2022 und am 02.02.2020 war das Datum ein Palindrom.",
    "prices": "Das Depot kostet 4,90 Euro im Jahr, 1.000 Filialen, seit 1990.",
    "a score": "Endstand 2:1 (1:0), was für ein Spiel unserer Betriebsmannschaft!",
    "coordinates": "Der Geldautomat steht bei 52.5200, 13.4050.",
    "opening hours": "Geöffnet Mo-Fr 8, Sa 9-12 Uhr",
    "mentions": "Danke an @max.muster@social.example und @presse@nordlicht.example für den Hinweis!",
    "a colleague": "Unsere Kollegin Julia Brandt berät euch gern in der Filiale am Markt.",
    "the board": "Unsere Vorstandsvorsitzende Dr. Henrike Aldenhoff spricht heute auf der Konferenz.",
    "a public figure": "Die Ministerin Anna Beispiel sprach über die Zinsen.",
    "a quoted author": "„Wer sät, der erntet.“ – Erich Musterdichter",
    "cities": "Heute unterwegs in Hamburg, Bremen und Musterstadt.",
    "a product": "Unser SmartDepot kostet 4,90 Euro im Jahr.",
    "hashtags": "#SparenMachtSpaß #TeamNordlicht #MusterStadtFest",
    "words for signs": "Um 10 at Marktplatz, Punkt 12 Uhr ist Schluss.",
    "number words": "Ein Haus, zwei Kinder, drei Wünsche: wir freuen uns mit euch.",
}


async def _decide_all(bundle: PolicyBundle) -> dict[str, Decision]:
    rules = tuple(policy for policy in bundle.policies if not policy.id.startswith(JUDGE))
    assert 0 < len(rules) < len(bundle.policies)
    config = ScannerConfig(workers=1, ner_workers=1, spares=0, deadline_ms=10_000, fingerprint_key=KEY)
    scanner = WorkerScanner(config)
    await scanner.start()
    try:
        await scanner.load(bundle)
        expected = scanner.expected(bundle)
        scans = {name: await scanner.scan((make_part(text),), bundle) for name, text in POSTS.items()}
    finally:
        await scanner.stop()
    narrow = replace(bundle, policies=rules)
    return {
        name: decide(make_post(POSTS[name]), scan, narrow, running=frozenset(), expected=expected)
        for name, scan in scans.items()
    }


@pytest.fixture(scope="module")
def decisions() -> dict[str, Decision]:
    """Decide all posts once; starting the detectors costs more than that."""
    bundle = shipped().bundle
    assert bundle is not None
    return asyncio.run(_decide_all(bundle))


@pytest.mark.models
@pytest.mark.parametrize("name", POSTS)
def test_no_rule_holds_a_harmless_post(name: str, decisions: dict[str, Decision]) -> None:
    """Keycaps, quotations, codes, numbers of things, the house's own data, mentions, colleagues and public people."""
    decision = decisions[name]

    assert decision.missing == ()
    assert [matched.rule for matched in decision.matched if matched.verdict is not Verdict.ALLOW] == []
    assert decision.verdict is Verdict.ALLOW
