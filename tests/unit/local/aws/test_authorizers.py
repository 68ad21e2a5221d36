"""Claims as text, and signatures that are none."""

from typing import Any

import pytest

from local.aws.authorizers import Forbidden, Signature, text_claims


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (3, "3"),
        (True, "true"),
        (["a", "b"], "[a b]"),
        ({"k": "v"}, "map[k:v]"),
        (None, "<nil>"),
    ],
)
def test_every_claim_becomes_text(value: Any, text: str) -> None:
    assert text_claims({"c": value}) == {"c": text}


def test_a_signature_is_read() -> None:
    parsed = Signature.parse(
        "AWS4-HMAC-SHA256 Credential=AKIA/20261120/us-east-1/execute-api/aws4_request,"
        " SignedHeaders=host;x-amz-date, Signature=abc"
    )

    assert parsed.access_key == "AKIA"
    assert parsed.scope == "20261120/us-east-1/execute-api/aws4_request"
    assert parsed.headers == ("host", "x-amz-date")
    assert parsed.value == "abc"


@pytest.mark.parametrize("header", ["", "Bearer x", "AWS4-HMAC-SHA256 Credential=A/b"])
def test_what_is_no_signature_is_refused(header: str) -> None:
    with pytest.raises(Forbidden):
        Signature.parse(header)
