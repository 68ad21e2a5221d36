"""Transactions, tenants and the rules that the ports name, alike in every store."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from janym.domain.bot import BotStatus, Desired
from janym.domain.command import CommandKind, CommandState
from janym.domain.credential import EncryptedKey, KeyCheck, KeyState
from janym.domain.errors import AlreadyExists, Conflict, InvalidInput, NotFound
from janym.domain.ids import CredentialId, TaskId, UserId
from janym.domain.organization import Limits, Role, TradingState
from janym.domain.run import RunState
from janym.ports.unit_of_work import Answer, Errand, OutboxEntry, Page, UnitsOfWork
from tests.integration.db.builders import (
    ACME,
    NOON,
    OTHER,
    bot,
    command,
    credential,
    later,
    member,
    organization,
    run,
    seed,
)

GRID, TWIN = bot(), bot("twin", key=OTHER)
ERRAND = OutboxEntry(
    errand=Errand.PUBLISH, organization=ACME, bot=GRID.id, command=None, not_before=NOON
)


@pytest.fixture
def seeded(units: UnitsOfWork) -> UnitsOfWork:
    seed(units, GRID, TWIN)
    return units


def test_without_a_commit_nothing_stays(units: UnitsOfWork) -> None:
    with units(ACME) as uow:
        uow.organizations.put(organization())

    with units(ACME) as uow, pytest.raises(NotFound):
        uow.organizations.get(ACME)


def test_an_error_rolls_back(seeded: UnitsOfWork) -> None:
    def fail() -> None:
        with seeded(ACME) as uow:
            uow.bots.put(replace(GRID, name="changed"))
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    with seeded(ACME) as uow:
        assert uow.bots.get(GRID.id).name == GRID.name


def test_an_organization_is_kept_whole(units: UnitsOfWork) -> None:
    """S2-081, S2-082."""
    changed = replace(
        organization(),
        name="renamed",
        state=TradingState.HALTED,
        state_reason="enough",
        state_by=UserId("ana"),
        state_at=later(1),
        live_trading=True,
        limits=Limits(bots=1, running_bots=2, credentials=3, requests_per_minute=600),
        updated_at=later(1),
    )
    with units(ACME) as uow:
        uow.organizations.put(organization())
        assert uow.organizations.get(ACME) == organization()
        uow.organizations.put(changed)
        assert uow.organizations.lock(ACME) == changed
        with pytest.raises(NotFound):
            uow.organizations.lock(OTHER)


def test_members_are_of_one_organization_and_stay_known_when_removed(seeded: UnitsOfWork) -> None:
    """S0-141, S0-142."""
    ana, bo = member(), member(user="bo", role=Role.ADMIN, created_at=later(1), name="Bo")
    with seeded(OTHER) as uow:
        uow.members.put(member(OTHER, role=Role.ADMIN))
        uow.commit()
    with seeded(ACME) as uow:
        for each in (ana, bo):
            uow.members.put(each)
        uow.commit()

    with seeded(ACME) as uow:
        first = uow.members.list(Page(limit=1))
        rest = uow.members.list(Page(limit=1, cursor=first.next_cursor))
        assert [*first.items, *rest.items] == [bo, ana]
        assert (rest.next_cursor, uow.members.count_admins()) == (None, 1)
        uow.members.put(replace(bo, removed_at=later(2)))
        assert uow.members.find(bo.user) == replace(bo, removed_at=later(2))
        assert (list(uow.members.list(Page()).items), uow.members.count_admins()) == ([ana], 0)
        assert uow.members.find(UserId("nobody")) is None


def test_requests_come_back_with_time(seeded: UnitsOfWork) -> None:
    """S2-081: no more than a minute's in any minute, half of them at once."""
    pace = Limits(requests_per_minute=60).pace
    with seeded(OTHER) as uow:
        assert uow.requests.take(pace, at=NOON) is None
        uow.commit()

    with seeded(ACME) as uow:
        assert [uow.requests.take(pace, at=NOON) for _ in range(30)] == [None] * 30
        assert uow.requests.take(pace, at=NOON) == timedelta(seconds=2)
        assert uow.requests.take(pace, at=later(1)) == timedelta(seconds=1)
        assert uow.requests.take(pace, at=later(2)) is None
        assert uow.requests.take(pace, at=later(2)) == timedelta(seconds=2)


def test_bots_that_live_are_listed_and_counted(seeded: UnitsOfWork) -> None:
    """Wanted, or with a run that has not ended; of one's own organization."""
    wanted = bot("wanted", desired=Desired.PAUSED)
    ending = bot("ending")
    with seeded(None) as uow:
        for each in (wanted, ending, bot("theirs", key=OTHER, desired=Desired.RUNNING)):
            uow.bots.add(each)
        uow.runs.add(run(ending))
        uow.commit()

    with seeded(ACME) as uow:
        assert list(uow.bots.alive()) == sorted([wanted.id, ending.id])
        assert (uow.bots.count(), uow.bots.count_wanted()) == (3, 1)


def test_bots_that_live_on_a_venue_are_counted_over_all_organizations(seeded: UnitsOfWork) -> None:
    """Venues count addresses, and do not know organizations."""
    theirs, ended = bot("theirs", key=OTHER), bot("ended")
    with seeded(None) as uow:
        for each in (theirs, ended):
            uow.bots.add(each)
        uow.runs.add(run(GRID))
        uow.runs.add(run(theirs))
        uow.runs.add(run(ended, state=RunState.ENDED))
        uow.commit()

    with seeded(None) as uow:
        assert uow.bots.count_alive_on(GRID.exchange, GRID.environment) == 2
        assert uow.bots.count_alive_on("nowhere", GRID.environment) == 0


def test_commands_that_nobody_heard_are_stops_and_pauses(seeded: UnitsOfWork) -> None:
    kinds = {
        "start": {},
        "heard": {"kind": CommandKind.STOP, "state": CommandState.ACKNOWLEDGED},
        "stop": {"kind": CommandKind.STOP, "created_at": later(1)},
        "pause": {
            "kind": CommandKind.PAUSE,
            "state": CommandState.PUBLISHED,
            "created_at": later(2),
        },
    }
    with seeded(None) as uow:
        for name, changes in kinds.items():
            uow.commands.add(command(GRID, name, **changes))
        uow.commands.add(command(TWIN, kind=CommandKind.STOP))
        uow.commit()

    with seeded(ACME) as uow:
        assert [each.id for each in uow.commands.unheard()] == [
            command(GRID, "stop").id,
            command(GRID, "pause").id,
        ]


def test_an_organization_sees_its_own_alone(seeded: UnitsOfWork) -> None:
    """S0-026, S0-141."""
    with seeded(None) as uow:
        uow.commands.add(command(TWIN))
        uow.runs.add(run(TWIN))
        uow.commit()

    with seeded(ACME) as uow:
        assert [each.id for each in uow.bots.list(Page()).items] == [GRID.id]
        assert [each.id for each in uow.credentials.list()] == [credential().id]
        for absent in (
            lambda: uow.bots.get(TWIN.id),
            lambda: uow.bots.lock(TWIN.id),
            lambda: uow.credentials.get(TWIN.credential),
            lambda: uow.commands.get(command(TWIN).id),
            lambda: uow.organizations.get(OTHER),
        ):
            with pytest.raises(NotFound):
                absent()


def test_the_platform_sees_all(seeded: UnitsOfWork) -> None:
    with seeded(None) as uow:
        assert {each.id for each in uow.bots.list(Page()).items} == {GRID.id, TWIN.id}


def test_a_deleted_key_is_gone_and_its_label_free(seeded: UnitsOfWork) -> None:
    """S0-029: whether a stopped bot still names it or not."""
    unnamed = credential(id=CredentialId(run(GRID).id), label="unnamed")
    again = replace(credential(), id=CredentialId(run(TWIN).id))
    with seeded(ACME) as uow:
        uow.credentials.add(unnamed)
        for key in (credential().id, unnamed.id):
            uow.credentials.remove(key, at=NOON)
            with pytest.raises(NotFound):
                uow.credentials.get(key)
            with pytest.raises(NotFound):
                uow.credentials.remove(key, at=NOON)
        assert uow.credentials.list() == []
        uow.credentials.add(again)
        uow.commit()

    with seeded(None) as uow:
        assert {each.id for each in uow.credentials.list()} == {again.id, credential(OTHER).id}
        assert uow.bots.get(GRID.id).credential == credential().id


def test_bots_with_something_left_use_their_key(seeded: UnitsOfWork) -> None:
    wanted = bot("wanted", desired=Desired.RUNNING)
    errs = bot("errs", status=BotStatus.ERROR)
    unchecked = bot("unchecked")
    with seeded(None) as uow:
        for each in (wanted, errs, unchecked):
            uow.bots.add(each)
        uow.runs.add(run(unchecked, state=RunState.ENDED, ended_at=NOON))
        uow.runs.add(run(GRID, state=RunState.ENDED, ended_at=NOON, checked_at=NOON))
        uow.commit()

    with seeded(ACME) as uow:
        found = {each.id for each in uow.bots.using(credential().id)}
        assert found == {wanted.id, errs.id, unchecked.id}


def test_keys_are_taken_to_be_checked_once_and_again_later(seeded: UnitsOfWork) -> None:
    fresh = credential(id=CredentialId(run(GRID).id), label="fresh", checked_at=later(-60))
    with seeded(None) as uow:
        uow.credentials.add(fresh)
        uow.commit()
        old = {credential().id, credential(OTHER).id}
        taken = {"before": later(-3600), "again": later(-600)}
        assert set(uow.credentials.to_check(**taken, at=NOON)) == old
        assert uow.credentials.to_check(**taken, at=NOON) == []
        assert set(uow.credentials.to_check(before=later(-3600), again=NOON, at=later(9))) == old
        uow.commit()


def test_a_ciphertext_is_exchanged_only_for_the_one_that_was_read(seeded: UnitsOfWork) -> None:
    old = credential()
    new = EncryptedKey(api_key=b"new", api_secret=b"new", passphrase=None)
    with seeded(None) as uow:
        assert set(uow.credentials.encrypted_before(NOON)) == {old.id, credential(OTHER).id}
        assert uow.credentials.swap(old, new, at=NOON)
        assert not uow.credentials.swap(old, new, at=NOON)
        uow.commit()

    with seeded(ACME) as uow:
        stored = uow.credentials.get(old.id)
        assert (stored.encrypted, stored.encrypted_at) == (new, NOON)
        assert uow.credentials.encrypted_before(NOON) == []


def test_what_an_exchange_said_of_a_key_is_kept(seeded: UnitsOfWork) -> None:
    """S0-122."""
    check = KeyCheck(state=KeyState.REFUSED, code="VENUE_BAD_KEY", detail="no such key")
    checked = replace(credential(), check=check, checked_at=later(1))
    with seeded(ACME) as uow:
        uow.credentials.put(checked)
        assert uow.credentials.get(checked.id) == checked


def test_a_label_is_taken_once(seeded: UnitsOfWork) -> None:
    """S0-006, K-14."""
    again = replace(credential(), id=CredentialId(run(GRID).id))
    with seeded(ACME) as uow, pytest.raises(AlreadyExists):
        uow.credentials.add(again)


def test_a_tag_is_taken_once_and_the_transaction_goes_on(seeded: UnitsOfWork) -> None:
    other = bot("another")
    with seeded(ACME) as uow:
        with pytest.raises(AlreadyExists, match="tag"):
            uow.bots.add(replace(other, tag=GRID.tag))
        uow.bots.add(other)
        uow.commit()

    with seeded(ACME) as uow:
        assert uow.bots.get(other.id) == other


def test_a_bot_has_one_open_run(seeded: UnitsOfWork) -> None:
    with seeded(None) as uow:
        uow.runs.add(run(GRID))
        with pytest.raises(Conflict) as refused:
            uow.runs.add(run(GRID, "second"))

    assert refused.value.code == "RUN_OPEN"


def test_runs_are_found_by_what_they_are(seeded: UnitsOfWork) -> None:
    ended = run(GRID, "old", state=RunState.ENDED, ended_at=NOON, created_at=later(-60))
    now = run(GRID, state=RunState.LAUNCHED, task=TaskId("t-1"), launched_at=NOON)
    with seeded(None) as uow:
        uow.runs.add(ended)
        uow.runs.add(now)
        uow.commit()

    with seeded(None) as uow:
        assert uow.runs.open(GRID.id) == now
        assert uow.runs.of_task(TaskId("t-1")) == now
        assert uow.runs.of_task(TaskId("t-2")) is None
        assert list(uow.runs.unchecked(GRID.id)) == [ended]
        assert list(uow.runs.recent(GRID.id, since=later(-3600))) == [now, ended]
        assert list(uow.runs.recent(GRID.id, since=NOON)) == [now]


@pytest.mark.parametrize(
    ("changes", "ended_unchecked", "needs"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"desired": Desired.RUNNING}, False, True),
        ({"status": BotStatus.ORPHANED, "reported": BotStatus.ORPHANED}, False, True),
    ],
)
def test_bots_that_need_a_look(
    units: UnitsOfWork, *, changes: dict[str, Any], ended_unchecked: bool, needs: bool
) -> None:
    grid = bot(**changes)
    seed(units, grid)
    if ended_unchecked:
        with units(None) as uow:
            uow.runs.add(run(grid, state=RunState.ENDED, ended_at=NOON))
            uow.commit()

    with units(None) as uow:
        assert list(uow.bots.unsettled()) == ([grid.id] if needs else [])


def test_sessions_rise_by_one(seeded: UnitsOfWork) -> None:
    for session in (1, 2):
        with seeded(None) as uow:
            assert uow.bots.next_session(GRID.id) == session
            uow.commit()
    with seeded(None) as uow:
        assert uow.bots.get(GRID.id).session == 2


def test_bots_on_one_account(seeded: UnitsOfWork) -> None:
    wanted = replace(GRID, desired=Desired.RUNNING, status=BotStatus.STARTING)
    with seeded(ACME) as uow:
        assert list(uow.bots.wanted_on(GRID.credential, GRID.trading_pair)) == []
        uow.bots.put(wanted)
        assert list(uow.bots.wanted_on(GRID.credential, GRID.trading_pair)) == [wanted]
        assert list(uow.bots.wanted_on(GRID.credential, "BTC-USDT")) == []


def test_pending_commands_come_oldest_first(seeded: UnitsOfWork) -> None:
    first, second = command(GRID), command(GRID, "second", created_at=later(1))
    done = command(GRID, "done", state=CommandState.DONE, created_at=later(2))
    with seeded(ACME) as uow:
        for each in (first, second, done):
            uow.commands.add(each)
        uow.commit()

    with seeded(ACME) as uow:
        assert list(uow.commands.pending(GRID.id)) == [first, second]
        assert [each.id for each in uow.commands.list(GRID.id, Page()).items] == [
            done.id,
            second.id,
            first.id,
        ]


def test_lists_go_on_where_they_ended(seeded: UnitsOfWork) -> None:
    for number in range(4):
        with seeded(ACME) as uow:
            uow.bots.add(bot(f"bot {number}", created_at=later(number + 1)))
            uow.commit()

    names: list[str] = []
    page = Page(limit=2)
    while True:
        with seeded(ACME) as uow:
            part = uow.bots.list(page)
        names += [each.name for each in part.items]
        if part.next_cursor is None:
            break
        page = Page(limit=2, cursor=part.next_cursor)

    assert names == ["bot 3", "bot 2", "bot 1", "bot 0", GRID.name]


def test_a_cursor_that_no_page_gave_is_refused_by_name(seeded: UnitsOfWork) -> None:
    with seeded(ACME) as uow, pytest.raises(InvalidInput) as refused:
        uow.bots.list(Page(cursor="nonsense"))

    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_errands_are_due_put_off_and_removed(seeded: UnitsOfWork) -> None:
    with seeded(ACME) as uow:
        uow.outbox.add(ERRAND)
        uow.commit()
    with seeded(None) as uow:
        (due,) = uow.outbox.due(now=NOON, limit=10)
        assert (replace(due, id=None), due.id is not None) == (ERRAND, True)
        uow.outbox.postpone(due, until=later(5))
        uow.commit()
    with seeded(None) as uow:
        assert list(uow.outbox.due(now=NOON, limit=10)) == []
        (again,) = uow.outbox.due(now=later(5), limit=10, bot=GRID.id)
        assert again.attempts == 1
        assert list(uow.outbox.due(now=later(5), limit=10, bot=TWIN.id)) == []
        uow.outbox.remove(again)
        uow.commit()
    with seeded(None) as uow:
        assert list(uow.outbox.due(now=NOON + timedelta(days=1), limit=10)) == []


def test_an_answer_is_kept_for_its_key_route_and_organization(seeded: UnitsOfWork) -> None:
    answer = Answer(body_hash=b"h" * 32, status=202, body="{}")
    with seeded(ACME) as uow:
        assert uow.idempotency.get("k", "POST /a") is None
        uow.idempotency.put("k", "POST /a", answer, at=NOON)
        uow.commit()

    with seeded(ACME) as uow:
        assert uow.idempotency.get("k", "POST /a") == answer
        assert uow.idempotency.get("k", "POST /b") is None
    with seeded(OTHER) as uow:
        assert uow.idempotency.get("k", "POST /a") is None


def test_a_removed_bot_takes_along_what_hangs_on_it(seeded: UnitsOfWork) -> None:
    with seeded(ACME) as uow:
        uow.commands.add(command(GRID))
        uow.outbox.add(ERRAND)
        uow.bots.remove(GRID.id)
        uow.commit()

    with seeded(None) as uow:
        assert list(uow.outbox.due(now=NOON, limit=10)) == []
        with pytest.raises(NotFound):
            uow.commands.get(command(GRID).id)
        with pytest.raises(NotFound):
            uow.bots.remove(GRID.id)
