"""A run's claim over HTTP."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from janym.api.orders import FillView
from janym.api.requests import authorizer
from janym.domain.bot import Bot, Desired, Environment, StopMode
from janym.domain.command import Command, CommandKind
from janym.domain.credential import ExchangeKey
from janym.domain.egress import Share
from janym.domain.errors import Forbidden
from janym.domain.ids import RunId, TaskId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.trading import Stretch
from janym.usecases.claim import Claim, Claimed

METRICS_INTERVAL_S = 5


class ClaimRequest(BaseModel):
    """What a bridge asks with. An older platform understands a newer bridge."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1]
    token: Annotated[SecretStr, Field(min_length=1, max_length=500)]
    run_id: UUID
    csr: Annotated[str, Field(min_length=1, max_length=10_000)]

    def asked(self, task: TaskId) -> Claim:
        return Claim(
            run=RunId(self.run_id),
            token=self.token.get_secret_value(),
            csr_pem=self.csr,
            task=task,
        )


def task_of(app: APIGatewayHttpResolver, *, role: str) -> TaskId:
    """Say which task calls: ECS names the sessions of a task's role by the task's id.

    Raises:
        Forbidden: the caller is no task of a bot.
    """
    arn = str(authorizer(app, "iam").get("userArn", ""))
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    name, _, task = rest.partition("/")
    if kind != "assumed-role" or name != role or not task or "/" in task:
        raise Forbidden("only a bot's own task may claim")
    return TaskId(task)


class ClaimedBotView(BaseModel):
    """What to run."""

    name: str
    strategy_type: str
    exchange: str
    environment: Environment
    trading_pair: str
    config: dict[str, Any]

    @classmethod
    def of(cls, bot: Bot) -> Self:
        return cls(
            name=bot.name,
            strategy_type=bot.strategy_type,
            exchange=bot.exchange,
            environment=bot.environment,
            trading_pair=bot.trading_pair,
            config=bot.config,
        )


class KeyView(BaseModel):
    """The exchange key in the clear, for the one caller that may have it."""

    api_key: str = Field(repr=False)
    api_secret: str = Field(repr=False)
    passphrase: str | None = Field(repr=False)

    @classmethod
    def of(cls, key: ExchangeKey) -> Self:
        return cls(api_key=key.api_key, api_secret=key.api_secret, passphrase=key.passphrase)


class PendingCommandView(BaseModel):
    """A command that was not carried out yet."""

    id: UUID
    kind: CommandKind
    payload: dict[str, Any]
    expires_at: AwareDatetime

    @classmethod
    def of(cls, command: Command) -> Self:
        return cls(
            id=command.id,
            kind=command.kind,
            payload=command.payload,
            expires_at=command.expires_at,
        )


class ReconnectsView(BaseModel):
    """How often the engine may connect to its venue, in any stretch of a period."""

    connections: int
    period_s: str

    @classmethod
    def of(cls, share: Share) -> Self:
        return cls(connections=share.connections, period_s=str(int(share.period.total_seconds())))


class TotalsView(BaseModel):
    """What fills add up to, in quote units where nothing else is said."""

    position: str
    flow: str
    cost: str
    gross: str
    fees: str
    fees_by_asset: dict[str, str]
    volume: str
    fills: int

    @classmethod
    def of(cls, totals: ProfitAndLoss) -> Self:
        return cls(
            position=str(totals.position),
            flow=str(totals.flow),
            cost=str(totals.cost),
            gross=str(totals.gross),
            fees=str(totals.fees),
            fees_by_asset={asset: str(paid) for asset, paid in totals.fees_by_asset.items()},
            volume=str(totals.volume),
            fills=totals.fills,
        )


class StretchView(BaseModel):
    """Fills of a few minutes, of which only the figures are handed on; volume in quote units."""

    ended: AwareDatetime
    fills: int
    volume: str

    @classmethod
    def of(cls, stretch: Stretch) -> Self:
        return cls(ended=stretch.ended, fills=stretch.fills, volume=str(stretch.volume))


class Broker(BaseModel):
    """Where the bridge connects to, and whom it trusts."""

    ca_pem: str
    mqtt_host: str
    mqtt_port: int
    telemetry_rule: str


class ClaimView(Broker):
    """Everything that a run needs, given once."""

    v: Literal[1] = 1
    bot_id: UUID
    session: int
    tag: str
    desired: Desired
    stop_mode: StopMode
    certificate_pem: str
    bot: ClaimedBotView
    credential: KeyView = Field(repr=False)
    venue: dict[str, str] | None
    reconnects: ReconnectsView | None
    fills: list[FillView]
    earlier: list[StretchView]
    totals: TotalsView
    commands: list[PendingCommandView]
    metrics_interval_s: int = METRICS_INTERVAL_S

    @classmethod
    def of(cls, claimed: Claimed, *, broker: Broker, venue: dict[str, str] | None) -> Self:
        return cls(
            **broker.model_dump(),
            bot_id=claimed.bot.id,
            session=claimed.session,
            tag=claimed.bot.tag,
            desired=claimed.bot.desired,
            stop_mode=claimed.bot.stop_mode,
            certificate_pem=claimed.certificate.pem,
            bot=ClaimedBotView.of(claimed.bot),
            credential=KeyView.of(claimed.key),
            venue=venue,
            reconnects=claimed.reconnects and ReconnectsView.of(claimed.reconnects),
            fills=[FillView.of(fill) for fill in claimed.fills],
            earlier=[StretchView.of(stretch) for stretch in claimed.earlier],
            totals=TotalsView.of(claimed.totals),
            commands=[PendingCommandView.of(command) for command in claimed.commands],
        )
