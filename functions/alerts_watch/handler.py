"""Looking for what rules watch for, four times a minute; safe to run twice at once."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import alert_watch, jobs, nudges
from janym.usecases.alert_watch import Looked


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    jobs.carry_out(JobName.ALERTS_WATCH, _minute, units=wiring.units(), clock=wiring.clock())
    return {}


def _minute() -> str:
    looks = list(alert_watch.minute(_look, clock=wiring.clock(), pause=wiring.pause()))
    raised, resolved = sum(each.raised for each in looks), sum(each.resolved for each in looks)
    return f"{raised} raised, {resolved} resolved"


def _look() -> Looked:
    found = alert_watch.look(
        units=wiring.units(), clock=wiring.clock(), randomness=wiring.randomness()
    )
    if found.to_tell:
        nudges.deliver_alerts(wiring.functions(), report=logger.warning)
    if found.raised or found.resolved:
        nudges.push_events(wiring.functions(), report=logger.warning)
    return found
