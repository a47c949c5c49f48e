"""
Small words of languages that no list and no rule here knows: enough of them, and a text is in one.

The most frequent function words of each; what German or English has too stays in, and counts less.
"""

from __future__ import annotations

from typing import Final

__all__ = ["FOREIGN_WORDS"]

_WORDS: Final = {
    "french": """
        le la les des du et est une dans pour pas qui que sur avec nous vous ce cette sont plus par aux mais elle ils
        ses leur notre votre nos vos très être fait tout merci aussi je ne pas bien chez aujourd hui été nouveau
        nouvelle nouveaux quand où faire avons avez
    """,
    "italian": """
        il gli di del della dei delle che per non con uno sono è nella più anche come questo questa ci alla alle
        nostro nostra tutti grazie oggi essere stato ho abbiamo nuovo nuova quando perché dove
    """,
    "spanish": """
        el los las del que y en por para con una sus su es al lo como más pero muy esta este nuestra nuestro todos
        gracias hoy está son hay nos desde también cuando ser nuevo nueva qué dónde
    """,
    "portuguese": """
        os dos das que em uma por para com não no na é são ao mais como mas muito nosso nossa todos obrigado hoje está
        você também foi ser pelo pela quando novo nova onde
    """,
    "dutch": """
        het een en van op te voor met niet zijn er aan om ook maar naar uit worden door nog wel geen wij jij hij zij
        ons onze deze heeft hebben vandaag jullie bij nieuwe waar wordt kan je
    """,
    "polish": """
        nie się jest że po za od dla przez są ale czy tak już tylko być ten nasz nasze dziś w z na jak został przy
        który która oraz może gdzie
    """,
    "czech-slovak": """
        je že jsou jako ale by jsme jste není ten tato náš naše dnes se na pro kde při aby být jeho které který po ako
        sú pre nie má
    """,
    "turkish": """
        ve bir bu için ile çok ne gibi daha olarak değil biz siz bizim bugün kadar sonra var olan oldu nasıl nerede
        ama yeni ben
    """,
    "croatian-serbian-bosnian": """
        je da se za su od kao ali nije ili bi što smo ste ovaj naš naše danas na iz koji gdje nova svi
    """,
    "romanian": """
        și la în nu este pe un că pentru din mai sunt care sau dar noi vă acest astăzi cu prin unde fost mare
    """,
    "hungarian": """
        az és hogy nem egy van meg csak már vagy ez volt lesz ma hol mi mint után új is nagyon
    """,
    "swedish-danish-norwegian": """
        och att det som en på för med till om ett har vi han hon från kan eller vår idag är og det er på til af ikke
        jeg vi den et hvor ikke som var över mot
    """,
    "finnish": """
        ja on ei että se hän oli mutta kun niin kuin myös ovat olen tämä mitä missä ole sitä joka vain nyt
    """,
}
FOREIGN_WORDS: Final = {name: frozenset(words.split()) for name, words in _WORDS.items()}
"""Name of a language, or of some that are alike, to its words."""
