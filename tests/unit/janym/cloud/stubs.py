"""boto3 clients that answer as a test says, after checking requests against AWS's own model."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.stub import Stubber


@contextmanager
def stubbed(service: str) -> Generator[tuple[Any, Stubber]]:
    """Give a client and its script; at the end everything in the script must have been asked."""
    untyped: Any = boto3.__dict__
    client = untyped["client"](
        service,
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
    )
    with Stubber(client) as script:
        yield client, script
        script.assert_no_pending_responses()
