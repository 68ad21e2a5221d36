"""What is wanted compared with what is: one bot when somebody asks, all of them each minute."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.ids import BotId
from janym.telemetry import logger
from janym.usecases import outbox, reconcile
from janym.usecases.platform import Platform


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    platform = Platform(
        units=wiring.units(),
        clock=wiring.clock(),
        randomness=wiring.randomness(),
        bus=wiring.bus(),
        functions=wiring.functions(),
        launcher=wiring.launcher(),
        certificates=wiring.certificates(),
    )
    bot = BotId(UUID(event["bot_id"])) if "bot_id" in event else None
    for failed in outbox.dispatch(platform, bot=bot):
        extra = {"bot_id": str(failed.entry.bot), "errand": failed.entry.errand}
        logger.warning("errand put off", extra=extra | {"reason": failed.reason})
    if bot is not None:
        reconcile.one(bot, platform)
        return {}
    for each, reason in reconcile.every(platform).items():
        logger.warning("bot left to the next sweep", extra={"bot_id": str(each), "reason": reason})
    return {}
