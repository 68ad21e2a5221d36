"""The tenant comes first, and only an admin makes it."""

import pytest

from janym.domain.errors import Conflict, Forbidden, NotFound
from janym.usecases import organization
from tests.fakes.world import ADMIN, ANA, EVE, World


def test_an_admin_creates_and_renames_it(world: World) -> None:
    world.create_organization()
    world.clock.advance(seconds=5)
    with world.units(ADMIN.organization) as uow:
        renamed = organization.put(uow, "Acme Trading", caller=ADMIN, clock=world.clock)
        uow.commit()

    assert (renamed.name, renamed.created_at < renamed.updated_at) == ("Acme Trading", True)
    assert [entry.before for entry in world.units.tables.audit.values()] == [None, {"name": "Acme"}]


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
