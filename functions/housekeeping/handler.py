"""Tables kept ready for the coming days, and rid of what is past keeping; safe to run twice."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import jobs


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    jobs.carry_out(JobName.HOUSEKEEPING, wiring.tidy, units=wiring.units(), clock=wiring.clock())
    return {}
