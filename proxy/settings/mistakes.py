"""
What is wrong with a setting and what to do, in German and English, by stable error type.

`model` raises these types; `loading` looks the texts up and adds file and line. Texts never repeat the value: an
address may carry a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What was expected and what came, and what to do."""

    message: Localised
    remedy: Localised


MISTAKES: dict[str, Mistake] = {
    "listen-address": Mistake(
        message=Localised(
            de="Erwartet wird eine Adresse als HOST:PORT, der Port zwischen 1 und 65535.",
            en="Expected an address as HOST:PORT with a port between 1 and 65535.",
        ),
        remedy=Localised(
            de="Zum Beispiel 127.0.0.1:8080, für IPv6 [::1]:8080.",
            en="For example 127.0.0.1:8080, for IPv6 [::1]:8080.",
        ),
    ),
    "redirect-address": Mistake(
        message=Localised(
            de="Erwartet wird die Adresse eines Programms: https://… oder mit einem eigenen Schema.",
            en="Expected the address of a program: https://... or with a scheme of its own.",
        ),
        remedy=Localised(
            de="Sie genau so eintragen, wie das Programm sie als redirect_uri nennt; Adressen auf dem eigenen Rechner "
            "brauchen keinen Eintrag.",
            en="Enter it exactly as the program names it as redirect_uri; addresses on people's own machine need no "
            "entry.",
        ),
    ),
    "origin-only": Mistake(
        message=Localised(
            de="Erwartet wird eine Adresse aus Schema, Host und Port in ASCII, ohne Zugangsdaten, Pfad und Anfrage.",
            en="Expected an address of scheme, host and port in ASCII, without credentials, path or query.",
        ),
        remedy=Localised(
            de="Zum Beispiel https://mastodon.bank.example schreiben.",
            en="Write for example https://mastodon.bank.example.",
        ),
    ),
    "plain-http": Mistake(
        message=Localised(
            de="Unverschlüsseltes http ist nur für die eigene Maschine (Loopback) erlaubt.",
            en="Unencrypted http is allowed for this machine (loopback) only.",
        ),
        remedy=Localised(de="https verwenden.", en="Use https."),
    ),
    "network": Mistake(
        message=Localised(
            de="Erwartet wird eine Adresse oder ein Netz.",
            en="Expected an address or a network.",
        ),
        remedy=Localised(
            de="Zum Beispiel 10.1.2.3 oder 10.1.0.0/24.",
            en="For example 10.1.2.3 or 10.1.0.0/24.",
        ),
    ),
    "plain-listener": Mistake(
        message=Localised(
            de="Diese Tür wäre für andere Maschinen unverschlüsselt erreichbar.",
            en="Other machines could reach this door unencrypted.",
        ),
        remedy=Localised(
            de="Der Tür mit tls ein Zertifikat geben, oder unter proxies die Adressen des vorgelagerten Proxys nennen, "
            "der TLS beendet.",
            en="Give the door a certificate with tls, or name under proxies the addresses of the front proxy that ends "
            "TLS.",
        ),
    ),
    "private-upstream": Mistake(
        message=Localised(
            de="Die Plattform liegt an einer privaten Adresse, die diese Tür nicht erreichen darf.",
            en="The platform is at a private address that this door may not reach.",
        ),
        remedy=Localised(
            de="allow_private: true an dieser Tür setzen, wenn das beabsichtigt ist.",
            en="Set allow_private: true at this door if that is intended.",
        ),
    ),
    "sandbox-platform": Mistake(
        message=Localised(
            de="Die eingebaute Plattform spricht nur die API von Mastodon.",
            en="The built-in platform speaks the Mastodon API alone.",
        ),
        remedy=Localised(
            de="Als upstream die Adresse der Plattform eintragen.",
            en="Name the address of the platform as upstream.",
        ),
    ),
    "service-did": Mistake(
        message=Localised(
            de="Erwartet wird ein Dienst als DID mit seinem Namen nach #.",
            en="Expected a service as DID with its name after #.",
        ),
        remedy=Localised(
            de="Zum Beispiel did:web:api.bsky.chat#bsky_chat in Anführungszeichen schreiben.",
            en='Write for example "did:web:api.bsky.chat#bsky_chat".',
        ),
    ),
    "direct-messages-platform": Mistake(
        message=Localised(
            de="Einen eigenen Dienst für Direktnachrichten hat nur Bluesky.",
            en="Bluesky alone has a service of its own for direct messages.",
        ),
        remedy=Localised(de="Die Zeile streichen.", en="Remove the line."),
    ),
    "upstream-is-door": Mistake(
        message=Localised(
            de="Die Plattform ist eine Tür dieses Gateways: Beiträge liefen im Kreis.",
            en="The platform is a door of this gateway: posts would go round in circles.",
        ),
        remedy=Localised(
            de="Als upstream die Adresse der Plattform eintragen.",
            en="Name the address of the platform as upstream.",
        ),
    ),
    "no-door": Mistake(
        message=Localised(de="Ohne Tür nimmt das Gateway nichts an.", en="Without a door the gateway takes nothing."),
        remedy=Localised(de="Mindestens eine Tür eintragen.", en="Enter at least one door."),
    ),
    "not-unique": Mistake(
        message=Localised(
            de=(
                "Jede Tür braucht name, listen und public_url für sich, und jedes listen eine eigene Adresse, auch"
                " operations.listen und api.listen. Neben api heißt keine Tür api."
            ),
            en=(
                "Each door needs its own name, listen and public_url, and each listen its own address,"
                " operations.listen and api.listen too. Beside api no door is called api."
            ),
        ),
        remedy=Localised(de="Einen der Werte ändern.", en="Change one of the values."),
    ),
    "repeated-entry": Mistake(
        message=Localised(de="Ein Eintrag steht doppelt in der Liste.", en="An entry is in the list twice."),
        remedy=Localised(de="Einen der beiden entfernen.", en="Remove one of them."),
    ),
    "unknown-model": Mistake(
        message=Localised(
            de="Ein Sprachmodell dieses Namens ist weder mitgeliefert noch unter language_models beschrieben.",
            en="No language model of this name comes with Postgate or is described under language_models.",
        ),
        remedy=Localised(
            de="postgate, spacy-en oder rampart schreiben, oder das Modell unter language_models beschreiben.",
            en="Write postgate, spacy-en or rampart, or describe the model under language_models.",
        ),
    ),
    "name-of-ours": Mistake(
        message=Localised(
            de="So heißt ein Sprachmodell, das Postgate kennt.", en="A language model that Postgate knows is called so."
        ),
        remedy=Localised(de="Einen anderen Namen wählen.", en="Choose another name."),
    ),
    "factory": Mistake(
        message=Localised(
            de="Die Art python braucht factory als paket.modul:funktion; die anderen Arten haben keine.",
            en="The kind python needs factory as package.module:function; the other kinds have none.",
        ),
        remedy=Localised(
            de="Zum Beispiel factory: unser_gliner:backend, oder die Zeile streichen.",
            en="For example factory: our_gliner:backend, or remove the line.",
        ),
    ),
    "identifier": Mistake(
        message=Localised(
            de="Erwartet werden 1 bis 32 Kleinbuchstaben, Ziffern und Bindestriche, am Anfang ein Buchstabe.",
            en="Expected 1 to 32 lower-case letters, digits and hyphens, beginning with a letter.",
        ),
        remedy=Localised(de="Zum Beispiel presse-1.", en="For example press-1."),
    ),
    "database-url": Mistake(
        message=Localised(
            de="Erwartet wird eine dauerhafte Datenbank: sqlite:///DATEI oder postgresql://...",
            en="Expected a durable database: sqlite:///FILE or postgresql://...",
        ),
        remedy=Localised(
            de="Zum Beispiel sqlite:///var/postgate.db; eine Datenbank im Arbeitsspeicher verlöre die Nachweise.",
            en="For example sqlite:///var/postgate.db; a database in memory would lose the records.",
        ),
    ),
    "audit-origin": Mistake(
        message=Localised(
            de="Erwartet wird ein dauerhafter Name des Protokolls in ASCII ohne Leerzeichen und Pluszeichen.",
            en="Expected a lasting name of the log in ASCII without white space or plus sign.",
        ),
        remedy=Localised(de="Zum Beispiel bank.example/postgate.", en="For example bank.example/postgate."),
    ),
    "verifier-key": Mistake(
        message=Localised(
            de="Erwartet wird der Prüfschlüssel dieses Protokolls in einer Zeile; sein Name ist audit.origin.",
            en="Expected the verifier key of this log in one line; its name is audit.origin.",
        ),
        remedy=Localised(
            de="Auf einem Knoten mit Schlüssel ausgeben: postgate audit key --config DATEI.",
            en="Print it on a node that has the key: postgate audit key --config FILE.",
        ),
    ),
    "vault-section": Mistake(
        message=Localised(
            de="`kek: vault` und der Abschnitt `vault` gehören zusammen.",
            en="`kek: vault` and the section `vault` belong together.",
        ),
        remedy=Localised(
            de="Unter keys.vault Adresse, Schlüssel und Token-Datei nennen, oder den Abschnitt streichen.",
            en="Name address, key and token file under keys.vault, or remove the section.",
        ),
    ),
    "sink-kind": Mistake(
        message=Localised(
            de="Eine Ablage ist genau eines von file, syslog, webhook und s3.",
            en="A sink is exactly one of file, syslog, webhook and s3.",
        ),
        remedy=Localised(
            de="Für jede weitere Ablage einen eigenen Eintrag unter sinks schreiben.",
            en="Write an entry of its own under sinks for every further one.",
        ),
    ),
    "sink-name": Mistake(
        message=Localised(
            de="Zwei Ablagen heißen gleich; ohne name heißt eine Ablage wie ihre Art.",
            en="Two sinks have the same name; without name a sink is called like its kind.",
        ),
        remedy=Localised(de="Jeder einen eigenen name geben.", en="Give each a name of its own."),
    ),
    "line-receiver": Mistake(
        message=Localised(
            de="Erwartet wird tls://HOST:PORT, oder tcp://HOST:PORT auf der eigenen Maschine (Loopback).",
            en="Expected tls://HOST:PORT, or tcp://HOST:PORT on this machine (loopback).",
        ),
        remedy=Localised(
            de="Zum Beispiel tls://siem.bank.example:6514 schreiben.",
            en="Write for example tls://siem.bank.example:6514.",
        ),
    ),
    "web-address": Mistake(
        message=Localised(
            de="Erwartet wird eine Adresse aus Schema, Host, Port und Pfad in ASCII, ohne Zugangsdaten und Fragment.",
            en="Expected an address of scheme, host, port and path in ASCII, without credentials or fragment.",
        ),
        remedy=Localised(
            de="Zum Beispiel https://revision.bank.example/pruefpunkte schreiben.",
            en="Write for example https://audit.bank.example/checkpoints.",
        ),
    ),
    "host": Mistake(
        message=Localised(
            de="Erwartet wird der Name oder die Adresse eines Servers.",
            en="Expected the name or the address of a server.",
        ),
        remedy=Localised(de="Zum Beispiel mail.bank.example schreiben.", en="Write for example mail.bank.example."),
    ),
    "mail-address": Mistake(
        message=Localised(de="Erwartet wird eine E-Mail-Adresse in ASCII.", en="Expected an e-mail address in ASCII."),
        remedy=Localised(
            de="Zum Beispiel compliance@bank.example schreiben, ohne Namen davor.",
            en="Write for example compliance@bank.example, without a name in front of it.",
        ),
    ),
    "plain-mail": Mistake(
        message=Localised(
            de="Unverschlüsselt werden Mails nur auf der eigenen Maschine (Loopback) übergeben.",
            en="Mails are handed over in clear on this machine (loopback) only.",
        ),
        remedy=Localised(de="`starttls` oder `tls` wählen.", en="Choose `starttls` or `tls`."),
    ),
    "register-age": Mistake(
        message=Localised(de="Erwartet wird eine Dauer in Stunden oder Tagen.", en="Expected a time in hours or days."),
        remedy=Localised(de="Zum Beispiel 36h oder 3d.", en="For example 36h or 3d."),
    ),
    "register-key": Mistake(
        message=Localised(
            de="Erwartet wird, wo der Schlüssel des Registers liegt: file:PFAD oder env:NAME.",
            en="Expected where the key of the register lies: file:PATH or env:NAME.",
        ),
        remedy=Localised(
            de="Die Datei von `postgate register key` nennen; der Schlüssel selbst steht nie in den Einstellungen.",
            en="Name the file of `postgate register key`; the key itself never stands in the settings.",
        ),
    ),
    "register-empty": Mistake(
        message=Localised(de="Ein Register braucht mindestens eine Datei.", en="A register needs at least one file."),
        remedy=Localised(
            de="`customers` oder `restricted` nennen, oder den Abschnitt streichen.",
            en="Name `customers` or `restricted`, or remove the section.",
        ),
    ),
    "mail-server": Mistake(
        message=Localised(
            de="Wer Mails bekommt, ist eingetragen, aber kein Server, der sie annimmt.",
            en="Who gets mails is listed, but no server that takes them.",
        ),
        remedy=Localised(de="Den Abschnitt `notify.smtp` ergänzen.", en="Add the section `notify.smtp`."),
    ),
}


def repeated(values: Iterable[str]) -> tuple[int, ...]:
    """Return the places of values that stood in the list before."""
    seen: set[str] = set()
    places = []
    for index, value in enumerate(values):
        if value in seen:
            places.append(index)
        seen.add(value)
    return tuple(places)


def mistake(*, code: str, places: tuple[tuple[str | int, ...], ...] = ()) -> PydanticCustomError:
    """
    Return the validation error of a code, ready to raise.

    `places` (in the error's `ctx`) are the exact locations, relative to the error's own `loc`, when it names a whole
    section; empty when `loc` is exact.
    """
    text = MISTAKES[code]
    return PydanticCustomError(
        code,
        "{message} {remedy}",
        {"message": text.message.en, "remedy": text.remedy.en, "places": places},
    )
