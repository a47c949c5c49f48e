"""
What the author's plain words in a sentence say around its findings, each looked for once per sentence.

Cues that excuse are read from the text as it stands, never from findings and never from disguised words.
"""

from __future__ import annotations

import re
from typing import Final

OURS: Final = "cue:ours"
"""The author speaks of himself or of the house."""
GENERIC: Final = "cue:generic"
"""It explains, asks or jokes in general."""
STAGE: Final = "cue:stage"
"""It tells of a stage, a donation, a book, a report or another century: who is named there is no customer by that."""
MARKED: Final = "cue:marked"
"""A mark by which a town knows somebody."""
PLACED: Final = "cue:placed"
"""A word that places and names follow."""
KNOWN: Final = "cue:known"
"""It says that it is public already."""
PRONOUN: Final = "cue:pronoun"
"""It speaks of somebody named before."""
ISSUER: Final = "cue:issuer"
"""A company whose shares are traded."""
MONEY: Final = "MONEY"

_MONEY = re.compile(
    r"[€$£]\s?[0-9]|\b(?:chf|eur|usd|gbp|euro) [0-9]"
    r"|[0-9](?:k|m|mio)?\s?(?:[€$£]|(?:euros?|eur|chf|franken|francs|pounds?|dollars?|tacken|mille)\b)"
    r"|[0-9][.,][0-9]{3} (?:in )?(?:bar|cash)\b|\b(?:fünf|sechs|sieben|acht)stellig|\b(?:five|six|seven|eight)-figure"
    r"|\b(?:halbe|viertel|ganze) million\b|\b[a-zäöü]*(?:hundert|zehn|zwanzig|dreißig|vierzig|fünfzig|sechzig|"
    r"siebzig|achtzig|"
    r"neunzig)tausend\b(?! (?:schritte|menschen|leute|besucher|follower|mal))|[0-9]\s?(?:riesen|mille|quid|grand)\b"
    r"|[0-9]\s?(?:k|mio|mrd|tsd)\b|[0-9]\s?(?:millionen|million|tausend|thousand|grand)\b"
    r"|(?:thousand|million|millionen|tausend|hundert)\s(?:pounds|euros?|dollars|francs|franken|miesen)"
)
_MAY_BE_MONEY = re.compile(r"[0-9]|tausend|stellig|-figure|million|thousand|hundert")
"""What every amount has; most sentences have none of it, and looking for amounts costs more than for all else."""
_OURS = re.compile(
    r"(?<!\w)(?:wir|uns|unser\w{0,2}|ich|hab|mir|mich|mein\w{0,2}|we|us|our|my|me|mine|i|i've|we've|i'm|we're)(?!\w)"
)
_GENERIC = re.compile(
    r"(?<!\w)(?:was zahlt|wie viel \w+ ist|wie funktioniert|warum|wer eine|wer einen|wussten sie|wusstet ihr|"
    r"beispielrechnung|faustregel|checkliste|webinar|leitfaden|ratgeber|tipp|umfrage|how much|how likely|"
    r"rule of thumb|"
    r"our guide|explainer|in general|what does|erfunden\w*|fiktiv\w*|krimi|roman|statistik|laut studie)(?!\w)"
)
_STAGE = re.compile(
    r"(?<!\w)(?:team,|im team|to the team|panel|vortrag|festredner\w*|buchtipp|lesetipp|podcast|\w*spende\w*|"
    r"scheck\w*|cheque|"
    r"fiktiv\w*|erfunden\w*|beispielrechnung|\w*mustermann|laut|marathon|roman|krimi|as reported|according to|"
    r"talk by|"
    r"reading tip|playlist|erklärvideo|planspiel|historisch|pressemitteilung|press release|amtsgericht|retired|"
    r"\w*sponsor|"
    r"notorisch|1[0-8][0-9]{2}|19[0-9]{2}|nobel\w*|geboren|ruhestand|retirement|talkshow|konzert|"
    r"song|songs|album|kino|oscar|urban myth|sagte einmal|once said|stadium|museum|jubiläum|festival|verpflichtet|"
    r"elternabend)(?!\w)"
)
_MARKED = re.compile(
    r"(?<!\w)(?:einzige\w*|örtlich\w*|hiesig\w*|ehemalig\w*|erste weibliche\w*|unser\w{0,2} kiez|im ort|im dorf|"
    r"jeder kennt|"
    r"jeder weiß|alle kennen|ihr kennt|ihr wisst|zwillings\w*|drei häuser|von nebenan|um die ecke|bekannte\w*|"
    r"berühmte\w*|"
    r"prominente\w*|wahlkreis|nur eine[n]?|the only|famous|well-known|(?:everybody|everyone) knows|in town|"
    r"in our village|"
    r"mit (?:dem|der|den|seinem|ihrem) \w+(?:en|er) \w+|with the \w+ \w+|next door|around the corner|"
    r"down the road|whose|followern?|followers|\w*verein\w?|\w*lig(?:a|ist|isten)|"
    r"an der stimme)"
)
_PLACED = re.compile(r"(?<!\w)(?:aus|von|vom|in|im|of|from|near) ")
_KNOWN = re.compile(
    r"öffentlich:|seit heute|laut mitteilung|pressemitteilung (?:von|findet|ist)|ist online|seit \w+ \w+ online|"
    r"wurde veröffentlicht|veröffentlichte|veröffentlicht\.|as reported|press release|laut medien|ist es offiziell|"
    r"was ist eigentlich|erklären wir|explained|buchtipp|reading tip|gehören nicht|erinnerung"
)
_PRONOUN = re.compile(
    r"(?<!\w)(?:er|sie|ihm|ihn|ihr\w{0,2}|sein\w{0,2}|ihnen|he|she|him|his|her|hers|they|them|their)(?!\w)"
)
_ISSUER = re.compile(
    r"(?<![\w&.-])[A-ZÄÖÜ][\w&.-]+ (?:AG|SE|SA|plc|PLC|NV|KGaA|Inc)(?!\w)|(?<![\w-])[a-zäöü][\w-]+ (?:ag|"
    r"se)(?=[.,;: ])"
)
_CUES = (
    (PRONOUN, _PRONOUN),
    (OURS, _OURS),
    (GENERIC, _GENERIC),
    (STAGE, _STAGE),
    (MARKED, _MARKED),
    (PLACED, _PLACED),
    (KNOWN, _KNOWN),
)


def cues_in(text: str) -> frozenset[str]:
    """Return the cues of a sentence."""
    folded = text.lower().replace("\u2019", "'")
    found = {name for name, pattern in _CUES if pattern.search(folded)}
    if _MAY_BE_MONEY.search(folded) and _MONEY.search(folded):
        found.add(MONEY)
    if _ISSUER.search(text):
        found.add(ISSUER)
    return frozenset(found)
