"""Publishing events to integrators: when something happened, and each minute what is left."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import jobs


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Publish, and tell the broker who was revoked; called by the clock, note how it went."""
    broadcaster = wiring.broadcaster()
    if event.get("push"):
        broadcaster.run()
    else:
        jobs.carry_out(
            JobName.INTEGRATORS_PUSH, broadcaster.run, units=wiring.units(), clock=wiring.clock()
        )
    return {}
