"""
Mistakes in what a policy says.
"""

from __future__ import annotations

from proxy.loading.texts.entry import Entry, entry

TEXTS: dict[str, Entry] = {
    "no-policies": entry(
        de=("Im Verzeichnis liegt keine Richtlinie; ohne Richtlinie darf nichts hinaus.", "Eine Richtlinie hinlegen."),
        en=("There is no policy in the directory; without one nothing may leave.", "Put a policy there."),
    ),
    "nothing-enforced": entry(
        de=("Keine Richtlinie steht auf »mode: enforce«: Jeder Beitrag wird angehalten.", "Eine auf enforce setzen."),
        en=("No policy has `mode: enforce`: every post will be held.", "Set one to enforce."),
        warning=True,
    ),
    "duplicate-policy": entry(
        de=("Die Richtlinie »{value}« steht schon in {first}.", "Einer der beiden einen anderen Namen geben."),
        en=("The policy `{value}` is already in {first}.", "Give one of them another name."),
    ),
    "duplicate-rule": entry(
        de=("Die Regel »{value}« steht schon in Zeile {first}.", "Einer der beiden einen anderen Namen geben."),
        en=("The rule `{value}` is already in line {first}.", "Give one of them another name."),
    ),
    "missing-norms": entry(
        de=("Eine Richtlinie mit »mode: enforce« braucht »norms«.", "Die Normen nennen, etwa norms: [REG-DE-203]."),
        en=("A policy with `mode: enforce` needs `norms`.", "Name the norms, such as norms: [REG-DE-203]."),
    ),
    "bad-norm": entry(
        de=("»{value}« ist keine Kennung einer Norm.", "Großbuchstaben, Ziffern und - verwenden, etwa REG-DE-203."),
        en=("`{value}` is no id of a norm.", "Use capitals, digits and -, such as REG-DE-203."),
    ),
    "mode-stronger": entry(
        de=(
            "Die Regel steht auf »{value}«, ihre Richtlinie nur auf »{policy}«.",
            "Die Regel höchstens gleich stark setzen.",
        ),
        en=("The rule has `{value}`, its policy only `{policy}`.", "Make the rule at most as strong."),
    ),
    "remedy-without-effect": entry(
        de=("Eine Regel mit »action: allow« hält nichts an; niemand liest ihr »remedy«.", "»remedy« löschen."),
        en=("A rule with `action: allow` stops nothing; nobody reads its `remedy`.", "Delete `remedy`."),
        warning=True,
    ),
    "bad-rollout": entry(
        de=(
            "»{value}« ist kein Anteil von 0.1% bis 99.9% mit höchstens einer Stelle hinter dem Punkt.",
            "Einen Anteil schreiben, etwa 10% oder 2.5%; gilt die Regel für alle Beiträge, »rollout« löschen.",
        ),
        en=(
            "`{value}` is no share from 0.1% to 99.9% with at most one digit after the point.",
            "Write a share such as 10% or 2.5%; delete `rollout` when the rule counts for every post.",
        ),
    ),
    "rollout-of-hard-rule": entry(
        de=(
            "Eine Regel mit »hard: true« steht für eine gesetzliche Pflicht und gilt für alle Beiträge.",
            "»rollout« löschen.",
        ),
        en=("A rule with `hard: true` stands for a legal duty and counts for every post.", "Delete `rollout`."),
    ),
    "rollout-without-effect": entry(
        de=(
            "Mit »mode: {mode}« gilt die Regel für keinen Beitrag, auch nicht für einen Teil.",
            "Regel und Richtlinie auf »mode: enforce« setzen oder »rollout« löschen.",
        ),
        en=(
            "With `mode: {mode}` the rule counts for no post, nor for a share of them.",
            "Set rule and policy to `mode: enforce`, or delete `rollout`.",
        ),
    ),
    "rolled-out-in-part": entry(
        de=(
            "Die Regel gilt erst für {share} der Beiträge, die anderen beobachtet sie nur.",
            "Den Anteil erhöhen, wenn sie sich bewährt; »rollout« löschen, sobald sie für alle gilt.",
        ),
        en=(
            "The rule counts for {share} of the posts so far and only watches the others.",
            "Raise the share when it proves itself; delete `rollout` once it counts for all.",
        ),
        warning=True,
    ),
    "matches-everything": entry(
        de=(
            "Die Regel träfe auch einen Beitrag ohne Text: Sie hält jeden Beitrag an.",
            "Mit all verbinden, was im Beitrag stehen muss; soll jeder angesehen werden, »default: hold« schreiben.",
        ),
        en=(
            "The rule would match a post without text, too: it stops every post.",
            "Join it by all with what a post has to hold; if every post is to be looked at, write `default: hold`.",
        ),
    ),
    "only-register": entry(
        de=(
            "Die Regel kann nur durch das Kundenregister zutreffen: Ihr Name sagte, wer Kunde ist.",
            "CUSTOMER_RECORD durch any neben etwas stellen, was auch ohne Register zutrifft, etwa CUSTOMER_RELATION.",
        ),
        en=(
            "Only the register of customers can make the rule match: its name would tell who is a customer.",
            "Put CUSTOMER_RECORD by any beside what holds without the register too, such as CUSTOMER_RELATION.",
        ),
    ),
    "replaces-register": entry(
        de=(
            "Die Regel setzte ein Etikett an die Stelle eines Kunden oder eines gesperrten Namens, und zeigte ihn so.",
            "»action: hold« oder »action: block« schreiben, oder den Fund aus der Regel nehmen.",
        ),
        en=(
            "The rule would put a label where a customer or a restricted name stands, and so show it.",
            "Write `action: hold` or `action: block`, or take the finding out of the rule.",
        ),
    ),
    "unknown-group": entry(
        de=(
            "Die Gruppe »{value}« gibt es nicht: Diese Version kennt nur »all«, alle Personen.",
            "»groups: [all]« schreiben; für Einzelne gilt keine Richtlinie, für Gruppen erst ab fünf Personen.",
        ),
        en=(
            "There is no group `{value}`: this version knows `all` only, everybody.",
            "Write `groups: [all]`; a policy is never for single persons, and for groups from five people only.",
        ),
    ),
    "one-condition": entry(
        de=("Erwartet wird genau eine Bedingung, gefunden: {count}.", "Mehrere mit any oder all verbinden."),
        en=("Expected exactly one condition, found {count}.", "Join several with any or all."),
    ),
    "unknown-matcher": entry(
        de=("Die Bedingung »{value}« gibt es nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no condition `{value}`.{meant_en}", "Possible are: {known}."),
    ),
    "groups-too-deep": entry(
        de=("Mehr als {limit} Gruppen ineinander.", "Die Regel in mehrere aufteilen."),
        en=("More than {limit} groups inside each other.", "Split the rule into several."),
    ),
    "group-in-unless": entry(
        de=("Unter »unless« stehen Ausnahmen, keine Gruppe »{value}«.", "Die Ausnahmen einzeln aufzählen."),
        en=("`unless` takes exceptions, no group `{value}`.", "List the exceptions one by one."),
    ),
    "weakening-none": entry(
        de=(
            "»none« über Funde, Wörter oder Links träfe jeden leeren Beitrag, und ein weiterer schaltete sie ab.",
            "Die Bedingung positiv formulieren oder eine Ausnahme unter unless nennen.",
        ),
        en=(
            "`none` of findings, words or links would match every empty post, and one more would turn the rule off.",
            "Say it positively, or name an exception under unless.",
        ),
    ),
    "beyond-consent": entry(
        de=(
            "Eine Einwilligung entschuldigt nur, dass jemand als Kunde genannt ist. Die Regel sucht auch: {found}.",
            "Für das Übrige eine eigene Regel ohne consent schreiben.",
        ),
        en=(
            "A consent excuses only that somebody is named as a customer. The rule looks for more: {found}.",
            "Write a rule of its own without consent for the rest.",
        ),
    ),
    "mixed-within": entry(
        de=("In einer Gruppe »all« stehen verschiedene »within«: {found}.", "Überall dasselbe schreiben."),
        en=("One group `all` has different `within`: {found}.", "Write the same everywhere."),
    ),
    "only-in-unless": entry(
        de=("»{value}« ist eine Ausnahme.", "Unter unless schreiben."),
        en=("`{value}` is an exception.", "Write it under unless."),
    ),
    "not-in-unless": entry(
        de=(
            "»{value}« darf keine Ausnahme sein: Ein weiterer Fund würde die Regel abschalten.",
            "Unter when schreiben.",
        ),
        en=("`{value}` must not be an exception: one more finding would turn the rule off.", "Write it under when."),
    ),
    "unknown-type": entry(
        de=("Den Typ »{value}« gibt es nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no type `{value}`.{meant_en}", "Possible are: {known}."),
    ),
    "undetected-type": entry(
        de=("Kein Detektor dieser Version findet »{value}«.", "Die Regel schützt davor noch nicht."),
        en=("No detector of this version finds `{value}`.", "The rule does not protect from it yet."),
        warning=True,
    ),
    "nothing-detected": entry(
        de=(
            "Kein Detektor dieser Version findet einen dieser Typen: Die Regel träfe nie zu.",
            "Gefunden werden: {known}.",
        ),
        en=("No detector of this version finds any of these types: the rule would never match.", "Found are: {known}."),
    ),
    "unknown-word-list": entry(
        de=("Die Wortliste »{value}« gibt es nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no word list `{value}`.{meant_en}", "Possible are: {known}."),
    ),
    "unknown-pattern": entry(
        de=("Die Erkennungsregel »{value}« gibt es nicht.{meant_de}", "Möglich sind: {known}."),
        en=("There is no detection rule `{value}`.{meant_en}", "Possible are: {known}."),
    ),
    "unknown-allow-list": entry(
        de=("Die Liste »{value}« steht nicht im Hausprofil.{meant_de}", "Möglich sind: {known}."),
        en=("The list `{value}` is not in the organisation profile.{meant_en}", "Possible are: {known}."),
    ),
    "bad-host": entry(
        de=(
            "»{value}« ist kein Rechnername.",
            "Nur den Namen schreiben, etwa bank.example; alles darunter zählt mit.",
        ),
        en=("`{value}` is no host name.", "Write the name only, such as bank.example; all below it counts too."),
    ),
    "bad-parameter": entry(
        de=(
            "»{value}« ist kein Name eines Parameters.",
            "Nur den Namen vor dem = schreiben, etwa kundennr; oder ids für alle, die Personen kenntlich machen.",
        ),
        en=(
            "`{value}` is no name of a parameter.",
            "Write the name before the = only, such as kundennr; or ids for all that tell a person.",
        ),
    ),
    "nothing-activated": entry(
        de=(
            "Im Richtlinienspeicher ist nichts in Kraft.",
            "Mit »postgate policy activate« vorschlagen und von einer zweiten Person zustimmen lassen.",
        ),
        en=(
            "Nothing is in force in the policy store.",
            "Propose policies with `postgate policy activate` and let a second person approve them.",
        ),
    ),
    "signatures-broken": entry(
        de=(
            "Die Aktivierung im Richtlinienspeicher wurde verändert, oder ein Notfall ist nicht bewiesen strenger.",
            "Den Zugriff auf die Datenbank prüfen; die laufenden Richtlinien bleiben in Kraft.",
        ),
        en=(
            "The activation in the policy store was changed, or an emergency is not proven to be only stricter.",
            "Look who has access to the database; the policies that are running stay in force.",
        ),
    ),
    "signatures-doubtful": entry(
        de=(
            "Im Richtlinienspeicher stehen Aktivierungen, die nicht von diesem Gateway stammen oder nicht zählen.",
            "Den Zugriff auf die Datenbank prüfen; solche Zeilen setzen nichts in Kraft.",
        ),
        en=(
            "The policy store has activations that this gateway did not make or that do not count.",
            "Look who has access to the database; such rows put nothing into force.",
        ),
        warning=True,
    ),
    "bundle-missing": entry(
        de=("Das Regelwerk der Aktivierung liegt nicht im Richtlinienspeicher.", "Die Datenbank prüfen."),
        en=("The bundle of the activation is not in the policy store.", "Check the database."),
    ),
    "other-digest": entry(
        de=(
            "Erwartet wird das Regelwerk {wanted}, gefunden: {found}.",
            "Die geprüften Dateien hinlegen, oder in den Einstellungen den Digest der geprüften nennen.",
        ),
        en=(
            "Expected the bundle {wanted}, found: {found}.",
            "Put the reviewed files there, or name the digest of the reviewed ones in the settings.",
        ),
    ),
    "no-package": entry(
        de=("Das ist kein Paket von Richtlinien.", "Mit »postgate policy activate« neu vorschlagen."),
        en=("This is no package of policies.", "Propose it again with `postgate policy activate`."),
    ),
    "package-too-large": entry(
        de=("Ein Paket hat höchstens {files} Dateien und {size} Bytes.", "Auf mehrere Häuser aufteilen."),
        en=("A package has at most {files} files and {size} bytes.", "Divide it among houses."),
    ),
    "unknown-calendar": entry(
        de=(
            "Den Kalender »{value}« gibt es im Hausprofil nicht.{meant_de}",
            "Unter »calendars« in organisation.yaml eintragen. Möglich sind: {known}.",
        ),
        en=(
            "The calendar `{value}` is not in the organisation profile.{meant_en}",
            "Add it under `calendars` in organisation.yaml. Possible are: {known}.",
        ),
    ),
    "unknown-retention-class": entry(
        de=(
            "Die Aufbewahrungsklasse »{value}« gibt es in den Einstellungen nicht.{meant_de}",
            "Unter »audit.retention.classes« eintragen. Möglich sind: {known}.",
        ),
        en=(
            "The retention class `{value}` is not in the settings.{meant_en}",
            "Add it under `audit.retention.classes`. Possible are: {known}.",
        ),
    ),
    "foreign-retention-class": entry(
        de=(
            "Die Aufbewahrungsklasse »{value}« ist keine der mitgelieferten.{meant_de}",
            "Jeder Knoten braucht sie unter »audit.retention.classes«. Mitgeliefert sind: {known}.",
        ),
        en=(
            "The retention class `{value}` is not among those that are shipped.{meant_en}",
            "Each node needs it under `audit.retention.classes`. Shipped are: {known}.",
        ),
        warning=True,
    ),
    "missing-options": entry(
        de=("Zu »action: {key}« fehlen die Angaben unter »{key}«.", "Ergänzen, etwa {key}: {{queue: compliance}}."),
        en=("`action: {key}` needs its details under `{key}`.", "Add them, such as {key}: {{queue: compliance}}."),
    ),
    "options-of-other-action": entry(
        de=("»{value}« gehört nicht zu »action: {action}«.", "Die Angaben löschen oder die Aktion ändern."),
        en=("`{value}` does not belong to `action: {action}`.", "Delete the details or change the action."),
    ),
    "no-negative-test": entry(
        de=("Der Regel fehlt ein Test mit »expect: allow«.", "Einen harmlosen Beitrag ergänzen."),
        en=("The rule has no test with `expect: allow`.", "Add a harmless post."),
    ),
    "no-positive-test": entry(
        de=("Der Regel fehlt ein Test mit »expect: {value}«.", "Einen Beitrag ergänzen, den sie treffen muss."),
        en=("The rule has no test with `expect: {value}`.", "Add a post that it has to match."),
    ),
    "impossible-expectation": entry(
        de=("Die Regel kann nicht »{value}« ergeben, sie ergibt »{action}« oder »allow«.", "Die Erwartung ändern."),
        en=("The rule cannot give `{value}`, it gives `{action}` or `allow`.", "Change the expectation."),
    ),
}
