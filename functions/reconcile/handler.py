"""What is wanted compared with what is: one bot or a halt when asked to, all through a minute."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.ids import BotId, OrganizationId
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import halts, jobs, nudges, outbox, reconcile, sweeps
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
    if "bot_id" in event:
        _one(BotId(UUID(event["bot_id"])), platform)
        return {}
    if "organization_id" in event:
        _enforce(OrganizationId(event["organization_id"]), platform)
        return {}
    jobs.carry_out(
        JobName.RECONCILE, lambda: _minute(platform), units=platform.units, clock=platform.clock
    )
    return {}


def _minute(platform: Platform) -> str:
    count = 0
    for left in sweeps.minute(platform, wiring.pause()):
        extra = {"bot_id": str(left.bot), "what": left.what, "reason": left.reason}
        logger.warning("left to a later pass", extra=extra)
        count += 1
    return f"{count} left to a later pass"


def _one(bot: BotId, platform: Platform) -> None:
    for failed in outbox.dispatch(platform, bot=bot):
        extra = {"bot_id": str(bot), "errand": failed.entry.errand, "reason": failed.reason}
        logger.warning("errand put off", extra=extra)
    reconcile.one(bot, platform)
    nudges.push_events(platform.functions, report=logger.warning)


def _enforce(organization: OrganizationId, platform: Platform) -> None:
    for unreached in halts.enforce(organization, platform, wiring.pause()):
        extra = {"bot_id": str(unreached.bot), "reason": unreached.reason}
        logger.warning("not reached by the halt yet", extra=extra)
