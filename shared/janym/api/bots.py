"""Bots over HTTP."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, StrictBool

from janym.api.credentials import ExchangeName
from janym.api.requests import Asked, Pair, exact
from janym.domain.bot import Bot, BotStatus, Desired, Environment, StopMode
from janym.domain.client_order_id import OWNER
from janym.domain.ids import CredentialId
from janym.domain.telemetry import ConfigReport
from janym.usecases.bots import BotChange, BotSpec
from janym.usecases.wishes import StartOptions

BotName = Annotated[str, Field(min_length=1, max_length=100)]
StrategyType = Annotated[str, Field(min_length=1, max_length=100)]
Config = Annotated[dict[str, Any], BeforeValidator(exact)]


class CreateBot(Asked):
    """A bot to store, stopped. The environment is paper where none is named."""

    name: BotName
    strategy_type: StrategyType
    exchange: ExchangeName
    environment: Environment = Environment.PAPER
    trading_pair: Pair
    credential_id: UUID
    config: Config

    def spec(self) -> BotSpec:
        return BotSpec(
            name=self.name,
            strategy_type=self.strategy_type,
            exchange=self.exchange,
            environment=self.environment,
            trading_pair=self.trading_pair,
            credential=CredentialId(self.credential_id),
            config=self.config,
        )


class UpdateBot(Asked):
    """What is to be different; `config` is laid over the present one, null removes a field."""

    name: BotName | None = None
    strategy_type: StrategyType | None = None
    exchange: ExchangeName | None = None
    environment: Environment | None = None
    trading_pair: Pair | None = None
    credential_id: UUID | None = None
    config: Config | None = None

    def change(self) -> BotChange:
        return BotChange(
            name=self.name,
            strategy_type=self.strategy_type,
            exchange=self.exchange,
            environment=self.environment,
            trading_pair=self.trading_pair,
            credential=CredentialId(self.credential_id) if self.credential_id else None,
            config=self.config,
        )


class StartBot(Asked):
    """How to start; the strategy's configuration is the bot's own."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    script: Annotated[str, Field(max_length=200)] | None = None
    is_quickstart: StrictBool = False

    def options(self) -> StartOptions:
        return StartOptions(
            log_level=self.log_level, script=self.script, is_quickstart=self.is_quickstart
        )


class StopBot(Asked):
    """What becomes of open orders."""

    mode: StopMode = StopMode.CANCEL_ORDERS


class TakesEffect(StrEnum):
    """When a stored change is acted on."""

    NOW = "now"
    ON_RESTART = "on_restart"


class BotView(BaseModel):
    """A bot: what it is, what is wanted of it, and what it is doing."""

    bot_id: UUID
    name: str
    strategy_type: str
    exchange: str
    environment: Environment
    trading_pair: str
    credential_id: UUID
    config: dict[str, Any]
    status: BotStatus
    desired_status: Desired
    stop_mode: StopMode
    reason: str | None
    detail: str | None
    reported_at: AwareDatetime | None
    session: int
    order_prefix: str
    """What the client order ids of all its orders start with."""
    leaving: bool
    """Whether it is to be deleted as soon as it is stopped."""
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, bot: Bot) -> Self:
        return cls(
            bot_id=bot.id,
            name=bot.name,
            strategy_type=bot.strategy_type,
            exchange=bot.exchange,
            environment=bot.environment,
            trading_pair=bot.trading_pair,
            credential_id=bot.credential,
            config=bot.config,
            status=bot.status,
            desired_status=bot.desired,
            stop_mode=bot.stop_mode,
            reason=bot.reason,
            detail=bot.detail,
            reported_at=bot.reported_at,
            session=bot.session,
            order_prefix=f"{OWNER}{bot.tag}",
            leaving=bot.leaving,
            created_at=bot.created_at,
            updated_at=bot.updated_at,
        )


class ConfigView(BaseModel):
    """The configuration that is stored, and the one that the bot last said it runs with."""

    bot_id: UUID
    stored: dict[str, Any]
    in_force: dict[str, Any] | None
    """Null of a bot that has never run."""
    told_at: AwareDatetime | None
    same: bool
    """Whether the two agree; `POST /api/bots/{bot_id}/apply` makes them."""

    @classmethod
    def of(cls, bot: Bot, told: ConfigReport | None) -> Self:
        return cls(
            bot_id=bot.id,
            stored=bot.config,
            in_force=told.config if told else None,
            told_at=told.at if told else None,
            same=told is not None and told.config == bot.config,
        )


class UpdatedBotView(BotView):
    """A changed bot, and when it acts on the change."""

    takes_effect: TakesEffect = TakesEffect.NOW

    @classmethod
    def of(cls, bot: Bot) -> Self:
        idle = bot.status is BotStatus.STOPPED
        return cls(
            **BotView.of(bot).model_dump(),
            takes_effect=TakesEffect.NOW if idle else TakesEffect.ON_RESTART,
        )
