from __future__ import annotations

import orjson
import pytest

from proxy.core.model import Confidence, House, Lexicon, LexiconTerm, Recognizer, Register, RuleConfidence
from proxy.detectors.loads import Load, load_row, read_load

LEXICON = Lexicon(id="l", language="de", terms=(LexiconTerm(text="Wort", forms="stem"),), exclude=("Wortlaut",))
RECOGNIZER = Recognizer(
    id="r", entity="SECRET", pattern="x", cues=("Pin",), confidence=RuleConfidence(cue=Confidence.MEDIUM)
)
HOUSE = House(terms=frozenset({"a"}), starts=frozenset({"b"}), looks=frozenset({"c"}))


@pytest.mark.parametrize("register", [None, Register(customers="/c", restricted=None, version="v")])
def test_what_is_to_be_kept_comes_over_as_it_was_given(register: Register | None) -> None:
    """Word lists, recognizers, the house's digests and the register survive the way through JSON."""
    load = Load(rules="1", lexicons=(LEXICON,), recognizers=(RECOGNIZER,), house=HOUSE, register=register)

    assert read_load(orjson.loads(orjson.dumps(load_row(load)))) == load
