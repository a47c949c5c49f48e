"""
The entities that policies may name.
"""

from __future__ import annotations

from typing import Final

DETECTED: Final = frozenset(
    {
        "ACCOUNT_NUMBER",
        "ADDRESS",
        "AT_SOCIAL_SECURITY",
        "BIC_CODE",
        "CH_SOCIAL_SECURITY",
        "CLAIM_NUMBER",
        "CONFIDENTIAL_TERM",
        "CONTRACT_NUMBER",
        "CREDIT_CARD",
        "CRYPTO",
        "CUSTOMER_NUMBER",
        "CUSTOMER_RECORD",
        "CUSTOMER_RELATION",
        "DATE_OF_BIRTH",
        "DEPOT_NUMBER",
        "DE_FUEHRERSCHEIN",
        "DE_HEALTH_INSURANCE",
        "DE_ID_CARD",
        "DE_KFZ",
        "DE_PASSPORT",
        "DE_SOCIAL_SECURITY",
        "DE_TAX_ID",
        "DE_TAX_NUMBER",
        "DE_VAT_ID",
        "DISCLOSURE",
        "EMAIL_ADDRESS",
        "HEALTH_CONDITION",
        "IBAN_CODE",
        "INFERRED_CUSTOMER",
        "INSIDER_TOPIC",
        "INSTRUMENT",
        "INTERNAL_URL",
        "IP_ADDRESS",
        "LOCATION",
        "MONEY_AMOUNT",
        "OBFUSCATION",
        "ORGANIZATION",
        "OTHER_IDENTIFIER",
        "PERSON",
        "PHONE_NUMBER",
        "POLICY_NUMBER",
        "RESTRICTED_NAME",
        "SECRET",
        "UK_NHS",
        "UK_NINO",
        "US_SSN",
    },
)
"""What the detectors of this version find."""

PLANNED: Final = frozenset(
    {
        "DATE_TIME",
        "NRP",
        "URL",
    },
)
"""Words of the language that no detector of this version finds: a policy that names them gets a warning."""

COMBINED: Final = frozenset(
    {
        "ADDRESS",
        "CUSTOMER_NUMBER",
        "CUSTOMER_RECORD",
        "CUSTOMER_RELATION",
        "DATE_OF_BIRTH",
        "DE_KFZ",
        "DISCLOSURE",
        "HEALTH_CONDITION",
        "INFERRED_CUSTOMER",
        "INSIDER_TOPIC",
        "INSTRUMENT",
        "LOCATION",
        "MONEY_AMOUNT",
        "ORGANIZATION",
        "OTHER_IDENTIFIER",
        "PERSON",
        "PHONE_NUMBER",
        "RESTRICTED_NAME",
        "case-act",
        "claim-event",
        "contract-topic",
        "customer-relation",
        "financial-distress",
        "health",
        "house-context",
        "insider",
        "investment-product",
        "not-public-yet",
        "private-person",
        "public-line",
        "public-place",
        "quasi-identifier",
    },
)
"""Entities and word lists that detection looks at together: where exactly one of their findings stands matters."""

IMPERSONAL: Final = frozenset(
    {
        "BIC_CODE",
        "CONFIDENTIAL_TERM",
        "INSIDER_TOPIC",
        "INSTRUMENT",
        "INTERNAL_URL",
        "MONEY_AMOUNT",
        "OBFUSCATION",
        "ORGANIZATION",
        "SECRET",
        "URL",
        "WORDS",
    },
)
"""Entities that say nothing of a person by themselves; every other one does, those that come later too."""
