"""From a draft to a decided case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.errors import NotFound
from proxy.core.model import Part, PartKind, Phase, Verdict
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.gate.examine import NOT_CLEAN, compose, examine, redacted
from proxy.gate.wire import Draft, Endpoint, EndpointClass, Upload, UploadPlace
from tests.factories import make_draft, make_grant, make_post
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner
from tests.policies import make_bundle, make_policy, make_rule

UPLOAD = Endpoint(name="media.create", cls=EndpointClass.MEDIA)
REDACTING = make_bundle(make_policy(make_rule(action=RedactSpec())))


async def _image(house: GateHouse, alt: str) -> str:
    """Put an image with texts into the spool and return its id."""
    parts = (
        Part(kind=PartKind.ALT_TEXT, slot="description", text=alt),
        Part(kind=PartKind.FILE_NAME, slot="file_name", text=f"{alt}.png"),
    )
    draft = replace(make_draft(), parts=parts, uploads=(Upload(slot="file", mime="image/png", data=b"bytes"),))
    await house.media.take(UPLOAD, draft, make_grant(), house.platform)
    return list(house.log.tables.media)[-1]


async def test_the_texts_of_images_are_parts_of_the_post() -> None:
    """Alt text and file name of every image are scanned with the post, each under its place."""
    house = GateHouse()
    first, second = await _image(house, "Filiale"), await _image(house, "Markt")
    post, media = await compose(house.ports, make_draft("Hallo", media=(second, first)), make_grant())

    assert [(part.slot, part.text) for part in post.parts] == [
        ("status", "Hallo"),
        ("media.0.description", "Markt"),
        ("media.0.file_name", "Markt.png"),
        ("media.1.description", "Filiale"),
        ("media.1.file_name", "Filiale.png"),
    ]
    assert (post.media, [item.id for item in media]) == ((second, first), [second, first])


async def test_a_leak_in_an_alt_text_stops_the_post() -> None:
    """Policies may have changed since the upload: the image's texts are decided again with the post."""
    house = GateHouse(scanner=ScriptedScanner())
    image = await _image(house, "Auszug mit IBAN")
    house.scanner.words["IBAN"] = "IBAN_CODE"
    await house.submit_draft(make_draft("Hallo", media=(image,)))

    assert (house.sent, house.states) == ([], ["blocked"])


async def test_an_image_of_another_account_does_not_exist() -> None:
    """Neither another person nor another account of the same person sees it."""
    house = GateHouse()
    image = await _image(house, "Filiale")
    for stranger in (make_grant(ref="a_andere"), make_grant(account="mastodon:andere")):
        with pytest.raises(NotFound):
            await compose(house.ports, make_draft(media=(image,)), stranger)


async def test_the_order_of_options_does_not_make_another_post() -> None:
    """Two equal posts have equal canonical bytes, whatever the order in the request."""
    house, options = GateHouse(), (("visibility", "public"), ("sensitive", False))
    one, _ = await compose(house.ports, replace(make_draft(), options=options), make_grant())
    two, _ = await compose(house.ports, replace(make_draft(), options=options[::-1]), make_grant())

    assert one.canonical() == two.canonical()
    assert one.id != two.id


async def test_scan_and_decision_use_the_same_bundle() -> None:
    """A reload in the middle of a scan changes nothing for the post that is being looked at."""
    house = GateHouse()
    allows_all = make_bundle(make_policy(make_rule(when=None, action=Verdict.ALLOW)))
    house.scanner.on_scan = lambda: setattr(house.policies, "bundle", allows_all)
    case = await examine(house.ports, house.filing, make_post("IBAN"))

    assert case.decision.verdict is Verdict.BLOCK
    assert house.policies.bundle is allows_all


async def test_how_long_it_took_is_told_without_the_post() -> None:
    """Two stages, no text."""
    house = GateHouse()
    await examine(house.ports, house.filing, make_post("IBAN"))

    assert house.observer.stages == ["scan", "decide"]
    assert house.reached == ["scanned", "decided"]


async def test_a_redacted_text_is_another_post_with_its_own_key() -> None:
    """The original and its redacted form share nothing but their author: erasing one leaves the other."""
    house = GateHouse(bundle=REDACTING)
    original = await examine(house.ports, house.filing, make_post("Konto IBAN"))
    case = await redacted(house.ports, house.filing, original)

    assert case.original is original
    assert case.decision.phase is Phase.REDACTED
    assert len({original.post.id, case.post.id}) == 2
    assert len({original.key.id, case.key.id}) == 2
    assert len({original.mac, case.mac}) == 2
    assert "IBAN" not in case.post.parts[0].text


async def test_a_redaction_that_still_has_findings_is_held() -> None:
    """The original goes to a person, with the reason for it; the text in between is kept nowhere."""
    everything = ScriptedScanner({"IBAN": "IBAN_CODE", "[": "IBAN_CODE"})
    house = GateHouse(bundle=REDACTING, scanner=everything)
    original = await examine(house.ports, house.filing, make_post("Konto IBAN"))
    case = await redacted(house.ports, house.filing, original)

    assert case.decision.verdict is Verdict.HOLD
    assert case.decision.reasons[-1] == NOT_CLEAN
    assert case.post == original.post
    assert case.original is None


async def test_a_redaction_that_was_not_looked_at_completely_is_held() -> None:
    """A detector that fails at the second look makes a person look."""
    house = GateHouse(bundle=REDACTING)
    original = await examine(house.ports, house.filing, make_post("Konto IBAN"))
    house.scanner.missing.add("presidio")

    assert (await redacted(house.ports, house.filing, original)).decision.verdict is Verdict.HOLD


@pytest.mark.req("FEAT-27")
async def test_a_redacted_text_is_in_the_samples_of_its_original() -> None:
    """A rule that passed a post over does not stop its redacted form: it stops half of both or of none."""
    rules = make_rule(action=RedactSpec()), make_rule("any", when=LengthSpec(low=1), rollout=500)
    house = GateHouse(bundle=make_bundle(make_policy(*rules)))
    verdicts = set()
    for number in range(30):
        original = await examine(house.ports, house.filing, make_post("IBAN", post_id=str(number)))
        if original.decision.verdict is Verdict.REDACT:
            case = await redacted(house.ports, house.filing, original)
            verdicts.add((case.decision.verdict, case.post.replaces == original.post.id))

    assert verdicts == {(Verdict.ALLOW, True)}


NAME = "bafkrei-of-a-picture"


def _named(name: str = NAME) -> Draft:
    return replace(
        make_draft(), parts=(), uploads=(Upload(slot="body", mime="image/png", data=b"x"),), place=UploadPlace(id=name)
    )


async def test_a_picture_that_two_people_upload_has_the_same_name_for_both() -> None:
    """Some platforms name a picture by its bytes; each author and account has an image of its own."""
    house = GateHouse()
    grants = [make_grant(), make_grant(ref="a_andere"), make_grant(account="mastodon:andere")]
    for grant in grants:
        await house.media.take(UPLOAD, _named(), grant, house.platform)
        _, media = await compose(house.ports, make_draft(media=(NAME,)), grant)
        assert [item.data for item in media] == [b"x"]

    assert len(house.log.tables.media) == len(grants)
    with pytest.raises(NotFound):
        await compose(house.ports, make_draft(media=(NAME,)), make_grant(ref="a_dritte"))


async def test_a_change_may_keep_what_is_on_the_platform() -> None:
    """It counts as an image of the post, and there is nothing to upload; a new post cannot do that."""
    house = GateHouse()
    draft = make_draft(media=("bafkrei-of-old",))
    post, media = await compose(house.ports, replace(draft, keeps_media=True), make_grant())

    assert ([item.id for item in media], [item.data for item in media]) == (list(post.media), [b""])
    with pytest.raises(NotFound):
        await compose(house.ports, draft, make_grant())
