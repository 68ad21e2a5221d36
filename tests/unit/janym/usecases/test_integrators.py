"""Who may let a program in, how many, and that it is written down."""

import pytest

from janym.api.contract.integrators import CSR
from janym.domain.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Unavailable,
)
from janym.domain.ids import OrganizationId
from janym.domain.integrator import MOST, Integrator, IntegratorState
from janym.domain.organization import Caller, Role
from janym.usecases import integrators
from tests.fakes import outside
from tests.fakes.intercepted import certificate_request
from tests.fakes.world import ADMIN, ANA, EVE, VERA, World, member


@pytest.fixture
def world() -> World:
    made = World()
    made.create_organization()
    made.create_organization(EVE)
    return made


def issue(world: World, csr: str = CSR, caller: Caller = ADMIN) -> Integrator:
    with world.units(caller.organization) as uow:
        issued = integrators.issue(
            uow, "desk", csr, caller=caller, passes=world.passes, clock=world.clock
        )
        uow.commit()
    return issued


def revoke(world: World, integrator: Integrator, caller: Caller = ADMIN) -> Integrator:
    with world.units(caller.organization) as uow:
        revoked = integrators.revoke(uow, integrator.id, caller=caller, clock=world.clock)
        uow.commit()
    return revoked


def actions(world: World) -> list[tuple[str, str, str]]:
    return [
        (entry.actor, entry.action, entry.subject)
        for entry in world.units.tables.audit.values()
        if entry.action.startswith("integrator.")
    ]


def test_an_admin_lets_a_program_in_and_out_and_both_are_written_down(world: World) -> None:
    issued = issue(world)
    assert world.passes.good == {issued.client_id: ADMIN.organization}
    revoked = revoke(world, issued)

    assert revoked.state is IntegratorState.REVOKING
    assert revoked.revoked_by == ADMIN.user
    assert actions(world) == [
        (ADMIN.user, "integrator.issue", str(issued.id)),
        (ADMIN.user, "integrator.revoke", str(issued.id)),
    ]


def test_revoking_twice_is_once(world: World) -> None:
    issued = issue(world)
    first = revoke(world, issued)
    world.clock.advance(minutes=1)

    assert revoke(world, issued) == first
    assert len(actions(world)) == 2


@pytest.mark.parametrize("caller", [ANA, VERA], ids=lambda caller: caller.role)
def test_nobody_but_an_admin_does_either(world: World, caller: Caller) -> None:
    """S0-142."""
    issued = issue(world)
    for act in (lambda: issue(world, outside.CSR, caller), lambda: revoke(world, issued, caller)):
        with pytest.raises(Forbidden):
            act()

    assert list(world.passes.good) == [issued.client_id]


def test_another_organizations_integrator_does_not_exist(world: World) -> None:
    """S0-141."""
    issued = issue(world)

    with pytest.raises(NotFound):
        revoke(world, issued, EVE)
    with pytest.raises(AlreadyExists):
        issue(world, CSR, EVE)


def test_a_name_is_given_once(world: World) -> None:
    revoke(world, issue(world))

    with pytest.raises(AlreadyExists):
        issue(world)


def test_where_iot_is_away_nobody_got_in(world: World) -> None:
    world.passes.away = True
    with pytest.raises(Unavailable):
        issue(world)

    assert world.units.tables.integrators == {}
    assert actions(world) == []


def test_there_is_room_for_so_many(world: World) -> None:
    """Those who are revoked take none."""
    first = issue(world)
    for n in range(1, MOST):
        issue(world, certificate_request(f"live-00000000-0000-0000-0000-{n:012d}"))
    with pytest.raises(Conflict) as refused:
        issue(world, outside.CSR)
    revoke(world, first)
    issue(world, outside.CSR)

    assert refused.value.code == "INTEGRATOR_LIMIT"


def test_a_bots_name_is_not_given(world: World) -> None:
    with pytest.raises(InvalidInput, match="common name"):
        issue(world, certificate_request("5f0c2d9e-7b1a-4c83-9d46-0a1b2c3d4e5f"))


def test_an_organization_that_is_no_level_of_a_topic_has_none(world: World) -> None:
    caller = member(Role.ADMIN, OrganizationId("a/b"))
    world.create_organization(caller)

    with pytest.raises(Conflict) as refused:
        issue(world, CSR, caller)

    assert refused.value.code == "ORGANIZATION_NO_TOPIC"
    assert world.passes.good == {}
