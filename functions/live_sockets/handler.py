"""What members' sockets say: they open on a ticket, choose topics, and close."""

from contextlib import suppress
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api import live as wire
from janym.api.live import Ping, Renew, SocketEvent, Subscribe, Unsubscribe
from janym.domain.errors import Forbidden, JanymError, NotFound
from janym.domain.live import Connection, ConnectionId
from janym.ports.live import Gone
from janym.telemetry import logger
from janym.usecases import live

DONE = {"statusCode": 200}


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    said = SocketEvent.read(event)
    if said.route == "$connect":
        return _connect(said)
    if said.route == "$disconnect":
        wiring.feeds().close(said.connection)
        return DONE
    with suppress(Gone):  # nobody is left to be told
        _answer(said)
    return DONE


def _connect(said: SocketEvent) -> dict[str, Any]:
    try:
        live.connect(said.connection, said.ticket, feeds=wiring.feeds(), clock=wiring.clock())
    except Forbidden as refused:
        logger.info("socket refused", extra={"code": refused.code})
        return wire.let_in(refused)
    return wire.let_in(None)


def _answer(said: SocketEvent) -> None:
    try:
        told, pushes = _act(said)
    except JanymError as refused:
        told, pushes = wire.refused(refused), False
    wiring.sockets().send(said.connection, told)
    if pushes:
        wiring.pusher().push()


def _act(said: SocketEvent) -> tuple[bytes, bool]:
    """Do what a socket says; give the answer, and whether something may wait for it."""
    message, connection = wire.read(said.body), _known(said.connection)
    feeds, clock = wiring.feeds(), wiring.clock()
    match message:
        case Subscribe():
            asked = live.subscribe(connection, message.topics, after=message.after, feeds=feeds)
            return wire.subscribed(asked), message.after is not None
        case Unsubscribe():
            feeds.unsubscribe(connection.id, message.topics)
            return wire.unsubscribed(message.topics), False
        case Renew():
            renewed = live.renew(connection, message.ticket, feeds=feeds, clock=clock)
            return wire.told("renewed", until=renewed.authorized_until.isoformat()), False
        case Ping():
            return wire.told("pong", at=clock.now().isoformat()), False


def _known(key: ConnectionId) -> Connection:
    found = wiring.feeds().find(key)
    if found is None:
        raise NotFound("socket", key)
    return found
