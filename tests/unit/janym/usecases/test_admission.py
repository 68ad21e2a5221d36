"""Letting requests in: the lesser of what a token says and what is stored, and not too many."""

from dataclasses import replace

import pytest

from janym.domain.errors import Conflict, Forbidden, NotAMember, NotFound, TooManyRequests
from janym.domain.ids import UserId
from janym.domain.organization import Caller, Member, Role
from janym.ports.unit_of_work import Page
from janym.usecases import admission, members
from tests.fakes.world import ACME, ADMIN, ANA, EVE, RIVAL, VERA, World

NEW = replace(ANA, user=UserId("user_new"))


def admitted(world: World, caller: Caller) -> Caller:
    return admission.admit(caller, units=world.units, clock=world.clock)


def change(world: World, user: UserId, role: Role, caller: Caller = ADMIN) -> Member:
    with world.units(caller.organization) as uow:
        member = members.put(uow, user, role, None, caller=caller, clock=world.clock)
        uow.commit()
    return member


def remove(world: World, user: UserId, caller: Caller = ADMIN) -> None:
    with world.units(caller.organization) as uow:
        members.remove(uow, user, caller=caller, clock=world.clock)
        uow.commit()


def add(world: World, user: UserId, role: Role, caller: Caller = ADMIN) -> Member:
    with world.units(caller.organization) as uow:
        member = members.add(uow, user, role, "Somebody", caller=caller, clock=world.clock)
        uow.commit()
    return member


def listed(world: World) -> dict[UserId, Role]:
    with world.units(ACME) as uow:
        return {each.user: each.role for each in uow.members.list(Page()).items}


@pytest.fixture
def acme(world: World) -> World:
    world.create_organization()
    return world


def test_who_creates_an_organization_is_its_first_admin(acme: World) -> None:
    """S2-080."""
    assert listed(acme)[ADMIN.user] is Role.ADMIN


def test_who_comes_with_a_good_token_is_entered_once(acme: World) -> None:
    assert admitted(acme, NEW) == NEW
    admitted(acme, NEW)

    assert listed(acme)[NEW.user] is NEW.role
    joined = [e for e in acme.units.tables.audit.values() if e.subject == NEW.user]
    assert [(e.action, e.after) for e in joined] == [("member.join", {"role": "trader"})]


def test_before_there_is_an_organization_nobody_is_entered(world: World) -> None:
    assert admitted(world, ADMIN) == ADMIN
    assert world.units.tables.members == {}


@pytest.mark.parametrize(
    ("token", "stored", "counts"),
    [
        (Role.ADMIN, Role.VIEWER, Role.VIEWER),
        (Role.VIEWER, Role.ADMIN, Role.VIEWER),
        (Role.TRADER, Role.TRADER, Role.TRADER),
    ],
)
def test_the_lesser_role_counts(acme: World, token: Role, stored: Role, counts: Role) -> None:
    """S0-142."""
    add(acme, NEW.user, stored)

    assert admitted(acme, replace(NEW, role=token)).role is counts


def test_a_changed_role_counts_from_the_next_request_on(acme: World) -> None:
    """S0-142: a token that is good for hours does not keep what an admin has taken."""
    change(acme, ANA.user, Role.VIEWER)

    assert admitted(acme, ANA).role is Role.VIEWER


def test_who_was_removed_stays_out_whatever_the_token_says(acme: World) -> None:
    """S0-140, S0-142."""
    remove(acme, ANA.user)

    for role in Role:
        with pytest.raises(NotAMember):
            admitted(acme, replace(ANA, role=role))
    assert ANA.user not in listed(acme)
    with pytest.raises(NotFound):
        change(acme, ANA.user, Role.ADMIN)
    add(acme, ANA.user, Role.TRADER)
    assert admitted(acme, ANA) == ANA


def test_the_last_admin_stays(acme: World) -> None:
    for act in (lambda: remove(acme, ADMIN.user), lambda: change(acme, ADMIN.user, Role.TRADER)):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "LAST_ADMIN"
    change(acme, ANA.user, Role.ADMIN)
    remove(acme, ADMIN.user)


def test_one_who_belongs_is_not_added_again(acme: World) -> None:
    with pytest.raises(Conflict) as refused:
        add(acme, ANA.user, Role.ADMIN)

    assert refused.value.code == "ALREADY_EXISTS"
    assert listed(acme)[ANA.user] is Role.TRADER


@pytest.mark.parametrize("caller", [VERA, ANA], ids=lambda caller: str(caller.role))
def test_only_an_admin_decides_who_belongs(acme: World, caller: Caller) -> None:
    """S0-142."""
    for act in (
        lambda: add(acme, NEW.user, Role.VIEWER, caller),
        lambda: change(acme, VERA.user, Role.ADMIN, caller),
        lambda: remove(acme, VERA.user, caller),
    ):
        with pytest.raises(Forbidden):
            act()


def test_members_of_another_organization_are_out_of_reach(acme: World) -> None:
    """S0-141."""
    acme.create_organization(EVE)
    with pytest.raises(NotFound):
        change(acme, UserId("nobody"), Role.VIEWER, EVE)
    change(acme, ANA.user, Role.VIEWER, EVE)
    remove(acme, VERA.user, EVE)

    assert admitted(acme, ANA) == ANA
    assert admitted(acme, VERA) == VERA
    assert {key[0] for key in acme.units.tables.members} == {ACME, RIVAL}


def test_each_decision_is_audited(acme: World) -> None:
    add(acme, NEW.user, Role.VIEWER)
    change(acme, NEW.user, Role.TRADER)
    remove(acme, NEW.user)

    seen = [e for e in acme.units.tables.audit.values() if e.subject == NEW.user]
    assert [(e.action, e.actor) for e in seen] == [
        ("member.add", ADMIN.user),
        ("member.put", ADMIN.user),
        ("member.remove", ADMIN.user),
    ]
    assert seen[1].before == {"role": Role.VIEWER, "name": "Somebody"}


def test_too_many_requests_are_told_when_to_come_again(acme: World) -> None:
    """S2-081: each organization has its own."""
    acme.create_organization(EVE)
    acme.limit(requests_per_minute=60)
    acme.let_pass(1)
    for _ in range(30):
        admitted(acme, ANA)

    with pytest.raises(TooManyRequests, match="60 times a minute") as refused:
        admitted(acme, ANA)

    assert refused.value.retry_after_s == 2
    admitted(acme, EVE)
    acme.let_pass(2)
    admitted(acme, ANA)
