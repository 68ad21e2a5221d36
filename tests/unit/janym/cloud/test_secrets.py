"""A secret is read once in a while, not at each call."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from janym.cloud.secrets import KEPT, Secrets
from janym.domain.errors import Refused
from tests.unit.janym.cloud.stubs import stubbed


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def test_a_secret_is_kept_and_read_again_later() -> None:
    clock = Clock()
    with stubbed("secretsmanager") as (client, script):
        for word in ("first", "second"):
            content = {"SecretString": f'{{"password":"{word}"}}'}
            script.add_response("get_secret_value", content, {"SecretId": "arn"})
        secrets = Secrets(client, clock)

        assert secrets.get("arn") == secrets.get("arn") == {"password": "first"}
        clock.at += KEPT + timedelta(seconds=1)
        assert secrets.get("arn") == {"password": "second"}


def test_a_secret_that_is_not_there_is_refused() -> None:
    with stubbed("secretsmanager") as (client, script):
        script.add_client_error("get_secret_value", "ResourceNotFoundException")

        with pytest.raises(Refused):
            Secrets(client, Clock()).get("arn")
