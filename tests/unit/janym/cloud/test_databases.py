"""A database password out of a role."""

from janym.cloud import databases
from tests.unit.janym.cloud.stubs import stubbed


def test_a_token_is_signed_for_the_role_and_host_of_the_url() -> None:
    with stubbed("rds") as (client, _):
        token = databases.token(client, "postgresql://app@db.example:6432/janym?sslmode=require")

    assert token.startswith("db.example:6432/?Action=connect&DBUser=app&")
    assert "X-Amz-Signature=" in token
