"""Sending events to members' sockets: when something happened, and each minute what is left."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import jobs


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Push. Called by the clock, with anything but `{"push": true}`, it sweeps first."""
    if event.get("push"):
        wiring.pusher().push()
    else:
        jobs.carry_out(JobName.LIVE_PUSH, _minute, units=wiring.units(), clock=wiring.clock())
    return {}


def _minute() -> str:
    pusher = wiring.pusher()
    closed = pusher.sweep()
    return f"{closed} sockets closed, {pusher.push()} served"
