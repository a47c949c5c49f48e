"""
What the model is trained on, and what chooses the best moment of the training.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import DocBin
from spacy.util import filter_spans

from training import corpora
from training.examples import Example, Mark
from training.names import Names
from training.posts import Posts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GERMAN_POSTS = 11_000
ENGLISH_POSTS = 4_000
EMOJI = ("😂", "🙈", "👍", "😡", "🥳", "🤔")


def training(data: Path, seed: int) -> list[Example]:
    """Return the training examples in random order."""
    random = Random(seed)
    germeval = corpora.germeval(data, "train")
    english = corpora.english(data)
    examples = [
        *germeval,
        *swapped(germeval, random),
        *corpora.smartdata(data),
        *corpora.mobie(data),
        *Posts(random, "de").write(GERMAN_POSTS),
        *roughened(random.sample(germeval, min(4_000, len(germeval))), random),
        *english,
        *swapped(english, random, english=True),
        *Posts(random, "en").write(ENGLISH_POSTS),
    ]
    random.shuffle(examples)
    return examples


def development(data: Path, seed: int) -> list[Example]:
    """Return the examples that choose the best step: GermEval's, a part of them in lower case, and posts."""
    random = Random(seed + 1)
    germeval = corpora.germeval(data, "dev")
    lowered = [example.recased(example.text.lower()) for example in germeval[::4]]
    return [*germeval, *lowered, *Posts(random, "de").write(500), *Posts(random, "en").write(250)]


def swapped(examples: Iterable[Example], random: Random, *, english: bool = False) -> list[Example]:
    """Return copies of the examples about people, with other people in them."""
    names = Names(random, english=english)
    return [_swap(example, names, random) for example in examples if any(mark.label == "PER" for mark in example.marks)]


def _swap(example: Example, names: Names, random: Random) -> Example:
    text, marks, last = "", [], 0
    for mark in example.marks:
        text += example.text[last : mark.start]
        old = example.text[mark.start : mark.end]
        new = _other(old, names, random) if mark.label == "PER" else old
        marks.append(Mark(len(text), len(text) + len(new), mark.label))
        text += new
        last = mark.end
    return Example(text=text + example.text[last:], marks=tuple(marks))


def _other(old: str, names: Names, random: Random) -> str:
    draw = names.full if " " in old else names.last if random.random() < 0.6 else names.first
    new = draw()
    possessive = old[-1] in "s’" and random.random() < 0.5 and new[-1] not in "sßxz."
    return new + "s" if possessive else new


def roughened(examples: Iterable[Example], random: Random) -> list[Example]:
    """Return copies as people post them: addressed to accounts, shouted, with emoji glued to the last word."""
    names = Names(random)
    rough = []
    for example in examples:
        shouted = example.recased(example.text.upper()) if random.random() < 0.25 else example
        draw = random.random()
        if draw < 0.18:
            handles = " ".join(names.handle() for _ in range(random.randint(1, 3)))
            shouted = shouted.prefixed(handles + random.choice((" ", " ", ", ", ": ")))
        elif draw < 0.24:
            shouted = Example(text=shouted.text + random.choice(EMOJI), marks=shouted.marks)
        rough.append(shouted)
    return rough


def write(examples: Iterable[Example], path: Path) -> tuple[int, int]:
    """Write the examples as spaCy reads them; return how many documents and tokens they are."""
    pipeline = spacy.blank("de")
    store = DocBin(attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE"])
    documents = tokens = 0
    for example in examples:
        document = pipeline.make_doc(example.text)
        spans = (
            document.char_span(mark.start, mark.end, label=mark.label, alignment_mode="expand")
            for mark in example.marks
        )
        document.set_ents(filter_spans([span for span in spans if span is not None]))
        store.add(document)
        documents += 1
        tokens += len(document)
    store.to_disk(path)
    return documents, tokens
