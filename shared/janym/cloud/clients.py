"""boto3 clients with bounded patience, and what their errors mean to us."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from janym.domain.errors import Refused, Unavailable

CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 10
ATTEMPTS = 3

_PASSING = frozenset(
    {
        "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded",
        "LimitExceededException", "ServerException", "ServiceUnavailable",
        "ServiceUnavailableException", "InternalFailureException", "InternalFailure",
        "InternalServiceError", "RequestTimeout", "ClusterNotFoundException",
    }
)  # fmt: skip


def client(
    service: str,
    *,
    read_timeout_s: float = READ_TIMEOUT_S,
    attempts: int = ATTEMPTS,
    address: str | None = None,
) -> Any:
    """Make a client; where it calls is boto3's own business, unless the service has no address.

    Its type is not named: stubs exist of some services only.
    """
    import boto3  # noqa: PLC0415 - half of a cold start
    from botocore.config import Config  # noqa: PLC0415 - the same

    settings = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_timeout_s,
        retries={"mode": "standard", "total_max_attempts": attempts},
        user_agent_extra="janym",
    )
    untyped: Any = boto3.__dict__
    return untyped["client"](service, config=settings, endpoint_url=address)


def code_of(error: ClientError) -> str:
    """Give the service's own code of an error, `ResourceNotFoundException`."""
    found: str = error.response.get("Error", {}).get("Code", "")
    return found


@contextmanager
def translated(service: str) -> Generator[None]:
    """Turn a client's errors into ours.

    Raises:
        Unavailable: the service does not answer, fails by itself, or asks for patience.
        Refused: it answered no; the same call fails again.
    """
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        if status >= 500 or status == 429 or code in _PASSING:
            raise Unavailable(f"{service} cannot serve us now ({code})") from error
        message: str = error.response.get("Error", {}).get("Message", "")
        raise Refused(f"{service} refused: {message} ({code})") from error
    except BotoCoreError as error:
        raise Unavailable(f"{service} does not answer: {error}") from error
