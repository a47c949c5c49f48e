"""IBAN: published examples of the registry, damage of every kind, and python-stdnum as oracle."""

from __future__ import annotations

import pytest
import stdnum.iban
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import iban

PUBLISHED = (
    "AD1200012030200359100100",
    "AE070331234567890123456",
    "AL47212110090000000235698741",
    "AT611904300234573201",
    "AZ21NABZ00000000137010001944",
    "BA391290079401028494",
    "BE68539007547034",
    "BG80BNBG96611020345678",
    "BH67BMAG00001299123456",
    "BR1800360305000010009795493C1",
    "BY13NBRB3600900000002Z00AB00",
    "CH9300762011623852957",
    "CR05015202001026284066",
    "CY17002001280000001200527600",
    "CZ6508000000192000145399",
    "DE89370400440532013000",
    "DK5000400440116243",
    "DO28BAGR00000001212453611324",
    "EE382200221020145685",
    "EG380019000500000000263180002",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FO6264600001631634",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GE29NB0000000101904917",
    "GI75NWBK000000007099453",
    "GL8964710001000206",
    "GR1601101250000000012300695",
    "GT82TRAJ01020000001210029690",
    "HR1210010051863000160",
    "HU42117730161111101800000000",
    "IE29AIBK93115212345678",
    "IL620108000000099999999",
    "IQ98NBIQ850123456789012",
    "IS140159260076545510730339",
    "IT60X0542811101000000123456",
    "JO94CBJO0010000000000131000302",
    "KW81CBKU0000000000001234560101",
    "KZ86125KZT5004100100",
    "LB62099900000001001901229114",
    "LC55HEMM000100010012001200023015",
    "LI21088100002324013AA",
    "LT121000011101001000",
    "LU280019400644750000",
    "LV80BANK0000435195001",
    "MC5811222000010123456789030",
    "MD24AG000225100013104168",
    "ME25505000012345678951",
    "MK07250120000058984",
    "MR1300020001010000123456753",
    "MT84MALT011000012345MTLCAST001S",
    "MU17BOMM0101101030300200000MUR",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PK36SCBL0000001123456702",
    "PL61109010140000071219812874",
    "PS92PALS000000000400123456702",
    "PT50000201231234567890154",
    "QA58DOHB00001234567890ABCDEFG",
    "RO49AAAA1B31007593840000",
    "RS35260005601001611379",
    "SA0380000000608010167519",
    "SC18SSCB11010000000000001497USD",
    "SE4550000000058398257466",
    "SI56263300012039086",
    "SK3112000000198742637541",
    "SM86U0322509800000000270100",
    "ST23000100010051845310146",
    "SV62CENR00000000000000700025",
    "TL380080012345678910157",
    "TN5910006035183598478831",
    "TR330006100519786457841326",
    "UA213223130000026007233566001",
    "VA59001123000012345678",
    "VG96VPVG0000012345678901",
    "XK051212012345678906",
)


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_examples_pass_in_any_case(text: str) -> None:
    """The registry's own examples are valid, in capitals and small letters."""
    assert iban.valid(text)
    assert iban.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE",
        "DE8937040044053201300",
        "DE893704004405320130000",
        "DE88370400440532013000",
        "DE8937040044053201300A",
        "XX89370400440532013000",
        "GB2960161331NWBK926819",
        "DE89 3704 0044 0532 0130 00",
        "ＤＥ89370400440532013000",
        "ß89370400440532013000",
        "GI75NWBK00000000709945!",
    ],
)
def test_what_is_damaged_fails(text: str) -> None:
    """Length, check digits, country, structure, grouping and foreign characters each count."""
    assert not iban.valid(text)


def test_check_digits_no_bank_computes_fail() -> None:
    """00, 01 and 99 leave the right remainder for some accounts; only 02 to 98 are ever issued."""
    for account in range(3_000):
        bban = f"12030000{account:010d}"
        right = 98 - int(bban + "131400") % 97
        passing = [check for check in range(100) if iban.valid(f"DE{check:02d}{bban}")]
        assert passing == [right]


@given(st.sampled_from(PUBLISHED), st.data())
def test_the_oracle_agrees_on_damaged_numbers(text: str, data: st.DataObject) -> None:
    """
    Whatever single character is changed, ours says what python-stdnum says.

    Except for check digits: ISO 13616 has digits there, from 02 to 98, and python-stdnum takes others too.
    """
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    damaged = text[:place] + character + text[place + 1 :]
    issued = damaged[2:4].isdecimal() and "02" <= damaged[2:4] <= "98"
    known = damaged[:2] in iban.COUNTRIES and issued
    if known and stdnum.iban.is_valid(damaged, check_country=False):
        assert iban.valid(damaged)
    elif iban.valid(damaged):
        assert damaged[:2] not in {published[:2] for published in PUBLISHED}


def test_structures_have_the_lengths_of_the_registry() -> None:
    """No structure is longer than an IBAN can be, and countries without have none."""
    assert max(map(len, iban.COUNTRIES.values())) <= iban.LONGEST
    assert iban.structure("DE") == "aa" + "n" * 20
    assert iban.structure("XX") is None


def test_a_row_of_words_is_no_account() -> None:
    """It fits the structure of Guatemala and has the right remainder; no bank gives accounts of words."""
    words = "GT360MEINSCHWIEGERVATERSAGTB"

    assert iban.structure("GT") == "aann" + "c" * 24
    assert int("".join(str(int(sign, 36)) for sign in words[4:] + words[:4])) % 97 == 1
    assert not iban.valid(words)
