"""Keys encrypted anew: one when asked to, each day those that are old.

On `all` every one, and channels' secrets too.
"""

from itertools import chain
from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.domain.errors import JanymError, Unavailable
from janym.domain.ids import CredentialId
from janym.domain.job import JobName
from janym.telemetry import logger
from janym.usecases import jobs, rotations


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    tools = rotations.Tools(
        units=wiring.units(),
        clock=wiring.clock(),
        vault=wiring.vault(),
        seal=wiring.seal(),
        request_id=context.aws_request_id,
    )
    if "credential_id" in event:
        return _one(CredentialId(UUID(event["credential_id"])), tools)
    every = event.get("all") is True
    jobs.carry_out(
        JobName.ROTATE, lambda: _old(tools, every=every), units=tools.units, clock=tools.clock
    )
    return {}


def _one(key: CredentialId, tools: rotations.Tools) -> dict[str, Any]:
    """Answer who waits: an error is told in the answer, for they cannot see it otherwise."""
    try:
        rotations.one(key, tools, why="its owner asked for it")
    except JanymError as error:
        return {"error": {"code": error.code, "message": str(error)}}
    return {}


def _old(tools: rotations.Tools, *, every: bool) -> str:
    done = failed = 0
    everything = chain(
        rotations.old(tools, every=every), rotations.channels(tools) if every else ()
    )
    for left in everything:
        if left is None:
            done += 1
            continue
        failed += 1
        extra = {"key": str(left.key), "reason": left.reason}
        logger.warning("key not encrypted anew", extra=extra)
    if failed:
        raise Unavailable(f"{failed} keys left to the next run, {done} encrypted anew: see the log")
    return f"{done} keys encrypted anew"
