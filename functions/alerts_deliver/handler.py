"""Carrying alerts to people: when one was raised, and each minute what is left."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import jobs


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    if event.get("deliver"):
        wiring.courier().deliver()
    else:
        jobs.carry_out(JobName.ALERTS_DELIVER, _minute, units=wiring.units(), clock=wiring.clock())
    return {}


def _minute() -> str:
    return f"{wiring.courier().deliver()} deliveries tried"
