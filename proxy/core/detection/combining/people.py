"""
Who is spoken of: people, companies, initials, and which of them the text itself shows to be staff or public.

Excuses come from the author's own plain words next to the name, never from findings: a finding added never excuses.
Somebody in a public role is excused from weak evidence only; that a mayor is a customer is a secret too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import STAGE
from proxy.core.detection.spellings import company_name
from proxy.core.model import Confidence, Span, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proxy.core.detection.combining.scene import Scene


class Standing(StrEnum):
    """What the words next to a name say about it."""

    PRIVATE = "private"
    PUBLIC = "public"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A place in the post that names somebody."""

    part: int
    span: Span
    sentence: int
    full: bool
    """A full name, or a title and a name; not a first name, a nickname or initials alone."""
    company: bool
    standing: Standing
    confidence: Confidence
    view: View
    transforms: tuple[str, ...]
    fingerprint: str | None


_STAFF = (
    r"kolleg\w*|azubis?|auszubildende\w*|praktikant\w*|trainee|werkstudent\w*|recruiter\w*|\w*sprecher(?:in)?|"
    r"vorst[aä]nd\w*|\w*volkswirt\w*|filialleiter\w*|teamleiter\w*|abteilungsleiter\w*|leiter(?:in)?(?: \w+)?|"
    r"ausbilder\w*|berater(?:in)?|personalchef\w*|aufsichtsr\w*|doorman|colleagues?|teammates?|interns?|apprentices?|"
    r"ceo|cfo|coo|cto|head of \w+|chief \w+(?: officer)?|spokes\w+|initiator\w*|mentor\w*|(?:mein|unser|my|our)e? "
    r"(?:chef(?:in)?|boss|team)|azubine|"
    r"(?:meine?[rnms]?|my) (?:tochter|sohn|kind|mutter|vater|mann|frau|oma|opa|schwester|bruder|nichte|neffe|"
    r"freundin|freund|"
    r"daughter|son|wife|husband|mother|father|mum|mom|dad|sister|brother|grandma|friend)|service-?team\w*|"
    r"betriebsrat\w*|vertriebler\w*|unser(?:e|er|em|en)? neue\w*"
)
_PUBLIC = (
    r"\w*minister(?:in)?|\w*pr[aä]sident(?:in)?|\w*kanzler(?:in)?|\w*b[uü]rgermeister(?:in)?|\w*vorsitzende[rn]?|"
    r"st[uü]rmer(?:in)?|torwart|torh[uü]ter(?:in)?|kapit[aä]n(?:in)?|\w*trainer(?:in)?|coach|\w*profi|"
    r"\w*spieler(?:in)?|"
    r"s[aä]nger(?:in)?|\w*autor(?:in)?|schriftsteller(?:in)?|\w*journalist(?:in)?|\w*kolumnist(?:in)?|"
    r"\w*podcaster(?:in)?|"
    r"\w*moderator(?:in)?|wehrf[uü]hrer(?:in)?|\w*redner(?:in)?|referent(?:in)?|\w*lehrer(?:in)?|\w*forscher(?:in)?|"
    r"\w*wissenschaftler(?:in)?|regisseur(?:in)?|schauspieler(?:in)?|k[uü]nstler(?:in)?|bestatter(?:in)?|"
    r"notar(?:in)?|"
    r"dirigent(?:in)?|\w*scientist|professors?|prof|senator|president|chancellor|mayor|actor|actress|singer|striker|"
    r"goalkeeper|author|novelist|poet|economist|\w*ökonom(?:in)?|host|\w*chef(?:in)?|\w*direktor(?:in)?|"
    r"\w*meister(?:in)?|"
    r"sportler(?:in)?|"
    r"keeper|sturm|sturmtief|orkan|storm|hurricane|gast|gäste|preisträger(?:in)?|gewinner(?:in)?|band um|team um|"
    r"verbraucherzentrale|papst|pope|king|"
    r"queen|saint"
)
_TITLES = r"(?:\b(?:frau|herrn?|fr|hr|dr|prof|med|mrs?|ms|sir|liebe[rn]?|dear|the|der|die|dem|den)\b\.?|\s)*"
_BEFORE_STAFF = re.compile(rf"(?:^|[^\w])(?:{_STAFF})[ ,:]*{_TITLES}$")
_BEFORE_PUBLIC = re.compile(rf"(?:^|[^\w])(?:{_PUBLIC})[ ,:]*{_TITLES}$")
_AFTER_STAFF = re.compile(
    rf"^\s*[(,–-]\s*(?:(?:unser|our|my|mein|der|die|the)\w{{0,2}} )?(?:neue\w* )?(?:{_STAFF})\b"
    r"|^\s+(?:aus|von|in) (?:der|dem|unserer|unserem)\s*(?:it\b|poststelle|marktfolge|revision|hausverwaltung|"
    r"controlling|"
    r"buchhaltung|personal\w*|kantine|rechtsabteilung|\w+abteilung|\w*team|presse\w*|filiale|küche|zentrale)"
    r"|^\s+from (?:it\b|accounting|hr\b|legal|compliance|marketing|the apprentices|the team|our \w+ team|treasury|"
    r"risk|sales)"
    r"|^,? (?:ist )?neu (?:in|im|bei)\b|^,? (?:our new|joins|joined|is joining) "
    r"|^[^.!?]{0,25} (?:stellt sich vor|joins (?:us|our)|verstärkt unser|übernimmt ab|ist neu im team)",
)
_AFTER_PUBLIC = re.compile(
    rf"^\s*[(,–-]\s*(?:(?:der|die|the|ein|eine|a)\w{{0,2}} )?(?:{_PUBLIC})\b"
    r"|^\s*(?:\([^)]{0,40}\)\s*)?,?\s*(?:\w+\s){0,2}?(?:erklärt|sagt|sagte|spricht|sprach|kommentiert|fordert|"
    r"schreibt|"
    r"schrieb|liest|las|trifft|moderiert|diskutiert|übernimmt|fasst|verrät|zeigt|berichtet|warnt|betont|im interview|"
    r"im podcast|im gespräch|zur|über|im studio|in einer talkshow|at the|says|said|explains|writes|wrote|speaks|"
    r"spoke|"
    r"handed over|argues|warns|on stage|nahm|gewann|gewinnt|wechselt für|starb|verdiente|hat im|cost)\b"
    r"|^\s*[:,]?\s*[„“\"»]",
)
_QUOTED = re.compile(
    r"[“”\"»«]\s*[–—-]\s*$|[.!?…,][“”\"»«]\s*$|[“”\"»«][^\w]{0,4}(?:sagt|sagte|schrieb|schreibt|meinte|so|says|"
    r"said)\W(?:\w+ ){0,3}$"
)
_THANKED = re.compile(
    r"(?<!\w)(?:danke|dank|glückwunsch|gratulation|lob|grüße|gratulieren|welcome|thanks to|kudos to|shout-out to)"
    r"(?: (?:an|von|vom|aus|der|die|den|unsere?n?|to))*\W+(?:[\w-]+ )?$"
)
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_NO_NAME = re.compile(
    r"(?:long |post-?)?covid\W?|[\w-]+(?:hilfe|vorsorge|forschung|impfung|beratung|screening)", re.IGNORECASE
)
"""What models take for names beside an illness; nobody is called so, as `Krebs` and `Parkinson` are."""
_STORMS = ("storm ", "sturm ", "orkan ", "hurricane ", "tief ")
_CAMEL = re.compile(r"#?[A-ZÄÖÜ][a-zäöüß]+[A-ZÄÖÜ][a-zäöüß]+")
_TITLED = re.compile(
    r"(?:\b(?:frau|herrn?|fr|hr|hrn|dr|prof|familie|fam|eheleute|ehepaar|mr|mrs|ms|sir|lady|pater|freiherr|graf|"
    r"magister|mag)\b\.?\s*)+(?:(?:von|van|zu|de|von der) )?$"
)
_COMPANY = re.compile(
    r"(?<![\w&.'’-])(?:[A-ZÄÖÜ][\w&.'’-]*[ ]){1,4}(?:g?GmbH(?: & Co\. KG)?|AG|SE|KG|OHG|GbR|e\.[ ]?K\.|eG|UG|Ltd|"
    r"LLP|LLC|Inc|PLC|plc|AB|BV)(?![\w])"
    r"|(?<!\w)(?:Brauerei|Bäckerei|Metzgerei|Fleischerei|Konditorei|Fitnessstudio|Möbelhaus|Autohaus|Hotel|"
    r"Pension|Gasthof|"
    r"Gasthaus|Reederei|Kanzlei|Praxis|Spedition|Druckerei|Tischlerei|Schreinerei|Töpferei|Pflegedienst|Werft|"
    r"Apotheke|"
    r"Restaurant|Café|Blumenladen|Weingut|Kiosk|Buchhandlung|Werkstatt|Gärtnerei|Molkerei|Mühle|Fahrschule|"
    r"Zahnarztpraxis|"
    r"Friseursalon|Salon|Pizzeria|Eisdiele|Baumarkt|Juwelier|Brennerei|Kita|Verein|Stiftung|Sägewerk|Ziegelei|"
    r"Familie|Eheleute|Ehepaar)[ ]„?[A-ZÄÖÜ][\w-]+",
)
_FINANCE = re.compile(
    r"bank|sparkasse|versicherung|assekuranz|insurance|verbraucher|deutsche|bahn|ministerium", re.IGNORECASE
)
_INITIALS = re.compile(
    r"(?<!\w)(?:[A-ZÄÖÜ][a-zäöüß]{2,} [A-ZÄÖÜ]\.(?!\w)|[A-ZÄÖÜ]\. ?[A-ZÄÖÜ]\.(?! ?[A-ZÄÖÜ]?[a-zäöüß]+ (?:GmbH|AG)))"
)
_NICKNAME = re.compile(
    r"(?<!\w)(?i:oma|opa|omi|opi|tante|onkel|gevatter|auntie|uncle|grandma|granny|old) (?!(?:und|and|sagt|hat|ist|"
    r"beim|aus|von|der|die|das|age|man|friend)\b)[^\W\d_]{3,}"
    r"|(?<!\w)(?:der|die|da|den|dem) [a-zäöüß]{4,}(?: [a-zäöüß]+)? (?:vom|von der) [A-ZÄÖÜ][\w-]+",
)

_HIDDEN = re.compile(
    r"(?<!\w)[^\W\d_](?:[ .*_-]{1,2}[^\W\d_]){4,}(?!\w)|[\u202a-\u202e\u2066-\u2069]+[^\W\d_]+"
    r"|(?<!\w)(?i:rückwärts|backwards|base64|rot13)(?!\w)",
)
"""Letters set apart, turned round, or the word for another disguise: whoever hides a name has one to hide."""


def people(scene: Scene, named: Callable[[str], str] | None = None) -> tuple[Someone, ...]:
    """Return everybody a post names, in order; `named` gives the fingerprints of companies that no finder saw."""
    everybody = (*_patterns(scene, named), *_found(scene))
    found = {(one.part, one.span.start, one.span.end): one for one in everybody}
    return tuple(found[place] for place in sorted(found))


def company_of_finance(text: str) -> bool:
    """Return whether a name is that of a bank, an insurer or an authority, which are no customers as a rule."""
    return _FINANCE.search(text) is not None


def _found(scene: Scene) -> Iterator[Someone]:
    for finding in scene.findings:
        if finding.entity not in {"PERSON", "ORGANIZATION", "CUSTOMER_RECORD"}:
            continue
        sentence = scene.number(finding.part, finding.span.start)
        if sentence is None:
            continue
        text = scene.texts[finding.part][finding.span.start : finding.span.end]
        if not (words := _NAME_WORD.findall(text)) or text.lower().startswith(_STORMS) or _NO_NAME.fullmatch(text):
            continue
        company = finding.entity == "ORGANIZATION"
        if company and (finding.confidence is Confidence.LOW or _FINANCE.search(text)):
            continue
        before = _before(scene, finding.part, finding.span.start, sentence)
        titled = _TITLED.search(before) is not None
        yield Someone(
            part=finding.part,
            span=finding.span,
            sentence=sentence,
            full=titled or len(words) > 1 or _CAMEL.fullmatch(text) is not None,
            company=company,
            standing=_standing(scene, finding.part, finding.span, sentence),
            confidence=finding.confidence,
            view=finding.view,
            transforms=finding.transforms,
            fingerprint=finding.fingerprint,
        )


def _patterns(scene: Scene, named: Callable[[str], str] | None) -> Iterator[Someone]:
    for sentence in scene.sentences:
        for pattern, company in ((_COMPANY, True), (_INITIALS, False), (_NICKNAME, False), (_HIDDEN, False)):
            for match in pattern.finditer(sentence.text):
                if company and _FINANCE.search(match.group()):
                    continue
                start = sentence.span.start + match.start()
                span = Span(start=start, end=start + len(match.group()))
                yield Someone(
                    part=sentence.part,
                    span=span,
                    sentence=sentence.number,
                    full=False,
                    company=company,
                    standing=_standing(scene, sentence.part, span, sentence.number),
                    confidence=Confidence.LOW,
                    view=View.PLAIN,
                    transforms=(),
                    fingerprint=named(company_name(match.group())) if company and named is not None else None,
                )


def _before(scene: Scene, part: int, start: int, number: int) -> str:
    begin = max(scene.sentences[number].span.start, start - 60)
    return scene.texts[part][begin:start].lower()


def _standing(scene: Scene, part: int, span: Span, number: int) -> Standing:
    sentence = scene.sentences[number]
    before = _before(scene, part, span.start, number)
    after = scene.texts[part][span.end : min(span.end + 80, max(sentence.span.end, span.end))].lower()
    if _BEFORE_STAFF.search(before) or _AFTER_STAFF.search(after):
        return Standing.STAFF
    head, _, rest = scene.texts[part][span.start : span.end].lower().partition(" ")
    if rest and _BEFORE_STAFF.search(before + head):
        return Standing.STAFF
    back = scene.texts[part][max(span.start - 30, 0) : span.start].lower()
    if (
        _BEFORE_PUBLIC.search(before)
        or _AFTER_PUBLIC.search(after)
        or _QUOTED.search(back)
        or _THANKED.search(before)
        or (rest and _BEFORE_PUBLIC.search(before + head))
        or STAGE in sentence.signals
    ):
        return Standing.PUBLIC
    return Standing.PRIVATE
