"""
Numbers of documentations, of the card schemes' test systems and of specimens of documents: published, and nobody's.
"""

from __future__ import annotations

from typing import Final

__all__ = ["SAMPLE_CARDS", "SAMPLE_DOCUMENTS", "SAMPLE_IBANS"]

SAMPLE_IBANS: Final = (
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "DE89370400440532013000",
    "ES9121000418450200051332",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GB82WEST12345698765432",
    "IT60X0542811101000000123456",
    "LI21088100002324013AA",
    "LU280019400644750000",
    "NL91ABNA0417164300",
)
"""The examples of the IBAN registry, and those of encyclopaedias."""
SAMPLE_CARDS: Final = (
    "2223003122003222",
    "30569309025904",
    "3530111333300000",
    "3566002020360505",
    "371449635398431",
    "378282246310005",
    "378734493671000",
    "38520000023237",
    "4012888888881881",
    "4111111111111111",
    "4242424242424242",
    "5105105105105100",
    "5555555555554444",
    "6011000990139424",
    "6011111111111117",
)
"""The numbers that payment systems publish for tests."""
SAMPLE_DOCUMENTS: Final = (
    "C01X00T47",
    "C01X00T478",
    "L01X00T47",
    "L01X00T471",
    "LZ6311T47",
    "LZ6311T475",
    "T22000129",
    "T220001293",
    "078-05-1120",
    "219-09-9999",
    "QQ123456C",
    "QQ 12 34 56 C",
)
"""German specimens, American numbers that were printed in advertisements and withdrawn, and the British example."""
