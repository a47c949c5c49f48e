"""
Mistakes in the organisation profile and in word lists. Values are never shown: they are the house's own secrets.
"""

from __future__ import annotations

from proxy.loading.texts.entry import Entry, entry

TEXTS: dict[str, Entry] = {
    "bad-iban": entry(
        de=("Das ist keine gültige IBAN (Land, Länge oder Prüfziffer).", "Die IBAN vom Kontoauszug abschreiben."),
        en=("This is no valid IBAN (country, length or check digits).", "Copy the IBAN from the bank statement."),
    ),
    "bad-sample": entry(
        de=("Erwartet wird eine gültige IBAN oder Kartennummer (Prüfziffer).", "Die Nummer prüfen."),
        en=("Expected a valid IBAN or card number (check digits).", "Check the number."),
    ),
    "bad-phone": entry(
        de=("Erwartet wird eine Rufnummer aus 3 bis 20 Ziffern.", "Zum Beispiel 0800 123 4567 oder +49 800 1234567."),
        en=("Expected a phone number of 3 to 20 digits.", "For example 0800 123 4567 or +49 800 1234567."),
    ),
    "bad-domain": entry(
        de=("Erwartet wird ein Domainname.", "Ohne https:// und Pfad schreiben, etwa bank.example."),
        en=("Expected a domain name.", "Write it without https:// and path, such as bank.example."),
    ),
    "bad-handle": entry(
        de=("Erwartet wird ein Kontoname wie @name@server oder @name.", "Den Kontonamen in Anführungszeichen setzen."),
        en=("Expected an account name such as @name@server or @name.", "Put the account name in quotes."),
    ),
    "bad-mask": entry(
        de=("Die Maske braucht mindestens vier # oder A.", "# steht für eine Ziffer, A für einen Buchstaben."),
        en=("The mask needs at least four # or A.", "# stands for a digit, A for a letter."),
    ),
    "expired-entry": entry(
        de=("Der Eintrag ist am {until} abgelaufen und gilt nicht mehr.", "Löschen oder das Datum erneuern."),
        en=("The entry expired on {until} and does not count any more.", "Delete it or renew the date."),
    ),
    "entry-without-end": entry(
        de=("Der Eintrag hat kein Enddatum.", "»until« ergänzen, damit er nicht ewig gilt."),
        en=("The entry has no end.", "Add `until`, so that it does not count for ever."),
        warning=True,
    ),
    "entry-without-owner": entry(
        de=("Der Eintrag hat keinen Verantwortlichen.", "»owner« ergänzen, eine Rolle und keine Person."),
        en=("The entry has no owner.", "Add `owner`, a role and no person."),
        warning=True,
    ),
    "entry-without-reason": entry(
        de=("Der Eintrag nennt keinen Grund.", "»reason« ergänzen: warum die Person öffentlich genannt werden darf."),
        en=("The entry gives no reason.", "Add `reason`: why the person may be named in public."),
        warning=True,
    ),
    "duplicate-calendar": entry(
        de=("Der Kalender »{value}« steht schon weiter oben.", "Die Zeiträume unter einem Kalender zusammenfassen."),
        en=("The calendar `{value}` stands above already.", "Put the periods into one calendar."),
    ),
    "unknown-zone": entry(
        de=("Diese Zeitzone gibt es nicht.", "Zum Beispiel Europe/Berlin, Europe/Vienna oder Europe/Zurich schreiben."),
        en=("There is no such time zone.", "Write for example Europe/Berlin, Europe/Vienna or Europe/Zurich."),
    ),
    "period-backwards": entry(
        de=("Der Zeitraum endet, bevor er beginnt.", "»from« und »to« prüfen; der Tag unter »to« gehört noch dazu."),
        en=("The period ends before it begins.", "Check `from` and `to`; the day under `to` belongs to the period."),
    ),
    "calendar-over": entry(
        de=(
            "Alle Zeiträume des Kalenders »{value}« sind vorbei; seine Regeln treffen nie mehr zu.",
            "Neue Zeiträume eintragen, oder Kalender und Regeln löschen.",
        ),
        en=(
            "All periods of the calendar `{value}` are over; its rules never match again.",
            "Add new periods, or delete the calendar and its rules.",
        ),
        warning=True,
    ),
    "bad-term": entry(
        de=(
            "Ein vertraulicher Begriff hat mindestens {low} Buchstaben oder Ziffern und höchstens {most} Wörter.",
            "Nur den Namen schreiben; Zahlen und Teile mit Bindestrich zählen als eigene Wörter.",
        ),
        en=(
            "A confidential term has at least {low} letters or digits and at most {most} words.",
            "Write only the name; numbers and parts with a hyphen count as words of their own.",
        ),
    ),
    "duplicate-lexicon": entry(
        de=("Die Wortliste »{value}« steht schon in {first}.", "Einer der beiden einen anderen Namen geben."),
        en=("The word list `{value}` is already in {first}.", "Give one of them another name."),
    ),
    "duplicate-recognizer": entry(
        de=("Die Regel »{value}« steht schon in {first}.", "Einer der beiden einen anderen Namen geben."),
        en=("The rule `{value}` is already in {first}.", "Give one of them another name."),
    ),
    "pattern-or-mask": entry(
        de=("Erwartet wird genau eines von »pattern« und »mask«.", "Eines der beiden schreiben."),
        en=("Expected exactly one of `pattern` and `mask`.", "Write one of them."),
    ),
    "pattern-dialect": entry(
        de=(
            "»{piece}« gilt in Mustern nicht.",
            "Statt \\d, \\w, \\s, \\b: [0-9], \\pL, [ ] und »boundary« schreiben; keine Rückbezüge, höchstens {{200}}.",
        ),
        en=(
            "`{piece}` is not taken in patterns.",
            "Instead of \\d, \\w, \\s, \\b write [0-9], \\pL, [ ], `boundary`; no look-around, repeats up to {{200}}.",
        ),
    ),
    "bad-pattern": entry(
        de=("RE2 versteht das Muster nicht, oder es passt auf leeren Text.", "Das Muster berichtigen."),
        en=("RE2 does not understand the pattern, or it matches empty text.", "Correct the pattern."),
    ),
    "bad-cue": entry(
        de=("Ein Hinweiswort hat keinen Buchstaben.", "Das Wort unter »cues« ändern."),
        en=("A cue has no letter.", "Change the word under `cues`."),
    ),
    "never-found": entry(
        de=("Mit dieser »confidence« findet die Regel nie etwas.", "Mindestens eine Stufe angeben, etwa cue: medium."),
        en=("With this `confidence` the rule never finds anything.", "Give at least one level, such as cue: medium."),
    ),
    "term-or-phrase": entry(
        de=("Erwartet wird genau eines von »term« und »phrase«.", "Eines der beiden schreiben."),
        en=("Expected exactly one of `term` and `phrase`.", "Write one of them."),
    ),
    "too-few-samples": entry(
        de=("Unter »{key}« stehen {count} statt mindestens {low} Beispiele.", "Beispiele ergänzen."),
        en=("`{key}` has {count} instead of at least {low} samples.", "Add samples."),
    ),
    "sample-missed": entry(
        de=("Dieses Beispiel soll getroffen werden und wird es nicht.", "Wörter, Formen oder das Beispiel ändern."),
        en=("This sample should be hit and is not.", "Change the words, their forms or the sample."),
    ),
    "sample-hit": entry(
        de=("Dieses Beispiel soll nicht getroffen werden und wird es.", "Ausnahmen unter exclude ergänzen."),
        en=("This sample should not be hit and is.", "Add exceptions under exclude."),
    ),
    "not-taken": entry(
        de=("Die Detektoren haben die Wortlisten nicht übernommen ({why}).", "Die Detektoren prüfen oder neu starten."),
        en=("The detectors did not take the word lists ({why}).", "Check the detectors or start them again."),
    ),
    "bad-word-list": entry(
        de=("Aus dieser Liste lässt sich keine Suche bauen.", "Jedes Wort braucht mindestens einen Buchstaben."),
        en=("No search can be built of this list.", "Each word needs at least one letter."),
    ),
}
