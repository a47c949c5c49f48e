from __future__ import annotations

from proxy.detectors.ner_versions import rampart_version, spacy_en_version


def test_backends_have_versions_of_their_own() -> None:
    """Two models never share a version."""
    assert spacy_en_version() != rampart_version()
    assert spacy_en_version() == spacy_en_version()
