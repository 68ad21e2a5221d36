"""What is left of a bot at its exchange, and what a stored key may do."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.errors import JanymError, VenueRefused
from janym.domain.ids import BotId, CredentialId
from janym.telemetry import logger
from janym.usecases import holdings, key_checks, venue_check


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    tools = venue_check.Tools(
        units=wiring.units(),
        clock=wiring.clock(),
        vault=wiring.vault(),
        venues=wiring.venues(),
        functions=wiring.functions(),
        request_id=context.aws_request_id,
    )
    if event.get("ask") == "balances":
        came = holdings.read(CredentialId(UUID(event["credential_id"])), tools)
        logger.info("balances", extra={"credential_id": event["credential_id"], "came": came})
        return {}
    if "credential_id" in event:
        why = event.get("why", "its owner tests it")
        return _test(CredentialId(UUID(event["credential_id"])), tools, why=why)
    logger.append_keys(bot_id=event["bot_id"])
    venue_check.check(BotId(UUID(event["bot_id"])), tools)
    return {}


def _test(key: CredentialId, tools: venue_check.Tools, *, why: str) -> dict[str, Any]:
    """Answer who waits: an error is told in the answer, for he cannot see it otherwise."""
    try:
        permissions = key_checks.test(key, tools, why=why)
    except VenueRefused as refused:
        said = {"venue": refused.venue, "venue_code": refused.venue_code, "message": refused.reason}
        return {"error": {"code": refused.code, **said}}
    except JanymError as error:
        return {"error": {"code": error.code, "message": str(error)}}
    return {"trade": permissions.trade, "withdraw": permissions.withdraw}
