"""A database password out of a role."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from janym.cloud import databases
from tests.unit.janym.cloud.stubs import stubbed

URL = "postgresql://app@db.example:6432/janym?sslmode=require"


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "session",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_a_token_is_signed_for_the_role_and_host_of_the_url() -> None:
    token = databases.token(databases.session(), URL)

    assert token.startswith("db.example:6432/?Action=connect&DBUser=app&")
    signed = parse_qs(urlsplit(f"https://{token}").query)
    assert signed["X-Amz-Expires"] == ["900"]
    assert signed["X-Amz-Security-Token"] == ["session"]
    assert "/us-east-1/rds-db/aws4_request" in signed["X-Amz-Credential"][0]


def test_the_token_is_the_one_that_the_sdk_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SESSION_TOKEN")
    ours = theirs = {"X-Amz-Date": ""}
    with stubbed("rds") as (client, _):
        for _ in range(5):  # until both fall into one second
            ours = parts(databases.token(databases.session(), URL))
            theirs = parts(client.generate_db_auth_token("db.example", 6432, "app"))
            if ours["X-Amz-Date"] == theirs["X-Amz-Date"]:
                break

    assert ours == theirs


def parts(token: str) -> dict[str, str]:
    address = urlsplit(f"https://{token}")
    return {"": address.netloc + address.path} | dict(parse_qsl(address.query))
