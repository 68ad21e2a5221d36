"""The search for secrets finds a deliberate leak; else finding none would mean nothing."""

import base64
import urllib.parse
from collections.abc import Callable

import pytest

from tests.integration.engine import canary

SECRET = "pQ9/+x7Zt0=secret&value"


def as_hex(text: str) -> str:
    return text.encode().hex()


def as_url(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def as_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("leak", [str, as_hex, as_url, as_base64])
def test_a_deliberate_leak_is_found(leak: Callable[[str], str], before: str) -> None:
    place = leak(f"{before}{SECRET} and more").encode()

    assert canary.found({"secret": SECRET}, {"log": place}) == ["secret in log"]


def test_where_nothing_leaked_nothing_is_found() -> None:
    assert canary.found({"secret": SECRET}, {"log": b"quiet"}) == []
