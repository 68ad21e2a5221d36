"""Open WebSockets, through API Gateway's management endpoint."""

from typing import Any

from botocore.exceptions import ClientError

from janym.cloud.clients import code_of, translated
from janym.domain.live import ConnectionId
from janym.ports.live import Gone, TooSlow


class ApiGatewaySockets:
    """`ports.live.Sockets`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html

    Args:
        management: a boto3 client of `apigatewaymanagementapi` at the API's own address.
    """

    def __init__(self, management: Any) -> None:
        self._management = management

    def send(self, connection: ConnectionId, frame: bytes) -> None:
        with translated("API Gateway"):
            try:
                self._management.post_to_connection(ConnectionId=connection, Data=frame)
            except ClientError as error:
                if code_of(error) == "GoneException":
                    raise Gone(f"socket {connection} is closed") from error
                if code_of(error) == "LimitExceededException":
                    raise TooSlow(f"socket {connection} takes no more for now") from error
                raise

    def close(self, connection: ConnectionId) -> None:
        with translated("API Gateway"):
            try:
                self._management.delete_connection(ConnectionId=connection)
            except ClientError as error:
                if code_of(error) != "GoneException":
                    raise
