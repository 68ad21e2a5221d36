"""Keys are asked about, encrypted, and never seen again."""

import pytest

from janym.domain.credential import Permissions
from janym.domain.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    VenueRefused,
)
from janym.usecases import credentials
from tests.fakes.world import ANA, EVE, KEY, VERA, World


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

    with pytest.raises(InvalidInput, match="api_key: this key can withdraw"):
        world.create_credential()

    assert world.units.tables.credentials == {}


def test_a_key_that_cannot_trade_is_refused(world: World) -> None:
    world.venue.key_permissions = Permissions(trade=False, withdraw=False)

    with pytest.raises(InvalidInput, match="may not trade"):
        world.create_credential()


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


def test_one_in_use_is_not_deleted(world: World) -> None:
    stored = world.create_credential()
    world.create_bot(stored)

    with world.units(ANA.organization) as uow, pytest.raises(Conflict) as refused:
        credentials.delete(uow, stored.id, caller=ANA, clock=world.clock)

    assert refused.value.code == "CREDENTIAL_IN_USE"


def test_a_deleted_one_is_gone(world: World) -> None:
    """S0-029."""
    stored = world.create_credential()
    with world.units(ANA.organization) as uow:
        credentials.delete(uow, stored.id, caller=ANA, clock=world.clock)
        uow.commit()

    with world.units(ANA.organization) as uow, pytest.raises(NotFound):
        credentials.read(uow, stored.id)


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

    with pytest.raises(InvalidInput, match="withdraw"):
        credentials.test(stored.id, caller=ANA, units=world.units, functions=world.functions)
