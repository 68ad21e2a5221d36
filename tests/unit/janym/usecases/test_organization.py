"""The tenant comes first, and only an admin makes it."""

from dataclasses import replace

import pytest

from janym.domain.bot import Bot, Environment
from janym.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from janym.usecases import organization
from tests.fakes.world import ADMIN, ANA, EVE, World


def test_an_admin_creates_and_renames_it(world: World) -> None:
    world.create_organization()
    world.clock.advance(seconds=5)
    with world.units(ADMIN.organization) as uow:
        renamed = organization.put(uow, "Acme Trading", caller=ADMIN, clock=world.clock)
        uow.commit()

    assert (renamed.name, renamed.created_at < renamed.updated_at) == ("Acme Trading", True)
    entries = [e for e in world.units.tables.audit.values() if e.action == "organization.put"]
    assert [entry.before for entry in entries] == [None, {"name": "Acme"}]


def test_a_trader_may_not_create_it(world: World) -> None:
    """S0-142."""
    with pytest.raises(Forbidden, match="admin"):
        world.create_organization(ANA)


def test_another_organizations_is_not_found(world: World) -> None:
    """S0-141."""
    world.create_organization()
    with world.units(EVE.organization) as uow, pytest.raises(NotFound):
        organization.read(uow, caller=EVE)


def test_nothing_is_made_before_it_exists(world: World) -> None:
    with pytest.raises(Conflict, match="PUT /api/organization") as refused:
        world.create_credential()

    assert refused.value.code == "ORGANIZATION_MISSING"
    assert world.units.tables.credentials == {}


def test_real_money_needs_an_admin_and_the_words(world: World) -> None:
    """S2-082: typed confirmation, audited."""
    world.create_organization()
    with pytest.raises(Forbidden):
        world.allow_live_trading(ANA)
    for words in (None, "", "yes", "Trade real money in org_acme", "trade real money in org_rival"):
        with (
            world.units(ADMIN.organization) as uow,
            pytest.raises(InvalidInput, match="type exactly: trade real money in org_acme"),
        ):
            organization.put_live_trading(
                uow, enabled=True, confirmation=words, caller=ADMIN, clock=world.clock
            )

    world.allow_live_trading()

    entry = list(world.units.tables.audit.values())[-1]
    assert (entry.action, entry.actor) == ("organization.live_trading", ADMIN.user)
    assert entry.after == {
        "live_trading": True,
        "confirmation": "trade real money in org_acme",
    }


def live_bot(world: World) -> Bot:
    bot = replace(world.stopped_bot(), environment=Environment.LIVE)
    world.units.tables.bots[bot.id] = bot
    return bot


def test_a_live_bot_does_not_start_without_it(world: World) -> None:
    """S2-082."""
    bot = live_bot(world)

    for act in (world.start, world.restart):
        with pytest.raises(Conflict, match="live-trading") as refused:
            act(bot.id)
        assert refused.value.code == "LIVE_TRADING_OFF"
    world.allow_live_trading()
    world.start(bot.id)


def test_real_money_is_not_forbidden_to_bots_that_trade_with_it(world: World) -> None:
    bot = live_bot(world)
    world.allow_live_trading()
    world.start(bot.id)

    with world.units(ADMIN.organization) as uow, pytest.raises(Conflict, match="maker") as refused:
        organization.put_live_trading(
            uow, enabled=False, confirmation=None, caller=ADMIN, clock=world.clock
        )

    assert refused.value.code == "LIVE_BOTS_RUN"


def test_there_are_no_more_than_allowed(world: World) -> None:
    """S2-081: each limit has a code of its own and says how to raise it."""
    bot = world.stopped_bot()
    world.limit(bots=1, running_bots=1, credentials=1)
    with pytest.raises(Conflict, match="may have 1 bots and has 1") as no_bot:
        world.create_bot(world.units.tables.credentials[bot.credential], name="second")
    with pytest.raises(Conflict, match="PUT /api/organization/limits") as no_key:
        world.create_credential("second")
    world.limit(bots=2, running_bots=1, credentials=2)
    second = world.create_bot(world.create_credential("second"), name="second")
    world.start(bot.id)
    with pytest.raises(Conflict) as not_running:
        world.start(second.id)

    codes = [refused.value.code for refused in (no_bot, no_key, not_running)]
    assert codes == ["BOT_LIMIT", "CREDENTIAL_LIMIT", "RUNNING_BOT_LIMIT"]
    world.restart(bot.id)
    world.stop(bot.id)
    world.start(second.id)


def test_only_an_admin_changes_limits(world: World) -> None:
    """S0-142."""
    world.create_organization()

    with pytest.raises(Forbidden):
        world.limit(ANA, bots=1)
