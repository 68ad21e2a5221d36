"""What bots say, into Postgres: a batch at once, and one by one where the batch has a bad one."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api import telemetry
from janym.domain.errors import Unavailable
from janym.domain.telemetry import Rejected
from janym.telemetry import logger
from janym.usecases import ingest, nudges
from janym.usecases.ingest import Heard

Message = Heard | Rejected


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Take a batch.

    Raises:
        StoreAway: nothing was stored; the queue brings all again, later and later.
    """
    now = wiring.clock().now()
    messages = {
        record["messageId"]: telemetry.decode(record["body"], received_at=now)
        for record in event["Records"]
    }
    try:
        _take(list(messages.values()))
    except Unavailable:
        raise
    except Exception:  # noqa: BLE001 - one bad message must not hold up the others
        logger.exception("a batch failed; taking its messages one by one")
        return _one_by_one(messages)
    return {"batchItemFailures": []}


def _one_by_one(messages: dict[str, Message]) -> dict[str, Any]:
    failed: list[dict[str, str]] = []
    for key, message in messages.items():
        try:
            _take([message])
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - the queue brings it again, in the end sets it aside
            logger.exception("a message failed", extra={"message_id": key})
            failed.append({"itemIdentifier": key})
    return {"batchItemFailures": failed}


def _take(messages: list[Message]) -> None:
    heard = [message for message in messages if isinstance(message, Heard)]
    rejected = [message for message in messages if isinstance(message, Rejected)]
    for refused in ingest.current(heard, rejected, units=wiring.units()):
        logger.warning("message rejected", extra={"topic": refused.topic, "reason": refused.reason})
    nudges.push_events(wiring.functions(), report=logger.warning)
