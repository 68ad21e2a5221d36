"""Accounts read at their exchanges in turn, whether a bot runs on them or not."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import holdings, jobs


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    units, clock = wiring.units(), wiring.clock()

    def work() -> str:
        return holdings.ask(
            units=units, clock=clock, functions=wiring.functions(), pause=wiring.pause()
        )

    jobs.carry_out(JobName.BALANCES, work, units=units, clock=clock)
    return {}
