"""
The words of `records.html` in German and English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language."""

    title: str
    summary: str
    facts: Mapping[str, str]
    """What the manifest says, by its name there."""
    notes: tuple[str, ...]
    periods: tuple[str, str, str]
    """Name on the page, heading, title of the first column."""
    rules: tuple[str, str, str]
    platforms: tuple[str, str, str]
    described: str
    """How to read a figure."""
    nothing: str
    verdicts: Mapping[str, str]
    total: str
    codes: str
    code_columns: tuple[str, ...]
    records: str
    columns: tuple[str, ...]


WORDS: Mapping[str, Words] = {
    "de": Words(
        title="Auszug aus dem Prüfprotokoll",
        summary="Zusammenfassung",
        facts={
            "origin": "Protokoll",
            "size": "Einträge",
            "root": "Wurzel (hexadezimal)",
            "at": "Erstellt",
            "by": "Für (Pseudonym)",
        },
        notes=(
            "Diese Seite ist zum Lesen da. Es gelten die Einträge in leaves.jsonl; wie man prüft, sagt LIESMICH.txt.",
            "Texte von Beiträgen und Namen von Menschen stehen nicht darin; Personen erscheinen nur unter Pseudonymen.",
            "Nichts ist je Person gezählt.",
            "Zeiten sind Ortszeiten mit ihrem Abstand zu UTC. Prüfsummen in Angaben sind nach zwölf Zeichen gekürzt.",
        ),
        periods=("periods", "Entscheidungen nach Zeit und Urteil", "Zeit"),
        rules=("rules", "Regeln, die am häufigsten zutrafen", "Regel"),
        platforms=("platforms", "Entscheidungen nach Plattform", "Plattform"),
        described="Ein Balken je Zeile der Tabelle daneben, mit Legende nach Urteil geteilt; am Ende steht die Summe.",
        nothing="Keine.",
        verdicts={"allow": "freigegeben", "redact": "geschwärzt", "hold": "angehalten", "block": "gesperrt"},
        total="Summe",
        codes="Arten von Einträgen",
        code_columns=("Kennung", "Art", "Bedeutung", "Anzahl"),
        records="Einträge",
        columns=("Platz", "Zeit", "Art", "Wer", "Worüber", "Angaben", "Prüfsumme"),
    ),
    "en": Words(
        title="Export of the audit log",
        summary="Summary",
        facts={
            "origin": "Log",
            "size": "Records",
            "root": "Root (hexadecimal)",
            "at": "Made",
            "by": "For (pseudonym)",
        },
        notes=(
            "This page is for reading. What counts are the records in leaves.jsonl; README.txt says how to check them.",
            "Texts of posts and names of people are not in it; people appear under pseudonyms only.",
            "Nothing is counted by person.",
            "Times are local, with their offset from UTC. Digests among the details are cut after twelve digits.",
        ),
        periods=("periods", "Decisions by time and verdict", "Time"),
        rules=("rules", "Rules that matched most often", "Rule"),
        platforms=("platforms", "Decisions by platform", "Platform"),
        described="One bar a row of the table beside, divided by verdict where there is a legend; at its end the sum.",
        nothing="None.",
        verdicts={"allow": "allowed", "redact": "redacted", "hold": "held", "block": "blocked"},
        total="Sum",
        codes="Kinds of records",
        code_columns=("Code", "Type", "Meaning", "Number"),
        records="Records",
        columns=("seq", "time", "type", "who", "about", "details", "leaf hash"),
    ),
}
