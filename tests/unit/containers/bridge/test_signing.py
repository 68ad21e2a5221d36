"""Who the task is to AWS."""

import re

import pytest

from containers.bridge import signing
from containers.bridge.signing import Credentials, NoCredentials

MINE = Credentials(access_key_id="AKID", secret_access_key="hidden", session_token="session")


def test_a_request_is_signed_for_the_run_api() -> None:
    headers = signing.signed(
        "https://api.example.com/claim", b"{}", region="eu-west-1", credentials=MINE
    )

    scope = r"AWS4-HMAC-SHA256 Credential=AKID/\d{8}/eu-west-1/execute-api/aws4_request, "
    assert re.match(scope, headers["Authorization"])
    assert "content-type;host" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "session"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "no container credentials"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/x"}, "must be https"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "file:///etc/passwd"}, "must be https"),
    ],
)
def test_credentials_are_asked_of_the_containers_host_alone(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(NoCredentials, match=words):
        signing.credentials(environment)


def test_credentials_show_no_secret() -> None:
    assert "hidden" not in repr(MINE)
