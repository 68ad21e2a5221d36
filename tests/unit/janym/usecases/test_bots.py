"""What bots are made of, and how that changes."""

from dataclasses import replace
from uuid import UUID

import pytest

from janym.domain import client_order_id
from janym.domain.bot import Bot, BotStatus, Environment
from janym.domain.errors import AlreadyExists, Conflict, Forbidden, InvalidInput, NotFound
from janym.domain.ids import BotId, CredentialId
from janym.domain.organization import Caller
from janym.ports.unit_of_work import Page
from janym.usecases import bots
from janym.usecases.bots import BotChange
from tests.fakes.world import ANA, CONFIG, EVE, VERA, World


@pytest.fixture
def bot(world: World) -> Bot:
    return world.stopped_bot()


def update(world: World, bot: BotId, change: BotChange, caller: Caller = ANA) -> Bot:
    with world.units(caller.organization) as uow:
        spec = bots.changed(uow, bot, change, caller=caller)
    spec = bots.examine(spec, caller=caller, venues=world.venues)
    with world.units(caller.organization) as uow:
        changed = bots.update(uow, bot, spec, caller=caller, clock=world.clock)
        uow.commit()
    return changed


def delete(world: World, bot: BotId, caller: Caller = ANA) -> None:
    with world.units(caller.organization) as uow:
        bots.delete(uow, bot, caller=caller, clock=world.clock)
        uow.commit()


def spec(credential: CredentialId) -> bots.BotSpec:
    return bots.BotSpec(
        name="maker",
        strategy_type="pure_market_making",
        exchange="binance",
        environment=Environment.PAPER,
        trading_pair="ETH-USDT",
        credential=credential,
        config=CONFIG,
    )


def test_a_new_bot_is_stopped_and_has_its_defaults(world: World, bot: Bot) -> None:
    """S0-020."""
    assert world.bot(bot.id) == bot
    assert bot.status is BotStatus.STOPPED
    assert bot.config.items() >= {"bid_spread": "0.001"}.items()
    assert bot.config.keys() > CONFIG.keys()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"strategy_type": "grid_trading"}, "strategy_type"),
        ({"exchange": "nasdaq"}, "exchange"),
        ({"environment": Environment.LIVE}, "environment"),
        ({"trading_pair": "ETH-EUR"}, "trading_pair"),
        ({"config": CONFIG | {"bid_spread": "-0.1"}}, "config.bid_spread"),
        ({"config": CONFIG | {"bid_spred": "0.1"}}, "config.bid_spred"),
    ],
)
def test_what_cannot_trade_is_refused_by_field(
    world: World, bot: Bot, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        bots.examine(
            replace(spec(bot.credential), **wrong),
            caller=ANA,
            venues=world.venues,
        )

    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("wrong", [{}, {"exchange": "kraken"}, {"environment": Environment.LIVE}])
def test_its_key_must_be_the_organizations_and_for_its_venue(
    world: World, bot: Bot, wrong: dict[str, object]
) -> None:
    key = bot.credential if wrong else CredentialId(UUID(int=7))
    odd = replace(spec(key), **wrong)

    with world.units(ANA.organization) as uow, pytest.raises(InvalidInput) as refused:
        bots.create(uow, odd, caller=ANA, clock=world.clock, randomness=world.randomness)

    assert [error.field for error in refused.value.errors] == ["credential_id"]


class Fixed:
    """Gives one id, whose tags a test has taken."""

    def __init__(self, key: UUID) -> None:
        self.key = key

    def uuid(self) -> UUID:
        return self.key

    def token(self) -> str:
        return ""


def take_tags(world: World, bot: Bot, key: UUID, count: int) -> None:
    for attempt in range(count):
        other = BotId(UUID(int=attempt + 1))
        tag = client_order_id.tag_of(BotId(key), attempt)
        world.units.tables.bots[other] = replace(bot, id=other, tag=tag)


def test_a_taken_tag_is_given_to_nobody_else(world: World, bot: Bot) -> None:
    """Tags tell whose order is whose, so two bots never share one."""
    key = UUID(int=5 * 10**30)
    take_tags(world, bot, key, 2)

    with world.units(ANA.organization) as uow:
        made = bots.create(
            uow, spec(bot.credential), caller=ANA, clock=world.clock, randomness=Fixed(key)
        )

    assert made.tag == client_order_id.tag_of(made.id, 2)


def test_no_free_tag_is_an_error(world: World, bot: Bot) -> None:
    key = UUID(int=5 * 10**30)
    take_tags(world, bot, key, bots.TAG_ATTEMPTS)

    with world.units(ANA.organization) as uow, pytest.raises(AlreadyExists):
        bots.create(uow, spec(bot.credential), caller=ANA, clock=world.clock, randomness=Fixed(key))


def test_an_update_changes_the_given_fields_alone(world: World, bot: Bot) -> None:
    """S0-021, S0-053."""
    changed = update(world, bot.id, BotChange(name="taker", config={"ask_spread": "0.002"}))

    assert (changed.name, changed.config) == ("taker", bot.config | {"ask_spread": "0.002"})
    same = replace(changed, name=bot.name, config=bot.config, updated_at=bot.updated_at)
    assert same == bot


def test_null_puts_a_field_back_to_its_default(world: World, bot: Bot) -> None:
    changed = update(world, bot.id, BotChange(config={"order_levels": 2}))
    assert changed.config["order_levels"] == 2

    assert update(world, bot.id, BotChange(config={"order_levels": None})).config == bot.config


def test_the_config_of_a_running_bot_may_change(world: World) -> None:
    bot = world.running_bot()

    assert update(world, bot.id, BotChange(config={"ask_spread": "0.002"})).status is bot.status


def test_its_account_and_strategy_may_not(world: World) -> None:
    bot = world.running_bot()
    other = world.create_credential("second")

    with pytest.raises(Conflict, match="credential can only change while the bot is stopped"):
        update(world, bot.id, BotChange(credential=other.id))
    with pytest.raises(Conflict, match="strategy_type"):
        update(world, bot.id, BotChange(strategy_type="pmm"))

    assert world.bot(bot.id) == bot


def test_a_running_bot_is_not_deleted(world: World) -> None:
    """S0-022."""
    bot = world.running_bot()

    with pytest.raises(Conflict, match="stop it") as refused:
        delete(world, bot.id)

    assert refused.value.code == "BOT_RUNNING"


def test_a_stopped_bot_is_deleted(world: World, bot: Bot) -> None:
    """S0-022, S0-054."""
    delete(world, bot.id)

    assert world.units.tables.bots == {}


def test_another_organizations_bot_does_not_exist(world: World, bot: Bot) -> None:
    """S0-026, S0-141."""
    with world.units(EVE.organization) as uow:
        assert bots.listed(uow, Page()).items == []
        with pytest.raises(NotFound):
            bots.read(uow, bot.id)
    with pytest.raises(NotFound):
        update(world, bot.id, BotChange(name="mine"), caller=EVE)
    with pytest.raises(NotFound):
        delete(world, bot.id, caller=EVE)


def test_a_viewer_changes_nothing(world: World, bot: Bot) -> None:
    """S0-142."""
    with pytest.raises(Forbidden):
        world.create_bot(world.create_credential("second"), caller=VERA)
    with pytest.raises(Forbidden):
        update(world, bot.id, BotChange(name="mine"), caller=VERA)
    with pytest.raises(Forbidden):
        delete(world, bot.id, caller=VERA)
