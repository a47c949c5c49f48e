"""
What the small model walks through: one post, two nodes, and what may come between.

`SCENES` are walked through with every run of the tests, `WIDE` by `make simulate`.
"""

from __future__ import annotations

from dataclasses import replace

from tests.simulation.actions import TEXTS, Behave, Look, Reap, Recall, Reconcile, Submit, Swap, Vote, Withdraw
from tests.simulation.model import Scene

_FINE, _PERSON = TEXTS[1], TEXTS[2]
_LOOKS = {"a looks": Look(), "b looks": Look(node="b")}
_ONCE = Submit(text=_FINE, key="k1", native=True)
_TWICE = {"one": _ONCE, "the same": replace(_ONCE, node="b")}
_LATER = Submit(text=_FINE, native=True, send_in=60.0, gap=61.0)
_HELD = Submit(text=_PERSON, native=True)
_RITA, _ROLF, _AUTHOR = Vote(person="a_rita", node="b"), Vote(person="a_rolf"), Vote()

SCENES: dict[str, Scene] = {
    "two equal requests": Scene(actors=_TWICE, swaps=("strict",)),
    "an attempt whose lease ends": Scene(actors={"one": _ONCE, "b reaps": Reap(node="b")}, waits=(61.0,)),
    "a late answer": Scene(
        before=(Behave(manners=("late",)),),
        actors={"one": _ONCE, "b reaps": Reap(node="b"), "b looks up": Reconcile(node="b")},
        waits=(61.0, 130.0),
        crashes=0,
    ),
    "an answer that never came": Scene(
        before=(Behave(manners=("reset, taken",)), replace(_ONCE, gap=200.0)),
        actors={"a looks up": Reconcile(), "b looks up": Reconcile(node="b"), "the same": replace(_ONCE, node="b")},
    ),
    "a review": Scene(before=(_HELD,), actors={"author": _AUTHOR, "rita": _RITA, "a looks": Look()}, swaps=("strict",)),
    "an approved post": Scene(before=(_HELD, replace(_RITA, gap=1.0)), actors=_LOOKS, swaps=("harsh",)),
    "an approved post that needs one more": Scene(
        before=(_HELD, replace(_RITA, gap=1.0)), actors={"a looks": Look(), "rolf": _ROLF}, swaps=("strict",)
    ),
    "two stages": Scene(
        before=(Swap(bundle="strict", gap=1.0), _HELD),
        actors={"author": _AUTHOR, "rita": _RITA, "rolf": _ROLF, "a looks": Look()},
        lost=0,
    ),
    "a time that has come": Scene(before=(_LATER,), actors=_LOOKS, swaps=("strict",)),
    "another time": Scene(before=(_LATER,), actors={"a looks": Look(), "author": Withdraw(node="b", send_in=600.0)}),
    "the end of its time": Scene(
        before=(_LATER,), actors={"a looks": Look(), "author": Withdraw(node="b")}, waits=(720.0,)
    ),
    "two recalls": Scene(before=(_ONCE,), actors={"a": Recall(), "b": Recall(node="b")}),
}
WIDE: dict[str, Scene] = {
    "two equal requests, reaped": Scene(actors={**_TWICE, "b reaps": Reap(node="b")}, swaps=("strict",), waits=(61.0,)),
    "a review, both look": Scene(
        before=(_HELD,), actors={"author": _AUTHOR, "rita": _RITA, **_LOOKS}, swaps=("strict",)
    ),
    "two stages, both look": Scene(
        before=(Swap(bundle="strict", gap=1.0), _HELD),
        actors={"rita": _RITA, "rolf": _ROLF, **_LOOKS},
        swaps=("harsh",),
    ),
    "another time, both look": Scene(
        before=(_LATER,), actors={**_LOOKS, "author": Withdraw(send_in=600.0)}, swaps=("strict",)
    ),
    "the end of its time, both look": Scene(
        before=(_LATER,), actors={**_LOOKS, "author": Withdraw()}, swaps=("strict",), waits=(720.0,)
    ),
    "a late answer, and a crash": replace(SCENES["a late answer"], crashes=1),
}
