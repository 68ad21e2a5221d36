"""Routes of `functions/wishes`."""

from http import HTTPStatus

from pydantic import BaseModel

from janym.api.bots import StartBot, StopBot
from janym.api.commands import CommandView
from janym.api.contract.route import Example, Route
from janym.domain.organization import Role

KEY_UNFIT = ("ACCOUNT_IN_USE", "CREDENTIAL_DELETED", "KEY_CAN_WITHDRAW")
NOT_NOW = (
    "BOT_LEAVING",
    "ORGANIZATION_HALTED",
    "ORGANIZATION_REDUCING",
    "LIVE_TRADING_OFF",
    "RUNNING_BOT_LIMIT",
)
STOPPED = Example(path={"bot_id": "stopped_bot_id"})


def _wish(
    name: str,
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    problems: tuple[str, ...] = (),
    example: Example = Example(),  # noqa: B008 - frozen
) -> Route:
    return Route(
        call=f"POST /api/bots/{{bot_id}}/{name}",
        summary=summary,
        role=Role.TRADER,
        body=body,
        body_optional=body is not None,
        idempotent=True,
        status=HTTPStatus.ACCEPTED,
        answer=CommandView,
        problems=problems,
        example=example,
    )


ROUTES = (
    _wish(
        "start",
        "Start a bot; the answer is the command, whose state says how far it got",
        body=StartBot,
        problems=("ALREADY_RUNNING", *KEY_UNFIT, *NOT_NOW),
        example=Example(path=STOPPED.path, body={"log_level": "INFO"}),
    ),
    _wish(
        "stop",
        "Stop a bot, and say what becomes of its orders",
        body=StopBot,
        example=Example(body={"mode": "cancel_orders"}),
    ),
    _wish(
        "restart",
        "Start a bot anew with its stored configuration",
        body=StartBot,
        problems=(*KEY_UNFIT, *NOT_NOW),
        example=Example(body={"log_level": "INFO"}),
    ),
    _wish(
        "delete",
        "Stop a bot, and delete it with all that hangs on it as soon as it is stopped",
        body=StopBot,
        example=Example(body={"mode": "cancel_orders"}),
    ),
    _wish("pause", "Rest a bot: orders cancelled, task and key kept", problems=("NOT_RUNNING",)),
    _wish(
        "resume",
        "Let a paused bot trade again",
        problems=("NOT_PAUSED", *NOT_NOW),
        example=Example(path={"bot_id": "paused_bot_id"}),
    ),
    _wish(
        "apply",
        "Have a running bot take up its stored configuration now",
        problems=("NOT_RUNNING",),
    ),
)
