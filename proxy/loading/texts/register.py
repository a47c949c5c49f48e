"""
Mistakes in the mapping of a register: what the columns of the house's sources mean.
"""

from __future__ import annotations

from proxy.loading.texts.entry import Entry, entry

TEXTS: dict[str, Entry] = {
    "register-sign": entry(
        de=(
            "Erwartet wird ein einziges Zeichen; delimiter und quote sind zwei.",
            'Zum Beispiel ";" schreiben, für den Tabulator "\\t".',
        ),
        en=("Expected a single character; delimiter and quote are two.", 'Write for example ";", and "\\t" for a tab.'),
    ),
    "register-date": entry(
        de=(
            "Erwartet wird ein Datumsformat mit Tag, Monat und Jahr, jedes einmal.",
            "Zum Beispiel DD.MM.YYYY, D.M.YYYY oder YYYYMMDD schreiben.",
        ),
        en=(
            "Expected a date format with day, month and year, each once.",
            "Write for example DD.MM.YYYY, D.M.YYYY or YYYYMMDD.",
        ),
    ),
    "register-source": entry(
        de=("Die Quelle {value} gibt es schon.", "Jeder Quelle einen eigenen Namen geben."),
        en=("There is a source {value} already.", "Give each source a name of its own."),
    ),
    "register-customers": entry(
        de=(
            "term, from und until gehören zu einer gesperrten Liste.",
            "Mit --restricted bauen, oder die Spalten streichen.",
        ),
        en=("term, from and until belong to a restricted list.", "Build with --restricted, or take the columns out."),
    ),
    "register-restricted": entry(
        de=("Eine gesperrte Liste hat die Spalte term und sonst nur from und until.", "Die anderen streichen."),
        en=("A restricted list has a column term and else only from and until.", "Take the others out."),
    ),
}
