"""The databases' schemas, brought to this version once after each deploy."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.telemetry import logger


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    revision = wiring.migrate()
    logger.info("migrated", extra={"revision": revision})
    return {"revision": revision}
