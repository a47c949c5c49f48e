"""
Signatures of requests to an object store.

The vectors are the examples that AWS publishes under "Signature Calculations for the Authorization Header: Transferring
Payload in a Single Chunk".
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from proxy.audit.sinks.sigv4 import Credentials, Request, signed_headers

AT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "examplebucket.s3.amazonaws.com"
CREDENTIALS = Credentials(
    access_key="AKIAIOSFODNN7EXAMPLE",
    secret_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region="us-east-1",
)


@pytest.mark.parametrize(
    ("request_", "names", "signature"),
    [
        (
            Request(method="GET", host=HOST, path="/test.txt", headers={"Range": "bytes=0-9"}),
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            Request(
                method="PUT",
                host=HOST,
                path="/test$file.text",
                headers={"Date": "Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Storage-Class": "REDUCED_REDUNDANCY"},
                body=b"Welcome to Amazon S3.",
            ),
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            Request(method="GET", host=HOST, path="/", query={"lifecycle": ""}),
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            Request(method="GET", host=HOST, path="/", query={"prefix": "J", "max-keys": "2"}),
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_the_published_examples_are_met(request_: Request, names: str, signature: str) -> None:
    """To the last digit."""
    assert signed_headers(request_, CREDENTIALS, at=AT)["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f" SignedHeaders={names}, Signature={signature}"
    )


def test_what_goes_over_the_wire_is_what_was_signed() -> None:
    """Path and query are encoded once, in the same way; the query in the order of its encoded names."""
    request = Request(
        method="GET", host=HOST, path="/a b/ü", query={"b": "x/y", "a": "", "--c": "&", "-": "", "=": "1"}
    )

    assert request.target() == "/a%20b/%C3%BC?%3D=1&-=&--c=%26&a=&b=x%2Fy"


def test_the_secret_is_not_shown() -> None:
    """Neither is it in what is sent."""
    headers = signed_headers(Request(method="GET", host=HOST, path="/"), CREDENTIALS, at=AT)

    assert CREDENTIALS.secret_key not in repr(CREDENTIALS)
    assert CREDENTIALS.secret_key not in str(headers)
