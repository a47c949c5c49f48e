"""
Recognizers for tests. All numbers are invented.
"""

from __future__ import annotations

from proxy.core.model import Confidence, Recognizer, RuleConfidence

LEVELS = RuleConfidence(cue=Confidence.MEDIUM)
DEPOT = Recognizer(
    id="de-depot-number",
    entity="DEPOT_NUMBER",
    pattern="[0-9]{7,12}",
    boundary="digit",
    surface="grouped",
    cues=("Depotnummer", "Depot-Nr", "Wertpapierdepot"),
    forms="compound",
    confidence=LEVELS,
)
"""A number that counts beside its word."""

TAX_ID = Recognizer(
    id="de-tax-id",
    entity="DE_TAX_ID",
    pattern="[0-9OIl]{11}",
    check="de-tax-id",
    cues=("Steuer-ID",),
    confidence=RuleConfidence(check=Confidence.MEDIUM, cue_and_check=Confidence.HIGH),
)
"""A number that proves itself."""

RULE_FILE = """schema: 1
id: de-depot-number
status: stable
title: {de: Depotnummer mit Hinweiswort, en: Securities account number with a cue}
entity: DEPOT_NUMBER
pattern: "[0-9]{7,12}"
boundary: digit
surface: grouped
check: none
cues: {words: [Depotnummer, Depot-Nr, Wertpapierdepot], forms: compound}
window: {before: 8, after: 5}
confidence: {bare: none, cue: medium}
falsepositives: [Telefonnummer neben dem Wort Depot]
references: [REG-DE-BANK]
tests:
  match:
    - {text: "Depot-Nr. 123 456 78 ist leer", find: "123 456 78"}
    - Die Depotnummer lautet 87654321.
    - 1234567 ist sein Wertpapierdepot
  no_match:
    - "Unser Depotpreis: 4,90 Euro im Jahr"
    - Im Jahr 2024 war das anders.
    - Bestellung 87654321 ist da.
"""
"""A file as an author of rules writes it."""
