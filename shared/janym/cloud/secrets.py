"""Secrets Manager, each secret read once per process and again after a while."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from janym.cloud.clients import translated
from janym.ports.clock import Clock

KEPT = timedelta(minutes=5)
"""A rotated secret is noticed after this long at the latest."""


class Secrets:
    """Secrets that hold a JSON object of strings.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    """

    def __init__(self, client: Any, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[datetime, dict[str, str]]] = {}

    def get(self, arn: str) -> dict[str, str]:
        """Give a secret.

        Raises:
            Unavailable: Secrets Manager does not answer.
            Refused: there is no such secret, or this caller may not read it.
        """
        now = self._clock.now()
        read = self._known.get(arn)
        if read is None or now - read[0] > KEPT:
            with translated("AWS Secrets Manager"):
                answer = self._client.get_secret_value(SecretId=arn)
            read = self._known[arn] = (now, orjson.loads(answer["SecretString"]))
        return read[1]
