from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Register
from proxy.detectors import messages
from proxy.detectors.config import LocalModel
from proxy.detectors.standard import build_fast, build_ner, line_ups
from tests.fakes.detectors import KEY, config
from tests.fakes.models import tiny_onnx
from tests.register_tables import REGISTER_KEY

if TYPE_CHECKING:
    from pathlib import Path


def test_the_fast_pool_is_always_there() -> None:
    """Without language models there is one pool with four detectors."""
    (fast,) = line_ups(config())

    assert [stage.name for stage in fast.stages] == ["surfaces", "identifiers", "lexicons", "presidio"]
    assert [stage.name for stage in fast.stages if stage.version is None] == ["lexicons"]


def test_a_house_with_a_register_has_a_detector_for_it() -> None:
    """Its key crosses to the worker with the options; a house without one has no such detector."""
    register = Register(customers="/c", version="v")
    (fast,) = line_ups(config(register=register, register_key=REGISTER_KEY))

    assert [stage.name for stage in fast.stages if stage.register] == ["register"]
    assert build_fast(fast.options)["register"]().version("v") == fast.stages[-1].version_under("rules", "v")
    assert REGISTER_KEY.hex() not in repr(fast) + repr(config(register=register, register_key=REGISTER_KEY))


def test_language_models_have_a_pool_of_their_own() -> None:
    """One detector per model, in the order of the settings, with the paths that the settings give."""
    settings = config(ner=("rampart", "spacy-en"), ner_workers=3, model_paths=(("rampart", "/models/r"),))
    _fast, ner = line_ups(settings)

    assert [stage.name for stage in ner.stages] == ["ner:rampart", "ner:spacy-en"]
    assert ner.workers == 3
    assert ner.options["path:rampart"] == "/models/r"


def test_models_of_the_house_join_the_pool_and_code_has_its_own() -> None:
    """A library that Postgate does not bring cannot slow down or break the models that it does."""
    ours = LocalModel(name="ours", kind="onnx", path="/m/ours", sha256="0" * 64, labels=(("PER", "PERSON"),))
    code = LocalModel(name="gliner", kind="python", path="/m/gliner", sha256="0" * 64, factory="house:gliner")
    unused = LocalModel(name="unused", kind="spacy", path="/m/unused", sha256="0" * 64)
    settings = config(ner=("gliner", "postgate", "ours"), local_models=(ours, code, unused))

    pools = {line_up.pool: line_up for line_up in line_ups(settings)}

    assert [stage.name for stage in pools["ner"].stages] == ["ner:postgate", "ner:ours"]
    assert [stage.name for stage in pools["ner-gliner"].stages] == ["ner:gliner"]
    assert "local:gliner" not in pools["ner"].options
    assert "local:unused" not in pools["ner"].options


def test_a_worker_builds_a_model_of_the_house_from_plain_values(tmp_path: Path) -> None:
    """What crosses to the worker is JSON; name and version come out as the parent expects."""
    model = LocalModel(
        name="ours", kind="onnx", path=str(tmp_path), sha256=tiny_onnx(tmp_path), labels=(("PER", "PERSON"),)
    )
    (_, ner) = line_ups(config(ner=("ours",), local_models=(model,)))
    order = messages.Configure(
        factory=ner.factory,
        stages=tuple(stage.name for stage in ner.stages),
        options=ner.options,
        recycle_posts=1,
        recycle_mib=1,
    )
    crossed = messages.decode_order(messages.encode_configure(order)[messages.HEADER.size :])
    assert isinstance(crossed, messages.Configure)

    built = build_ner(crossed.options)["ner:ours"]()

    (stage,) = ner.stages
    assert (built.name, built.version("r")) == (stage.name, stage.version)


def test_what_workers_build_is_what_the_parent_expects() -> None:
    """Names and versions of the fast detectors agree."""
    (fast,) = line_ups(config())
    builders = build_fast(fast.options)
    built = [builders[stage.name]() for stage in fast.stages]

    assert [detector.name for detector in built] == [stage.name for stage in fast.stages]
    assert [detector.version("rules") for detector in built] == [stage.version_under("rules") for stage in fast.stages]


def test_a_model_at_another_path_must_be_the_same(tmp_path: Path) -> None:
    """The builder of a model whose files are not there raises; its detector is missing then."""
    builders = build_ner(
        {"key": KEY, "path:rampart": str(tmp_path), "path:spacy-en": str(tmp_path), "path:postgate": str(tmp_path)}
    )

    for name in ("ner:rampart", "ner:spacy-en", "ner:postgate"):
        with pytest.raises(Exception, match=r"model|cfg|onnx|SHA256SUMS"):
            builders[name]()


def test_a_factory_without_a_key_builds_nothing() -> None:
    """Fingerprints without a key could be computed by anybody."""
    with pytest.raises((KeyError, TypeError)):
        build_fast({"key": "text"})
