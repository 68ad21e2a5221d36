"""Looks for a secret in every shape in which one leaks."""

import base64
import urllib.parse
from collections.abc import Mapping


def shapes(secret: str) -> set[bytes]:
    """The secret plain, as hex, as a URL, and in base64 at each of its three offsets."""
    plain = secret.encode()
    coded = {plain.hex().encode(), plain.hex().upper().encode()}
    coded |= {urllib.parse.quote(secret, safe="").encode(), plain}
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + plain).rstrip(b"=")
        # The first and the last characters depend on what stands beside the secret.
        coded.add(text[(0, 2, 3)[offset] : -1])
    return coded


def found(secrets: Mapping[str, str], places: Mapping[str, bytes]) -> list[str]:
    """Which secret stands in which place."""
    return [
        f"{name} in {place}"
        for name, secret in secrets.items()
        for place, content in places.items()
        if any(shape in content for shape in shapes(secret))
    ]
