"""
What links say about themselves: hosts that hide where they lead, and parameters that name a person or a click.

Short lists of what is common, not of all there is; a house names others by `domains` and `parameters`.
"""

from __future__ import annotations

from typing import Final

__all__ = ["IDENTIFYING", "SHORTENERS", "squeezed"]

_SHORTENERS: Final = """
bit.do bit.ly bitly.com bl.ink buff.ly clck.ru cutt.ly dlvr.it fb.me goo.gl ift.tt is.gd j.mp kurzelinks.de lnkd.in
ow.ly po.st qr.ae rb.gy rebrand.ly s.id shorturl.at shrtco.de t.co t.ly t1p.de tiny.cc tiny.pl tinyurl.com trib.al u.nu
urlz.de v.gd x.gd
"""
SHORTENERS: Final = frozenset(_SHORTENERS.split())
"""Shorteners that anybody may use, and those of large platforms."""

_IDENTIFYING: Final = """
account accountid accountnumber claimid claimnumber client clientid contract contractid contractnumber cust custid
customer customerid customerno customernumber depotnr depotnummer email emailaddress iban kdnr kontonr kontonummer
kunde kundenid kundennr kundennummer mail mailadresse mitgliedsnummer partnernr partnernummer personid policenr
policennr policennummer policynumber policyno schadennr schadennummer session sessionid sid token uid user userid
username versicherungsnummer versnr vertrag vertragid vertragsid vertragsnr vertragsnummer vorgangsnummer vsnr
ckid clickid dclid dmcid fbclid gadsource gbraid gclid gclsrc hsenc hsmi igsh igshid irclickid liadid lifatid
mcceid mccid mceid mkttok msclkid oaid olyanonid olyencid rbclickid sccid ttclid twclid veroconv veroid wbraid
wickedid yclid
"""
IDENTIFYING: Final = frozenset(_IDENTIFYING.split())
"""What `ids` stands for, as `squeezed` writes it: customers, contracts, sessions, and ids of a click or a recipient."""


def squeezed(parameter: str) -> str:
    """Return the letters and digits of a parameter's name: `Kunden-Nr`, `kunden_nr` and `kundennr` are one."""
    return "".join(character for character in parameter.lower() if character.isalnum())
