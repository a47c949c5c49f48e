"""A directory becomes a bundle, or a list of all mistakes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.errors import ConfigurationError
from proxy.core.model import Verdict
from proxy.loading.policies import Sources, load, load_bundle, without_expired
from tests.policy_files import KEY, policy_text, write_policies

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.core.policy.bundle import PolicyBundle

TODAY = date(2026, 11, 23)
DONATION = fingerprint(KEY, "IBAN_CODE", "DE84999999990000123450")


def _bundle(sources: Sources) -> PolicyBundle:
    return load_bundle(
        sources.directory,
        organisation=sources.organisation,
        lexicons=sources.lexicons,
        fingerprint_key=sources.fingerprint_key,
        on_incomplete=sources.on_incomplete,
        today=TODAY,
    )


def _codes(sources: Sources, today: date = TODAY) -> list[str]:
    return [problem.code for problem in load(sources, today).problems]


def test_all_packs_of_a_directory_are_loaded(tmp_path: Path) -> None:
    """Folders below it too; the profile beside them is no policy."""
    bundle = _bundle(write_policies(tmp_path, bank__data=policy_text("bank"), insurer__data=policy_text("insurer")))

    assert [policy.id for policy in bundle.policies] == ["bank", "insurer"]
    assert bundle.allow_lists["donation-accounts"] == {DONATION}
    assert (bundle.default, bundle.on_incomplete) == (Verdict.ALLOW, Verdict.HOLD)


def test_what_the_house_says_of_itself_is_in_the_bundle(tmp_path: Path) -> None:
    """Formats and domains as recognizers, terms as digests; other terms are other rules, and nothing shows them."""
    sources = write_policies(tmp_path, bank=policy_text("bank"))
    assert sources.organisation is not None
    bundles = []
    for term in ("Polarfuchs", "Eisbär"):
        sources.organisation.write_text(
            f"schema: 1\nconfidential_terms: [{term}]\ninternal_domains: [intra.bank.example]\n"
            'identifier_formats: [{entity: CLAIM_NUMBER, mask: "S-######"}]\n',
            encoding="utf-8",
        )
        loaded = load(sources, TODAY)
        assert loaded.bundle is not None
        assert loaded.organisation.terms == ()
        assert term not in repr(loaded)
        bundles.append(loaded.bundle)

    assert [one.entity for one in bundles[0].recognizers] == ["CLAIM_NUMBER", "CLAIM_NUMBER", "INTERNAL_URL"]
    assert bundles[0].house.terms == {fingerprint(KEY, "CONFIDENTIAL_TERM", "polarfuchs")}
    assert bundles[0].rules_digest != bundles[1].rules_digest


def test_all_word_lists_are_in_the_bundle(tmp_path: Path) -> None:
    """Findings are combined with them whatever rules name; those written in rules stand under the rule's name."""
    words = policy_text().replace(
        "finding: {type: IBAN_CODE}",
        "any: [{words: {list: customer-relation}}, {words: {terms: [Polarfuchs]}}]",
    )

    bundle = _bundle(write_policies(tmp_path, words=words))

    names = [lexicon.id for lexicon in bundle.lexicons]
    assert names == sorted(names)
    assert {"customer-relation", "sample/iban#2"} <= set(names)


def test_the_strictest_default_of_enforced_policies_counts(tmp_path: Path) -> None:
    """A policy in monitor mode cannot stop posts with it."""
    sources = write_policies(
        tmp_path,
        a=policy_text("a"),
        b=policy_text("b", default="hold"),
        c=policy_text("c", mode="monitor", default="block"),
    )

    assert _bundle(sources).default is Verdict.HOLD


def test_all_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    """One run is enough to mend everything; warnings do not count as mistakes."""
    sources = write_policies(
        tmp_path,
        a=policy_text("a").replace("action: block", "action: stop"),
        b=policy_text("b").replace("owner: compliance\n", ""),
        organisation="x",
    )
    (sources.directory / "organisation.yaml").write_text(
        "schema: 1\nsamples: [x]\ndonation_accounts: [{iban: DE84 9999 9999 0000 1234 50}]\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigurationError) as caught:
        _bundle(sources)

    assert [(problem.file, problem.code) for problem in caught.value.problems] == [
        ("organisation.yaml", "bad-sample"),
        ("a.yaml", "bad-choice"),
        ("b.yaml", "missing-key"),
    ]


def test_nothing_is_loaded_without_policies(tmp_path: Path) -> None:
    """An empty directory is a mistake, a missing one too."""
    sources = write_policies(tmp_path)
    (sources.directory / "sample.yaml").unlink()

    assert _codes(sources) == ["no-policies"]
    assert _codes(replace(sources, directory=tmp_path / "none")) == ["unreadable"]


def test_a_policy_of_a_known_name_is_a_mistake(tmp_path: Path) -> None:
    """The first file is named."""
    sources = write_policies(tmp_path, a=policy_text("same"), b=policy_text("same"))

    (problem,) = load(sources, TODAY).problems

    assert (problem.code, problem.file) == ("duplicate-policy", "b.yaml")
    assert "a.yaml" in problem.message.en


def test_policies_that_are_all_monitored_give_a_warning(tmp_path: Path) -> None:
    """Every post would be held."""
    sources = write_policies(tmp_path, a=policy_text(mode="monitor"))

    assert _codes(sources) == ["nothing-enforced"]
    assert load(sources, TODAY).bundle is not None


def test_a_profile_is_optional_and_must_be_readable(tmp_path: Path) -> None:
    """Without one, all lists but the published samples are empty."""
    sources = write_policies(tmp_path)

    bundle = _bundle(replace(sources, organisation=None))
    assert {name for name, values in bundle.allow_lists.items() if values} == {"samples"}
    assert _codes(replace(sources, organisation=tmp_path / "none.yaml")) == ["unreadable"]


def test_an_expired_entry_is_a_mistake(tmp_path: Path) -> None:
    """The gate does not start with it."""
    assert _codes(write_policies(tmp_path), date(2027, 1, 1)) == ["expired-entry"]


def test_an_entry_that_expires_later_is_taken_out(tmp_path: Path) -> None:
    """The bundle and its digests change, and nothing else."""
    sources = write_policies(tmp_path)
    loaded = load(sources, TODAY)
    assert loaded.bundle is not None

    same = without_expired(loaded.bundle, loaded.organisation, KEY, date(2026, 12, 31))
    later = without_expired(loaded.bundle, loaded.organisation, KEY, date(2027, 1, 1))

    assert same is loaded.bundle
    assert later.allow_lists["donation-accounts"] == frozenset()
    assert later.digest != loaded.bundle.digest
    assert later.organisation_digest != loaded.bundle.organisation_digest
    assert later.policies == loaded.bundle.policies


def test_digests_are_stable_and_cover_everything(tmp_path: Path) -> None:
    """The bundle's digest changes with every part of it; names of files, comments and tests do not count."""
    base = _bundle(write_policies(tmp_path / "base"))
    tidy = _bundle(
        write_policies(tmp_path / "tidy", other="# tidy\n" + policy_text().replace("Schönes", "Ein schönes"))
    )
    changed = _bundle(write_policies(tmp_path / "changed", sample=policy_text().replace("Keine", "Bitte keine")))
    block = _bundle(replace(write_policies(tmp_path / "block"), on_incomplete=Verdict.BLOCK))
    bare = _bundle(replace(write_policies(tmp_path / "bare"), organisation=None))

    assert tidy.digest == base.digest
    assert len({base.digest, changed.digest, block.digest, bare.digest}) == 4
    assert {len(base.digest), len(base.rules_digest), len(base.organisation_digest)} == {64}
    assert bare.organisation_digest != base.organisation_digest
    assert bare.rules_digest == base.rules_digest


def test_the_key_is_not_shown(tmp_path: Path) -> None:
    """Neither are the values of the profile."""
    sources = write_policies(tmp_path)

    assert "invented" not in repr(sources)
    assert "9999" not in repr(load(sources, TODAY))


@pytest.mark.req("FEAT-27")
def test_samples_are_drawn_with_a_key_of_their_own(tmp_path: Path) -> None:
    """It follows from the installation's key, is not that key, and is not in the digest; the share of a rule is."""
    rolled = policy_text().replace("    action:", "    rollout: 10%\n    action:")
    sources = write_policies(tmp_path, sample=rolled)
    first, again = _bundle(sources), _bundle(sources)
    other = _bundle(replace(sources, fingerprint_key=b"another invented key"))
    (sources.directory / "sample.yaml").write_text(rolled.replace("10%", "20%"), encoding="utf-8")

    assert first.rollout_key is not None
    assert first.rollout_key == again.rollout_key != other.rollout_key
    assert first.rollout_key not in KEY
    assert (first.digest == other.digest, first.digest == _bundle(sources).digest) == (True, False)
    assert [rule.rollout for rule in first.policies[0].rules] == [100]
