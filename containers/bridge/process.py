"""The bridge's process: claim the run, connect, live, say the last word.

Exit codes: 0 after a stop that left nothing open, or before anything began; 1 where orders may be
open at the venue; 2 where the run could not be had.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from subprocess import SubprocessError
from typing import NoReturn

from containers.bridge import identity, logs, reporter, settings, signing
from containers.bridge.children import Children
from containers.bridge.claim import Claim, Claimant, Refused
from containers.bridge.clock import SystemClock
from containers.bridge.identity import Identity
from containers.bridge.life import Patience
from containers.bridge.redaction import Redaction
from containers.bridge.session import Session, World
from containers.bridge.settings import Missing, Settings
from containers.bridge.signing import NoCredentials
from janym.domain.errors import InvalidInput
from janym.domain.topics import Topic
from janym.mqtt import backoff
from janym.mqtt.connection import Endpoint
from janym.mqtt.device import Device, Listener
from janym.mqtt.outbox import Outbox
from janym.ports.clock import Clock
from janym.ports.venue import Venue

NO_RUN = 2
FLUSH_S = 10.0
"""The broker counts as away when it has taken nothing for so long; who kills us does not wait."""
GOODBYE_S = 5.0
SPOOL = "spool"
ENVIRONMENT = os.environ  # noqa: TID251 - a task is described by its environment alone

logger = logging.getLogger(__name__)

FindVenue = Callable[[Claim, Clock], Venue]


@dataclass(slots=True)
class Signals:
    """SIGTERM and SIGINT: before the session they end the process, in it they stop the bot."""

    session: Session | None = None

    def attend(self) -> None:
        """Begin; PID 1 gets no signal that it has no handler for."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.received)

    def received(self) -> None:
        """Act on a signal."""
        if self.session is None:
            logger.info("asked to terminate before the run began")
            leave(0)
        self.session.terminate()


def leave(code: int) -> NoReturn:
    """End now: a thread that waits for a venue must not hold the container."""
    logging.shutdown()
    os._exit(code)


def claimed(known: Settings, made: Identity, clock: SystemClock) -> Claim:
    """Claim the run; blocks for as long as three minutes.

    Raises:
        Refused: it cannot be had.
    """

    def sign(url: str, body: bytes) -> dict[str, str]:
        try:
            mine = signing.credentials(ENVIRONMENT)
        except NoCredentials as error:
            raise Refused(str(error)) from None
        return signing.signed(url, body, region=known.region, credentials=mine)

    claimant = Claimant(
        url=known.claim_url,
        sign=sign,
        delays=backoff.delays(SystemRandom(), ceiling_s=15.0),
        now=clock.now,
        pause=time.sleep,
    )
    return claimant.claim(known.launch_token, run_id=known.run_id, request_pem=made.request_pem)


async def run(find_venue: FindVenue, patience: Patience | None = None) -> NoReturn:
    """Live, and end from within the loop, which would wait for its threads otherwise."""
    leave(await live(find_venue, patience or Patience()))


async def live(find_venue: FindVenue, patience: Patience) -> int:
    """Claim, connect, run the session, say the last word; give the exit code."""
    signals = Signals()
    signals.attend()
    clock = SystemClock()
    logs.to_terminal(Redaction(()))
    try:
        known = settings.read(ENVIRONMENT)
        made = identity.new(known.bot_id)
        children = Children()
        children.attend()
        logs.to_terminal(Redaction([known.launch_token]))
        claim = await asyncio.to_thread(claimed, known, made, clock)
        venue = find_venue(claim, clock)
    except (Missing, Refused, InvalidInput, SubprocessError) as error:
        logger.error("the run cannot be had: %s", error)  # noqa: TRY400 - the reason is in it
        return NO_RUN
    redact = Redaction(secrets_of(known, made, claim))
    logs.to_terminal(redact)
    logger.info("session %d of bot %s, wanted %s", claim.session, claim.bot_id, claim.desired)
    outbox = Outbox(known.work_dir / SPOOL, limit_bytes=known.spool_bytes)
    device = device_of(claim, made, signals, outbox, at=clock.now())
    session = Session(
        claim,
        World(
            settings=known,
            environment=ENVIRONMENT,
            publisher=device,
            venue=venue,
            clock=clock,
            children=children,
            redact=redact,
            patience=patience,
        ),
    )
    signals.session = session
    return await connected(device, session)


async def connected(device: Device, session: Session) -> int:
    """Run the session with its device; what it said last is delivered before we go."""
    connecting = asyncio.create_task(device.run())
    connecting.add_done_callback(lambda ended: _broken(ended, session))
    code = await session.run()
    await device.flushed(FLUSH_S)
    connecting.cancel()
    await asyncio.wait({connecting}, timeout=GOODBYE_S)
    device.close()
    return code


def _broken(connecting: asyncio.Task[None], session: Session) -> None:
    """Stop a bot that can never be heard again, for it must not trade unseen."""
    if not connecting.cancelled() and (error := connecting.exception()):
        logger.error("the bot cannot speak any more and is stopped", exc_info=error)
        session.terminate()


def device_of(
    claim: Claim, made: Identity, signals: Signals, outbox: Outbox, *, at: datetime
) -> Device:
    """Make the bot's device; what it hears goes to the session of the moment."""

    def receive(topic: Topic, body: bytes) -> None:
        if signals.session:
            signals.session.receive(topic, body)

    def connected() -> None:
        if signals.session:
            signals.session.connected()

    def lost(numbers: Mapping[str, int]) -> None:
        if signals.session:
            signals.session.lost(numbers)

    return Device(
        endpoint=Endpoint(
            host=claim.mqtt_host,
            port=claim.mqtt_port,
            client_id=claim.bot_id,
            certificate_pem=claim.certificate_pem.encode(),
            key_pem=made.key_pem,
            ca_pem=claim.ca_pem.encode(),
        ),
        telemetry_rule=claim.telemetry_rule,
        will=reporter.last_will(claim.session, at=at),
        listener=Listener(receive=receive, connected=connected, lost=lost),
        outbox=outbox,
        randomness=SystemRandom(),
    )


def secrets_of(known: Settings, made: Identity, claim: Claim) -> list[str]:
    """List what must leave the process in no spelling."""
    key = claim.credential
    lines = made.key_pem.decode().splitlines()[1:-1]
    return [known.launch_token, key.api_key, key.api_secret, key.passphrase or "", *lines]
