"""Versions, templates and documents of bots over HTTP."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from janym.api import refusals
from janym.api.bots import BotName, Config, StrategyType
from janym.api.credentials import ExchangeName
from janym.api.requests import Asked, Pair, WholeQuery
from janym.domain.bot import Bot, Environment
from janym.domain.configuration import ConfigVersion, Template
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import CredentialId
from janym.hummingbot import documents, library
from janym.usecases.bots import BotSpec
from janym.usecases.configurations import Compared

TEMPLATE_NAME = r"^[a-z0-9][a-z0-9-]{0,59}$"


class VersionView(BaseModel):
    """What a bot was from one change to the next."""

    number: int
    at: AwareDatetime
    author: str
    note: str
    """How it came to be: `created`, `updated`, `rolled back to 3`, `imported`."""
    body: dict[str, Any]

    @classmethod
    def of(cls, version: ConfigVersion) -> Self:
        return cls(
            number=version.number,
            at=version.at,
            author=version.author,
            note=version.note,
            body=version.body,
        )


class DiffQuery(WholeQuery):
    """Which version to compare with; the one before, where none is named."""

    against: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class DifferenceView(BaseModel):
    """One field that the two have different; null where one has it not."""

    field: str
    before: Any
    after: Any


class DiffView(BaseModel):
    """Two versions, and the fields they have different. Version 0 is nothing."""

    older: int
    newer: int
    items: list[DifferenceView]

    @classmethod
    def of(cls, compared: Compared) -> Self:
        items = [
            DifferenceView(field=each.field, before=each.before, after=each.after)
            for each in compared.differences
        ]
        return cls(older=compared.older, newer=compared.newer, items=items)


class TemplateView(BaseModel):
    """A part of a configuration that bots are made from."""

    name: str
    description: str
    strategy_type: str
    config: dict[str, Any]
    needs: list[str]
    """Fields that must be given when it is used."""
    own: bool
    """Whether the organization wrote it; else it comes with the platform."""
    updated_at: AwareDatetime | None

    @classmethod
    def of(cls, template: Template) -> Self:
        return cls(
            name=template.name,
            description=template.description,
            strategy_type=template.strategy_type,
            config=template.config,
            needs=library.missing(template),
            own=template.own,
            updated_at=template.updated_at,
        )


class PutTemplate(Asked):
    """A template to keep under the name in the path."""

    description: Annotated[str, Field(max_length=500)] = ""
    strategy_type: StrategyType
    config: Config

    def template(self, name: str) -> Template:
        """Raises InvalidInput for a name that none may have."""
        checked = _Name.of(name)
        return Template(
            name=checked,
            description=self.description,
            strategy_type=self.strategy_type,
            config=self.config,
            own=True,
            updated_at=None,
        )


class _Name(BaseModel):
    name: Annotated[str, Field(pattern=TEMPLATE_NAME)]

    @classmethod
    def of(cls, name: str) -> str:
        try:
            return cls(name=name).name
        except ValidationError:
            reason = "must be 1 to 60 small letters, digits and hyphens"
            raise InvalidInput(FieldError(field="name", reason=reason)) from None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InstanceSettings(_Part):
    """What the bot is called."""

    name: BotName


class StrategyConfig(_Part):
    """What it trades, and how."""

    strategy_type: StrategyType
    trading_pair: Pair
    config: Config


class ExchangeSettings(_Part):
    """Where it trades; with which key is said where it is brought in."""

    exchange: ExchangeName
    environment: Environment


class RiskSettings(_Part):
    """Nothing yet: limits belong to the organization, a bot has none of its own."""


class BotDocument(_Part):
    """A bot that leaves the platform, or comes back."""

    version: Literal[2] = 2
    instance_settings: InstanceSettings
    strategy_configs: Annotated[list[StrategyConfig], Field(min_length=1, max_length=1)]
    exchange_settings: ExchangeSettings
    risk_settings: RiskSettings = RiskSettings()

    @classmethod
    def of(cls, bot: Bot) -> Self:
        strategy = StrategyConfig(
            strategy_type=bot.strategy_type, trading_pair=bot.trading_pair, config=bot.config
        )
        return cls(
            instance_settings=InstanceSettings(name=bot.name),
            strategy_configs=[strategy],
            exchange_settings=ExchangeSettings(exchange=bot.exchange, environment=bot.environment),
        )

    @classmethod
    def read(cls, document: dict[str, Any]) -> Self:
        """Read a document of any version that the platform knows. Raises InvalidInput by field."""
        try:
            return cls.model_validate(documents.migrated(document))
        except ValidationError as refused:
            wrong = refusals.invalid(refused).errors
            raise InvalidInput(
                *(FieldError(field=f"document.{e.field}", reason=e.reason) for e in wrong)
            ) from None

    def spec(self, credential: CredentialId) -> BotSpec:
        [strategy] = self.strategy_configs
        return BotSpec(
            name=self.instance_settings.name,
            strategy_type=strategy.strategy_type,
            exchange=self.exchange_settings.exchange,
            environment=self.exchange_settings.environment,
            trading_pair=strategy.trading_pair,
            credential=credential,
            config=strategy.config,
        )


class ImportBot(Asked):
    """A document to make a bot of, stopped; older versions are brought up to the present one."""

    document: Config
    credential_id: UUID

    def spec(self) -> BotSpec:
        return BotDocument.read(self.document).spec(CredentialId(self.credential_id))


class UseTemplate(Asked):
    """What a template leaves open; `config` comes before what the template says."""

    name: BotName
    exchange: ExchangeName
    environment: Environment = Environment.PAPER
    trading_pair: Pair
    config: Config = Field(default_factory=dict[str, Any])

    def document(self, template: Template) -> BotDocument:
        """Make the document that `POST /api/bots/import` takes. Raises InvalidInput by field."""
        strategy = StrategyConfig(
            strategy_type=template.strategy_type,
            trading_pair=self.trading_pair,
            config=library.filled(template, self.config),
        )
        return BotDocument(
            instance_settings=InstanceSettings(name=self.name),
            strategy_configs=[strategy],
            exchange_settings=ExchangeSettings(
                exchange=self.exchange, environment=self.environment
            ),
        )
