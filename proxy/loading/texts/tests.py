"""
Mistakes in test files and failing tests, and in settings.
"""

from __future__ import annotations

from proxy.loading.texts.entry import Entry, entry

TEXTS: dict[str, Entry] = {
    "test-of-nothing": entry(
        de=("Die Richtlinie »{value}« gibt es nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no policy `{value}`.{meant_en}", "Possible are: {known}."),
    ),
    "unknown-fixture": entry(
        de=("Unter fixtures gibt es »{value}« nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no `{value}` under fixtures.{meant_en}", "Possible are: {known}."),
    ),
    "unknown-rule": entry(
        de=("Die Regel »{value}« gibt es in dieser Richtlinie nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no rule `{value}` in this policy.{meant_en}", "Possible are: {known}."),
    ),
    "tested-twice": entry(
        de=("»{value}« wird schon in Zeile {first} erwartet.", "Jede Kombination nur einmal aufführen."),
        en=("`{value}` is already expected in line {first}.", "List each combination once."),
    ),
    "unknown-setting": entry(
        de=("Die Einstellung »{key}« gibt es nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no setting `{key}`.{meant_en}", "Possible are: {known}."),
    ),
    "missing-setting": entry(
        de=("Die Einstellung »{key}« fehlt.", "»{key}« ergänzen."),
        en=("The setting `{key}` is missing.", "Add `{key}`."),
    ),
    "bad-setting": entry(
        de=("Der Wert von »{key}« ist nicht möglich.", "Erwartet: {expected_de}."),
        en=("The value of `{key}` is not possible.", "Expected: {expected_en}."),
    ),
    "bad-variable": entry(
        de=("Diese Umgebungsvariable nennt keine Einstellung.", "POSTGATE_ABSCHNITT__SCHLÜSSEL=Wert schreiben."),
        en=("This environment variable names no setting.", "Write POSTGATE_SECTION__KEY=value."),
    ),
}
