"""
What the commands of the register say.
"""

from __future__ import annotations

from proxy.core.errors import Localised
from proxy.register.tally import Reason

__all__ = ["BUILT", "CONTINUED", "DIFFERENCE", "MANY", "MANY_OF", "REASONS", "ROWS", "SIGNING_KEY", "SOUND"]

ROWS = Localised(de="{source}: {rows} Zeilen, {bad} fehlerhaft", en="{source}: {rows} rows, {bad} bad")
REASONS = {
    Reason.COLUMNS: Localised(de="andere Zahl von Spalten oder Anführungszeichen", en="other columns, or quotes"),
    Reason.ENCODING: Localised(de="nicht in der Kodierung der Quelle", en="not in the encoding of the source"),
    Reason.JSON: Localised(de="kein JSON-Objekt", en="no JSON object"),
    Reason.VALUE: Localised(de="weder Text noch ganze Zahl", en="neither text nor whole number"),
    Reason.NOTHING: Localised(de="nichts, woran man jemanden erkennt", en="nothing that tells somebody"),
    Reason.NAME: Localised(de="Name ohne lesbares Wort", en="name without a readable word"),
    Reason.BIRTH_DATE: Localised(de="Geburtsdatum unlesbar", en="unreadable date of birth"),
    Reason.EMAIL: Localised(de="keine E-Mail-Adresse", en="no e-mail address"),
    Reason.PHONE: Localised(de="keine Telefonnummer", en="no phone number"),
    Reason.IBAN: Localised(de="IBAN mit falscher Prüfziffer oder Länge", en="IBAN with a wrong check digit or length"),
    Reason.CARD: Localised(de="Karte mit falscher Prüfziffer", en="card with a wrong check digit"),
    Reason.TAX_ID: Localised(de="Steuernummer mit falscher Prüfziffer", en="tax id with a wrong check digit"),
    Reason.NUMBER: Localised(de="Nummer zu kurz oder ohne Ziffer", en="number too short, or without a digit"),
    Reason.STREET: Localised(de="Straße ohne Hausnummer (kein Fehler)", en="street without a number (no mistake)"),
    Reason.TERM: Localised(de="Eintrag mit Ziffern oder zu kurz", en="entry with digits, or too short"),
    Reason.LONG_TERM: Localised(
        de="langer Eintrag: die ersten vier Wörter zählen (kein Fehler)",
        en="long entry: its first four words count (no mistake)",
    ),
    Reason.WINDOW: Localised(
        de="Zeitraum unlesbar: der Eintrag zählt immer", en="unreadable window: the entry always counts"
    ),
}
MANY_OF = {
    "number": Localised(de="Nummern", en="numbers"),
    "phone": Localised(de="Telefonnummern", en="phone numbers"),
    "email": Localised(de="E-Mail-Adressen", en="e-mail addresses"),
}
MANY = Localised(
    de="{count} {kind} teilen sich je 100 Kunden oder mehr: Platzhalter, sie beweisen nichts.",
    en="{count} {kind} are shared by 100 customers or more each: placeholders, which prove nothing.",
)
CONTINUED = Localised(de="Ein abgebrochener Bau wurde zu Ende gebracht.", en="A build that broke off was finished.")
BUILT = Localised(
    de="Gebaut: Version {version}, {records} Kunden oder Einträge, {keys} Schlüssel.",
    en="Built: version {version}, {records} customers or entries, {keys} keys.",
)
SOUND = Localised(
    de="In Ordnung: Version {version}, gebaut {built_at}.", en="Sound: version {version}, built {built_at}."
)
DIFFERENCE = Localised(
    de="{before} -> {after}: {added} Schlüssel neu, {removed} weg, {shared_otherwise} bei anders vielen Kunden.",
    en="{before} -> {after}: {added} keys new, {removed} gone, {shared_otherwise} of another number of customers.",
)
SIGNING_KEY = Localised(
    de="Öffentlicher Schlüssel, für die Einstellungen des Gateways und postgate register verify:",
    en="Public key, for the gateway's settings and postgate register verify:",
)
