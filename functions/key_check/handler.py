"""Each hour: exchanges are asked about keys of which they have said nothing for a day."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import jobs, key_checks


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    units, clock = wiring.units(), wiring.clock()
    functions = wiring.functions()
    jobs.carry_out(
        JobName.KEY_CHECK,
        lambda: key_checks.ask(units, clock=clock, functions=functions),
        units=units,
        clock=clock,
    )
    return {}
