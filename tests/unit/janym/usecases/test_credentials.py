"""Keys are asked about, encrypted, and never seen again."""

import pytest

from janym.domain.credential import Credential, ExchangeKey, Permissions
from janym.domain.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    InvalidInput,
    KeyCanWithdraw,
    NotFound,
    VenueRefused,
)
from janym.domain.ids import CredentialId
from janym.usecases import credentials, key_checks
from tests.fakes.world import ANA, EVE, KEY, VERA, World

OTHER_KEY = ExchangeKey(api_key="canary-other-wxyz", api_secret="canary-other-secret")


@pytest.fixture
def world() -> World:
    world = World()
    world.create_organization()
    return world


def test_only_ciphertext_is_stored(world: World) -> None:
    """S0-027, S0-130, S0-133."""
    stored = world.create_credential()

    everything = repr(world.units.tables) + repr(stored.encrypted)
    assert KEY.api_key not in everything
    assert KEY.api_secret not in everything
    assert stored.hint == "1234"


def test_it_decrypts_for_its_own_row_only(world: World) -> None:
    """K-05."""
    stored, other = world.create_credential(), world.create_credential("second")

    assert world.vault.decrypt(stored.encrypted, context=stored.context()) == KEY
    assert other.context() != stored.context()


def test_a_key_that_can_withdraw_is_refused(world: World) -> None:
    world.venue.key_permissions = Permissions(trade=True, withdraw=True)

    with pytest.raises(InvalidInput, match="api_key: this key can withdraw") as refused:
        world.create_credential()

    assert refused.value.code == "KEY_CAN_WITHDRAW"
    assert world.units.tables.credentials == {}


def test_a_key_that_cannot_trade_is_refused(world: World) -> None:
    world.venue.key_permissions = Permissions(trade=False, withdraw=False)

    with pytest.raises(InvalidInput, match="may not trade") as refused:
        world.create_credential()

    assert refused.value.code == "KEY_CANNOT_TRADE"


def test_unknown_permissions_are_kept_as_unknown(world: World) -> None:
    world.venue.key_permissions = Permissions(trade=None, withdraw=None)

    assert world.create_credential().permissions == Permissions(trade=None, withdraw=None)


def test_the_venues_reason_reaches_its_owner(world: World) -> None:
    """S0-030."""
    world.venue.refusal = VenueRefused("binance", "-2015", "Invalid API-key, IP, or permissions.")

    with pytest.raises(VenueRefused, match="Invalid API-key"):
        world.create_credential()

    assert world.units.tables.credentials == {}


def test_a_label_is_taken_once_per_exchange_and_environment(world: World) -> None:
    """S0-006, K-14."""
    world.create_credential()
    world.create_credential("second")

    with pytest.raises(AlreadyExists):
        world.create_credential()


def test_a_viewer_stores_and_deletes_nothing(world: World) -> None:
    """S0-142."""
    stored = world.create_credential()
    with pytest.raises(Forbidden):
        world.create_credential("second", caller=VERA)
    with world.units(VERA.organization) as uow, pytest.raises(Forbidden):
        credentials.delete(uow, stored.id, caller=VERA, clock=world.clock)


def delete(world: World, key: CredentialId) -> None:
    with world.units(ANA.organization) as uow:
        credentials.delete(uow, key, caller=ANA, clock=world.clock)
        uow.commit()


def put(world: World, key: CredentialId, fresh: ExchangeKey) -> Credential:
    with world.units(ANA.organization) as uow:
        asked = credentials.replacement(uow, key, fresh, caller=ANA)
    examined = credentials.examine(asked, caller=ANA, venues=world.venues)
    with world.units(ANA.organization) as uow:
        stored = credentials.put(
            uow, key, examined, caller=ANA, vault=world.vault, clock=world.clock
        )
        uow.commit()
    return stored


def test_one_that_a_bot_trades_with_is_neither_deleted_nor_replaced(world: World) -> None:
    """S0-029: not before the bot has stopped and the venue was asked what is left of it."""
    bot = world.running_bot()

    for act in (
        lambda: delete(world, bot.credential),
        lambda: put(world, bot.credential, OTHER_KEY),
    ):
        with pytest.raises(Conflict, match=r"'maker' \(running\)") as refused:
            act()
        assert refused.value.code == "CREDENTIAL_IN_USE"


def test_a_deleted_one_is_gone_and_its_stopped_bots_do_not_start(world: World) -> None:
    """S0-029."""
    stored = world.create_credential()
    bot = world.create_bot(stored)
    delete(world, stored.id)

    with world.units(ANA.organization) as uow, pytest.raises(NotFound):
        credentials.read(uow, stored.id)
    with pytest.raises(Conflict, match="give the bot another") as refused:
        world.start(bot.id)
    assert refused.value.code == "CREDENTIAL_DELETED"
    world.create_credential()


def test_another_key_takes_its_place(world: World) -> None:
    """S2-067: examined as a new one is; id, label and bots stay."""
    stored = world.create_credential()
    bot = world.create_bot(stored)
    world.venue.key_permissions = Permissions(trade=True, withdraw=True)
    with pytest.raises(InvalidInput):
        put(world, stored.id, OTHER_KEY)
    assert world.units.tables.credentials[stored.id] == stored
    world.venue.key_permissions = Permissions(trade=True, withdraw=None)

    new = put(world, stored.id, OTHER_KEY)

    assert (new.id, new.label, new.hint) == (stored.id, stored.label, "wxyz")
    assert world.vault.decrypt(new.encrypted, context=new.context()) == OTHER_KEY
    assert OTHER_KEY.api_secret not in repr(world.units.tables)
    world.start(bot.id)


def test_the_name_of_an_exchange_is_enough_for_its_only_key(world: World) -> None:
    """S0-062."""
    first = world.create_credential()
    with world.units(ANA.organization) as uow:
        found = credentials.of_exchange(uow, "binance", credentials.Place(), caller=ANA)
        assert found.id == first.id
        with pytest.raises(NotFound):
            credentials.of_exchange(uow, "bybit", credentials.Place(), caller=ANA)
        with pytest.raises(Forbidden):
            credentials.of_exchange(uow, "binance", credentials.Place(), caller=VERA)
    second = world.create_credential("second")
    with world.units(ANA.organization) as uow:
        with pytest.raises(Conflict, match=str(second.id)) as refused:
            credentials.of_exchange(uow, "binance", credentials.Place(), caller=ANA)
        named = credentials.of_exchange(
            uow, "binance", credentials.Place(label="second"), caller=ANA
        )

    assert (refused.value.code, named.id) == ("CREDENTIAL_AMBIGUOUS", second.id)


def test_a_bot_does_not_start_with_a_key_that_can_withdraw_by_now(world: World) -> None:
    stored = world.create_credential()
    bot = world.create_bot(stored)
    world.venue.key_permissions = Permissions(trade=True, withdraw=True)
    key_checks.test(stored.id, world.tools, why="the daily check")

    with pytest.raises(InvalidInput, match=r"credential_id: .* take that right") as refused:
        world.start(bot.id)

    assert refused.value.code == "KEY_CAN_WITHDRAW"


def test_another_organization_sees_none(world: World) -> None:
    """S0-141."""
    stored = world.create_credential()

    with world.units(EVE.organization) as uow:
        assert credentials.listed(uow) == []
        with pytest.raises(NotFound):
            credentials.delete(uow, stored.id, caller=EVE, clock=world.clock)
    with pytest.raises(NotFound):
        credentials.test(stored.id, caller=EVE, units=world.units, functions=world.functions)
    assert world.functions.tested == []


def test_testing_one_asks_venue_check(world: World) -> None:
    stored = world.create_credential()

    tested = credentials.test(stored.id, caller=ANA, units=world.units, functions=world.functions)

    assert (world.functions.tested, tested.id) == ([stored.id], stored.id)


def test_testing_one_that_can_withdraw_by_now_says_so(world: World) -> None:
    stored = world.create_credential()
    world.functions.permissions = Permissions(trade=True, withdraw=True)

    with pytest.raises(KeyCanWithdraw, match="withdraw"):
        credentials.test(stored.id, caller=ANA, units=world.units, functions=world.functions)
