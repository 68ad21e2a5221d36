"""What ECS says of bots' tasks."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api import task_events as wire
from janym.telemetry import logger
from janym.usecases import task_events


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    read = wire.read(event, container=wiring.settings().bot_container)
    known = task_events.apply(
        read,
        units=wiring.units(),
        clock=wiring.clock(),
        functions=wiring.functions(),
        certificates=wiring.certificates(),
    )
    logger.info("task event", extra={"task": read.task, "stopped": read.stopped, "known": known})
    return {}
