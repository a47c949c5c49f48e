"""
Mistakes in the form of a file: YAML, keys, kinds of values.
"""

from __future__ import annotations

from proxy.loading.texts.entry import Entry, entry

TEXTS: dict[str, Entry] = {
    "unreadable": entry(
        de=("Die Datei oder das Verzeichnis ist nicht lesbar ({why}).", "Pfad und Leserechte prüfen."),
        en=("The file or directory cannot be read ({why}).", "Check the path and the permission to read."),
    ),
    "too-large": entry(
        de=("Die Datei ist größer als {limit} KiB.", "Die Datei aufteilen."),
        en=("The file is larger than {limit} KiB.", "Split the file."),
    ),
    "not-utf8": entry(
        de=("Erwartet wird Text in UTF-8, gefunden wurden andere Bytes.", "Die Datei als UTF-8 speichern."),
        en=("Expected text in UTF-8, found other bytes.", "Save the file as UTF-8."),
    ),
    "control-character": entry(
        de=("Das Steuerzeichen U+{number} darf nicht vorkommen.", "Das Zeichen löschen."),
        en=("The control character U+{number} is not allowed.", "Delete the character."),
    ),
    "empty-file": entry(
        de=("Die Datei ist leer.", "Inhalt ergänzen oder die Datei löschen."),
        en=("The file is empty.", "Add content or delete the file."),
    ),
    "more-mistakes": entry(
        de=("Die Datei hat mehr als {limit} Fehler; die weiteren stehen hier nicht.", "Die genannten zuerst beheben."),
        en=("The file has more than {limit} mistakes; the others are not listed.", "Correct the listed ones first."),
    ),
    "too-deep": entry(
        de=("Mehr als {limit} Ebenen ineinander.", "Flacher schreiben; vielleicht fehlt eine schließende Klammer."),
        en=("More than {limit} levels inside each other.", "Write it flatter; a closing bracket may be missing."),
    ),
    "alias": entry(
        de=("Verweise (*name) sind nicht erlaubt.", "Den Inhalt hier ausschreiben; Text mit * in Anführungszeichen."),
        en=("Aliases (*name) are not allowed.", "Write the content out here; put text with * in quotes."),
    ),
    "anchor": entry(
        de=("Anker (&name) sind nicht erlaubt.", "Den Anker löschen; Text mit & in Anführungszeichen setzen."),
        en=("Anchors (&name) are not allowed.", "Delete the anchor; put text with & in quotes."),
    ),
    "tag": entry(
        de=("Typangaben (!name) sind nicht erlaubt.", "Die Angabe löschen; Text mit ! in Anführungszeichen setzen."),
        en=("Tags (!name) are not allowed.", "Delete the tag; put text with ! in quotes."),
    ),
    "directive": entry(
        de=("Anweisungen mit % sind nicht erlaubt.", "Die Zeile mit % löschen."),
        en=("Directives with % are not allowed.", "Delete the line with %."),
    ),
    "several-documents": entry(
        de=("Mehrere Dokumente in einer Datei (---).", "Jedes Dokument in eine eigene Datei schreiben."),
        en=("Several documents in one file (---).", "Write each document into a file of its own."),
    ),
    "complex-key": entry(
        de=("Erwartet wird ein Wort als Schlüssel, gefunden eine Liste oder Zuordnung.", "Ein Wort schreiben."),
        en=("Expected a word as key, found a list or mapping.", "Write a word."),
    ),
    "duplicate-key": entry(
        de=("Der Schlüssel »{key}« steht schon in Zeile {first}.", "Einen der beiden löschen."),
        en=("The key `{key}` is already in line {first}.", "Delete one of them."),
    ),
    "syntax": entry(
        de=("Ab hier ist die Datei kein gültiges YAML.", "Einrückung, Klammern und Anführungszeichen prüfen."),
        en=("From here the file is no valid YAML.", "Check indentation, brackets and quotes."),
    ),
    "syntax-colon": entry(
        de=("Hier darf kein Doppelpunkt stehen.", "Text mit Doppelpunkt in Anführungszeichen setzen."),
        en=("There must be no colon here.", "Put text with a colon in quotes."),
    ),
    "syntax-tab": entry(
        de=("Ein Tabulator steht in der Einrückung.", "Mit Leerzeichen einrücken."),
        en=("There is a tab in the indentation.", "Indent with spaces."),
    ),
    "syntax-quote": entry(
        de=("Ein Anführungszeichen wird nicht geschlossen.", "Das schließende Anführungszeichen ergänzen."),
        en=("A quote is not closed.", "Add the closing quote."),
    ),
    "syntax-bracket": entry(
        de=("Eine Klammer wird nicht geschlossen oder ein Komma fehlt.", "Klammern und Kommas davor prüfen."),
        en=("A bracket is not closed or a comma is missing.", "Check the brackets and commas before this place."),
    ),
    "syntax-indent": entry(
        de=("Die Einrückung passt nicht zu den Zeilen davor.", "Gleich tief einrücken wie die Nachbarn."),
        en=("The indentation does not fit the lines before.", "Indent as deep as the neighbours."),
    ),
    "syntax-missing-colon": entry(
        de=("Nach einem Schlüssel fehlt der Doppelpunkt.", "Doppelpunkt und Leerzeichen ergänzen."),
        en=("The colon after a key is missing.", "Add a colon and a space."),
    ),
    "syntax-start": entry(
        de=("Mit diesem Zeichen darf kein Wert beginnen.", "Den Wert in Anführungszeichen setzen."),
        en=("No value may begin with this character.", "Put the value in quotes."),
    ),
    "wrong-kind": entry(
        de=(
            "Erwartet wird {wanted_de}, gefunden: {came_de}.",
            "Den Wert ändern; Wörter wie true in Anführungszeichen.",
        ),
        en=("Expected {wanted_en}, found {came_en}.", "Change the value; put words such as true in quotes."),
    ),
    "text-too-long": entry(
        de=("Der Text hat {length} Zeichen, erlaubt sind {limit}.", "Den Text kürzen."),
        en=("The text has {length} characters, {limit} are allowed.", "Shorten the text."),
    ),
    "bad-name": entry(
        de=("»{value}« ist kein Name.", "Kleinbuchstaben, Ziffern, - und _ verwenden, höchstens 64 Zeichen."),
        en=("`{value}` is no name.", "Use lower-case letters, digits, - and _, at most 64 characters."),
    ),
    "bad-choice": entry(
        de=("»{value}« ist hier nicht möglich.{meant_de}", "Eines davon schreiben: {choices}."),
        en=("`{value}` is not possible here.{meant_en}", "Write one of: {choices}."),
    ),
    "out-of-range": entry(
        de=("Erwartet wird eine Zahl von {low} bis {high}.", "Die Zahl ändern."),
        en=("Expected a number from {low} to {high}.", "Change the number."),
    ),
    "duration-range": entry(
        de=("Die Dauer liegt nicht zwischen {low} Minuten und {high} Tagen.", "Die Dauer ändern."),
        en=("The duration is not between {low} minutes and {high} days.", "Change the duration."),
    ),
    "empty-list": entry(
        de=("Die Liste ist leer.", "Mindestens einen Eintrag schreiben oder den Schlüssel weglassen."),
        en=("The list is empty.", "Write at least one entry or leave the key out."),
    ),
    "missing-key": entry(
        de=("Der Schlüssel »{key}« fehlt.", "»{key}« ergänzen."),
        en=("The key `{key}` is missing.", "Add `{key}`."),
    ),
    "unknown-key": entry(
        de=("Den Schlüssel »{key}« gibt es hier nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no key `{key}` here.{meant_en}", "Possible are: {known}."),
    ),
    "bad-schema": entry(
        de=("Diese Version liest nur »schema: 1«.", "»schema: 1« schreiben oder Postgate aktualisieren."),
        en=("This version reads `schema: 1` only.", "Write `schema: 1` or update Postgate."),
    ),
}
