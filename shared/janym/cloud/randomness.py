"""The kernel's randomness."""

import secrets
from uuid import UUID, uuid4


class SystemRandomness:
    """`ports.clock.Randomness`."""

    def uuid(self) -> UUID:
        return uuid4()

    def token(self) -> str:
        return secrets.token_urlsafe(32)
