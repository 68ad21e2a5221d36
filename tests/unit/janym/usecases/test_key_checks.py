"""Keys are asked about once a day; a refusal is an answer, a timeout is not."""

from dataclasses import replace

import pytest

from janym.domain.credential import Credential, KeyState, Permissions
from janym.domain.errors import (
    KeyAccessDenied,
    OutcomeUnknown,
    Unavailable,
    VenueFault,
    VenueMaintenance,
    VenueRefused,
)
from janym.usecases import key_checks, rotations
from tests.fakes.platform import FakeSeal
from tests.fakes.world import World


@pytest.fixture
def stored(world: World) -> Credential:
    world.create_organization()
    stored = world.create_credential()
    world.clock.advance(minutes=60)
    return stored


def now(world: World, stored: Credential) -> Credential:
    return world.units.tables.credentials[stored.id]


def check(world: World, stored: Credential) -> Permissions:
    return key_checks.test(stored.id, world.tools, why="a test")


@pytest.mark.parametrize("fault", VenueFault)
def test_why_an_exchange_refuses_is_kept(
    world: World, stored: Credential, fault: VenueFault
) -> None:
    """S0-030, S0-122: a bad key, an address that is not allowed, a clock, a region."""
    world.venue.refusal = VenueRefused("binance", "-2015", "Invalid API-key.", fault)

    with pytest.raises(VenueRefused):
        check(world, stored)

    found = now(world, stored)
    assert (found.check.state, found.check.code) == (KeyState.REFUSED, fault.value)
    assert found.checked_at == world.clock.now()


@pytest.mark.parametrize(
    "error", [OutcomeUnknown("no answer"), VenueMaintenance("closed"), Unavailable("busy")]
)
def test_no_answer_leaves_the_last_one(
    world: World, stored: Credential, error: Unavailable
) -> None:
    """K-16: a timeout is unknown, not failed."""
    world.venue.refusal = error

    with pytest.raises(Unavailable):
        check(world, stored)

    found = now(world, stored)
    assert (found.check.state, found.check.code) == (KeyState.UNKNOWN, error.code)
    assert (found.checked_at, found.permissions) == (stored.checked_at, stored.permissions)


def test_a_key_that_may_withdraw_by_now_is_refused(world: World, stored: Credential) -> None:
    world.venue.key_permissions = Permissions(trade=True, withdraw=True)

    check(world, stored)

    found = now(world, stored)
    assert (found.check.state, found.check.code) == (KeyState.REFUSED, "KEY_CAN_WITHDRAW")
    world.venue.key_permissions = Permissions(trade=True, withdraw=None)
    check(world, stored)
    assert now(world, stored).check.state is KeyState.VALID


def test_each_decrypt_is_audited_first(world: World, stored: Credential) -> None:
    """S0-134: who, for what, in which request; also where KMS then refuses."""
    world.vault.denied = True

    with pytest.raises(KeyAccessDenied):
        key_checks.test(
            stored.id, replace(world.tools, request_id="request-9"), why="the daily check"
        )

    entry = list(world.units.tables.audit.values())[-1]
    assert (entry.action, entry.subject, entry.actor) == (
        "credential.decrypt",
        str(stored.id),
        "venue_check",
    )
    assert (entry.after, entry.request_id) == ({"for": "the daily check"}, "request-9")


def ask(world: World) -> str:
    return key_checks.ask(world.units, clock=world.clock, functions=world.functions)


def test_each_key_is_asked_about_once_a_day(world: World, stored: Credential) -> None:
    second = world.create_credential("second")
    assert ask(world) == "asked about 0 keys"
    world.clock.advance(minutes=24 * 60 + 1)

    assert ask(world) == "asked about 2 keys"
    assert ask(world) == "asked about 0 keys", "two at once ask once"

    assert set(world.functions.checked) == {stored.id, second.id}


def test_one_of_which_no_answer_came_is_asked_about_again(world: World, stored: Credential) -> None:
    world.clock.advance(minutes=24 * 60)
    ask(world)
    world.clock.advance(minutes=60)
    ask(world)
    check(world, stored)
    world.clock.advance(minutes=60)
    ask(world)

    assert world.functions.checked == [stored.id, stored.id]


def rotate(world: World) -> rotations.Tools:
    return rotations.Tools(
        units=world.units,
        clock=world.clock,
        vault=world.vault,
        seal=FakeSeal(),
        request_id="request-7",
    )


def test_a_key_is_encrypted_anew_without_its_owner(world: World, stored: Credential) -> None:
    """K-05: audited twice, before the decrypt and with the change."""
    rotations.one(stored.id, rotate(world), why="its owner asked for it")

    found = now(world, stored)
    assert found.encrypted_at == world.clock.now()
    opened = world.vault.decrypt(found.encrypted, context=found.context())
    assert opened == world.vault.decrypt(stored.encrypted, context=stored.context())
    actions = [(e.actor, e.action) for e in list(world.units.tables.audit.values())[-2:]]
    assert actions == [("rotate", "credential.decrypt"), ("rotate", "credential.rotate")]


def test_a_key_that_kms_refuses_stays_and_is_named(world: World, stored: Credential) -> None:
    world.vault.denied = True

    (left,) = rotations.old(rotate(world), every=True)

    assert left is not None
    assert (left.key, left.reason[:17]) == (stored.id, "KEY_ACCESS_DENIED")
    assert now(world, stored) == stored


def test_what_is_old_is_encrypted_anew(world: World, stored: Credential) -> None:
    assert list(rotations.old(rotate(world), every=False)) == []
    world.clock.advance(minutes=rotations.AGE.days * 24 * 60)

    assert list(rotations.old(rotate(world), every=False)) == [None]
    assert list(rotations.old(rotate(world), every=False)) == []
    assert now(world, stored).encrypted_at == world.clock.now()
