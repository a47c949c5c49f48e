"""
The entities that policies may name.
"""

from __future__ import annotations

from typing import Final

DETECTED: Final = frozenset(
    {
        "IBAN_CODE",
        "CREDIT_CARD",
        "EMAIL_ADDRESS",
        "PHONE_NUMBER",
        "PERSON",
        "ORGANIZATION",
        "LOCATION",
        "ADDRESS",
        "OTHER_IDENTIFIER",
        "OBFUSCATION",
        "CUSTOMER_RELATION",
        "INFERRED_CUSTOMER",
        "HEALTH_CONDITION",
        "INSIDER_TOPIC",
    },
)
"""What the detectors of this version find."""

PLANNED: Final = frozenset(
    {
        "ACCOUNT_NUMBER",
        "AT_SOCIAL_SECURITY",
        "BIC_CODE",
        "CH_SOCIAL_SECURITY",
        "CLAIM_NUMBER",
        "CONFIDENTIAL_TERM",
        "CONTRACT_NUMBER",
        "CRYPTO",
        "CUSTOMER_NUMBER",
        "CUSTOMER_RECORD",
        "DATE_OF_BIRTH",
        "DATE_TIME",
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
        "INSTRUMENT",
        "INTERNAL_URL",
        "IP_ADDRESS",
        "MONEY_AMOUNT",
        "NRP",
        "POLICY_NUMBER",
        "RESTRICTED_NAME",
        "SECRET",
        "UK_NHS",
        "UK_NINO",
        "URL",
        "US_SSN",
    },
)
"""Words of the language that no detector of this version finds: a policy that names them gets a warning."""
