"""Tables kept ready for the coming days, and rid of what is past keeping; safe to run twice."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import jobs
from janym.usecases.housekeeping import Housekeeping


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    clock = wiring.clock()
    housekeeping = Housekeeping(
        retention=wiring.retention(),
        history=wiring.history,
        history_days=wiring.settings().history_days,
        clock=clock,
    )
    jobs.carry_out(JobName.HOUSEKEEPING, housekeeping.tidy, units=wiring.units(), clock=clock)
    return {}
