"""What bots say, into the long memory. What cannot be read is kept by `ingest_current`."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api import telemetry
from janym.telemetry import logger
from janym.usecases import ingest
from janym.usecases.ingest import Heard


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a batch.

    Raises:
        StoreAway: whether it was stored is unknown, and storing it again is safe.
    """
    now = wiring.clock().now()
    messages = (telemetry.decode(record["body"], received_at=now) for record in event["Records"])
    reports = [message.report for message in messages if isinstance(message, Heard)]
    ingest.history(reports, history=wiring.history())
    return {"batchItemFailures": []}
