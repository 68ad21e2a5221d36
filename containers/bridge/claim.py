"""Asking for the run: one POST that gives the certificate, the session, the key and the wish.

    POST CLAIM_URL  {"v": 1, "token": …, "run_id": …, "csr": PEM}
    200  the answer below
    425  the launch is not noted yet: ask again
    4xx  this run will never get an answer

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from janym.api.messages import Money
from janym.domain.bot import Desired, Environment, StopMode
from janym.domain.command import CommandKind
from janym.domain.trading import FillSource, Side

PATIENCE_S = 180.0
TIMEOUT_S = 30.0
LARGEST_ANSWER = 64 * 1024 * 1024
AGAIN = frozenset({HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The run is not ours, or cannot be had; asking again does not help."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ClaimedBot(_Answer):
    """What to run."""

    name: str
    strategy_type: str
    exchange: str
    environment: Environment
    trading_pair: str
    config: dict[str, Any]


class ClaimedKey(_Answer):
    """The exchange key, in the clear."""

    api_key: str = Field(repr=False)
    api_secret: str = Field(repr=False)
    passphrase: str | None = Field(default=None, repr=False)


class ClaimedFill(_Answer):
    """One fill that the platform knows."""

    trade_id: str
    client_order_id: str
    exchange_order_id: str | None = None
    trading_pair: str
    side: Side = Field(validation_alias=AliasChoices("side", "order_side"))
    price: Money
    quantity: Money
    fee: Money
    fee_asset: str
    fee_price: Money | None = None
    maker: bool | None = None
    executed_at: AwareDatetime = Field(validation_alias=AliasChoices("executed_at", "timestamp"))
    source: FillSource = FillSource.BOT


class ClaimedTotals(_Answer):
    """What all fills of the pair add up to, those that are not handed over too."""

    position: Money
    flow: Money
    cost: Money
    gross: Money
    fees: Money
    fees_by_asset: dict[str, Money]
    volume: Money
    fills: int


class ClaimedStretch(_Answer):
    """Fills of a few minutes that are not handed over: how many, and their volume."""

    ended: AwareDatetime
    fills: int
    volume: Money


class ClaimedCommand(_Answer):
    """A command that was not carried out yet."""

    id: str
    kind: CommandKind
    payload: dict[str, Any]
    expires_at: AwareDatetime


class Reconnects(_Answer):
    """The run's share of the connections that its venue takes from one address."""

    connections: int = Field(ge=1)
    period_s: Money


class Claim(_Answer):
    """Everything that a run needs, given once."""

    v: Literal[1]
    bot_id: str
    session: int
    tag: str
    desired: Desired
    stop_mode: StopMode
    certificate_pem: str
    ca_pem: str
    mqtt_host: str
    mqtt_port: int
    telemetry_rule: str
    bot: ClaimedBot
    credential: ClaimedKey = Field(repr=False)
    venue: dict[str, str] | None = None
    reconnects: Reconnects | None = None
    fills: list[ClaimedFill] = Field(default_factory=list[ClaimedFill])
    earlier: list[ClaimedStretch] = Field(default_factory=list[ClaimedStretch])
    totals: ClaimedTotals | None = None
    commands: list[ClaimedCommand] = Field(default_factory=list[ClaimedCommand])
    metrics_interval_s: float = Field(default=5, gt=0, le=3600)


class _Problem(_Answer):
    code: str = ""
    detail: str = ""


class _Again(Exception):
    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Asks until there is an answer or patience ends. Blocks: run it in a thread."""

    url: str
    sign: Callable[[str, bytes], dict[str, str]]
    """Gives the headers for a URL and a body."""
    delays: Iterator[float]
    now: Callable[[], datetime]
    pause: Callable[[float], object]
    """Waits; ends the wait early where the process should end."""

    def claim(self, token: str, *, run_id: str, request_pem: bytes) -> Claim:
        """Claim the run.

        Raises:
            Refused: the platform said no, or said nothing sensible for three minutes.
        """
        body = {"v": 1, "token": token, "run_id": run_id, "csr": request_pem.decode()}
        encoded = json.dumps(body).encode()
        began = self.now()
        while True:
            try:
                return self._ask(encoded)
            except _Again as again:
                waited = (self.now() - began).total_seconds()
                wait = again.after_s or next(self.delays)
                if waited + wait > PATIENCE_S:
                    raise Refused(f"no answer in {waited:.0f} s; the last was: {again}") from again
                logger.info("the claim has no answer yet (%s); asking again", again)
                self.pause(wait)

    def _ask(self, body: bytes) -> Claim:
        try:
            request = urllib.request.Request(self.url, body, self.sign(self.url, body))  # noqa: S310 - the launcher's address
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - as above
                return Claim.model_validate_json(response.read(LARGEST_ANSWER))
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
            raise Refused(f"the answer is not one that this bridge understands: {fields}") from None
        except (OSError, HTTPException) as error:
            raise _Again(f"{type(error).__name__}: {error}") from error


def _refusal(error: urllib.error.HTTPError) -> Exception:
    with error:
        said = f"{error.code} {_problem(error.read(4096))}".strip()
    if error.code in AGAIN or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        after = error.headers.get("Retry-After", "")
        return _Again(said, float(after) if after.isdigit() and int(after) <= 60 else None)
    return Refused(said)


def _problem(body: bytes) -> str:
    try:
        problem = _Problem.model_validate_json(body)
    except ValidationError:
        return ""
    return f"{problem.code} {problem.detail}"
