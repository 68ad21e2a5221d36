"""Keys in any spelling, blotted out of whatever leaves the process."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

MASK = "***"
SHORTEST = 6
"""Shorter than any key; masking shorter texts would blot out ordinary words."""


class Redaction:
    """Knows the secrets of this run."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {
            form for secret in secrets if len(secret) >= SHORTEST for form in spellings(secret)
        }
        ordered = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        """Return the text with every spelling of every secret masked."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def spellings(secret: str) -> Iterator[str]:
    """Give a secret plain, in JSON, URL, hex and base64."""
    raw = secret.encode()
    yield secret
    yield json.dumps(secret)[1:-1]
    yield quote(secret, safe="")
    yield raw.hex()
    yield raw.hex().upper()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
