"""Two at once on PostgreSQL: one launch, one claim, one answer, whoever comes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar, cast
from uuid import UUID

import pytest

from janym.domain import egress
from janym.domain.bot import Bot, Desired
from janym.domain.command import CommandState
from janym.domain.credential import Credential
from janym.domain.errors import Conflict, Forbidden, LaunchNotReady
from janym.domain.ids import BotId, CredentialId
from janym.domain.organization import TradingState
from janym.ports.unit_of_work import Page
from janym.usecases import claim, holdings, key_checks, outbox, reconcile, rotations
from tests.fakes.platform import FakeSeal
from tests.fakes.world import ACME, KEY, World
from tests.fixtures.database import TestDatabase

AT_ONCE = 6
CROWD = 50
ONE, TWO = CredentialId(UUID(int=1)), CredentialId(UUID(int=2))
Result = TypeVar("Result")


@pytest.fixture
def world(database: TestDatabase) -> World:
    """A platform whose rows are in PostgreSQL."""
    return World(units=cast("Any", database.units("control")))


@pytest.fixture
def bot(world: World) -> Bot:
    """A bot that was just started."""
    bot = world.stopped_bot()
    world.start(bot.id)
    return bot


def at_once(act: Callable[[], Result], *, crowd: int = AT_ONCE) -> list[Result | Exception]:
    """Do the same several times at the same moment."""
    barrier = Barrier(crowd)

    def one() -> Result | Exception:
        barrier.wait(timeout=30)
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - what it was is for the test to judge
            return error

    with ThreadPoolExecutor(crowd) as pool:
        return [each.result() for each in [pool.submit(one) for _ in range(crowd)]]


def test_one_of_many_reconcilers_launches(world: World, bot: Bot) -> None:
    results = at_once(lambda: reconcile.one(bot.id, world.platform))

    assert results == [None] * AT_ONCE
    assert len(world.launcher.tasks) == 1
    assert world.open_run(bot.id).task == world.task(bot.id).id


def test_errands_are_done_and_gone_whoever_takes_them(world: World, bot: Bot) -> None:
    at_once(lambda: outbox.dispatch(world.platform))

    with world.units(None) as uow:
        (command,) = uow.commands.list(bot.id, Page()).items
        assert command.state is CommandState.PUBLISHED
        assert list(uow.outbox.due(now=command.expires_at, limit=10)) == []
    assert (len(world.launcher.tasks), len(world.bus.published)) == (1, 1)


def test_one_of_two_claims_is_answered(world: World, bot: Bot) -> None:
    world.dispatch()
    run = world.open_run(bot.id).id

    results = at_once(lambda: world.claim(run))

    refused = [each for each in results if isinstance(each, Exception)]
    assert len(refused) == AT_ONCE - 1
    # The budget of claims may turn some away before they are looked at.
    assert {type(each) for each in refused} <= {Forbidden, LaunchNotReady}
    assert world.certificates.issued == 1
    with world.units(None) as uow:
        assert uow.bots.get(bot.id).session == 1


def test_one_of_many_starts_is_taken(world: World) -> None:
    bot = world.stopped_bot()

    results: list[Any] = at_once(lambda: world.start(bot.id))

    refused = [each for each in results if isinstance(each, Conflict)]
    assert [each.code for each in refused] == ["ALREADY_RUNNING"] * (AT_ONCE - 1)


def test_of_two_bots_on_one_account_one_starts(world: World) -> None:
    first = world.stopped_bot()
    with world.units(None) as uow:
        credential = uow.credentials.get(first.credential)
    second = world.create_bot(credential, name="second")
    pair = iter([first.id, second.id] * (AT_ONCE // 2))

    results: list[Any] = at_once(lambda: world.start(next(pair)))

    assert len([each for each in results if not isinstance(each, Exception)]) == 1


def test_at_once_no_more_set_out_than_there_is_room_for(world: World) -> None:
    """S0-136: whoever comes first, the budget is spent once."""
    world.create_organization()
    bots = [world.create_bot(world.create_credential(f"key {n}"), name=f"{n}") for n in range(12)]
    for bot in bots:
        world.start(bot.id)

    def look(bot: Bot) -> None:
        reconcile.one(bot.id, world.platform)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(look, bots))

    assert len(world.launcher.tasks) == egress.LAUNCHES.burst
    with world.units(None) as uow:
        assert len(uow.budgets.waiting(100)) == len(bots) - egress.LAUNCHES.burst


def test_starts_on_other_accounts_do_not_wait(database: TestDatabase) -> None:
    """One lock for each key and pair: a start in the middle holds up none on another account."""
    first, second = database.units("app"), database.units("app")
    with first(ACME) as held, second(ACME) as other:
        held.bots.hold_account(ONE, "ETH-USDT")
        other.bots.hold_account(ONE, "BTC-USDT")
        other.bots.hold_account(TWO, "ETH-USDT")
        with database.admin() as admin:
            row = admin.execute(
                "SELECT count(*) FILTER (WHERE granted), count(*) FROM pg_locks"
                " JOIN pg_database ON pg_database.oid = database"
                " WHERE locktype = 'advisory' AND datname = current_database()"
            ).fetchone()

    assert row == (3, 3)


def test_no_start_slips_through_a_halt(world: World) -> None:
    """S2-082: whoever comes first, at the end nothing is wanted running."""
    world.create_organization()
    bots = [world.create_bot(world.create_credential(f"key {n}"), name=f"{n}") for n in range(8)]
    for bot in bots[:4]:
        world.start(bot.id)
    turn = iter([*bots[4:6], None, *bots[6:]])

    def act() -> None:
        bot = next(turn, None)
        if bot is None:
            world.put_state(TradingState.HALTED)
        else:
            world.start(bot.id)

    results = at_once(act)

    refused = {each.code for each in results if isinstance(each, Conflict)}
    assert refused <= {"ORGANIZATION_HALTED"}
    assert not [each for each in results if each and not isinstance(each, Conflict)]
    with world.units(None) as uow:
        assert {uow.bots.get(bot.id).desired for bot in bots} == {Desired.STOPPED}


def test_a_halt_and_the_watchmen_do_not_lock_each_other_out(world: World) -> None:
    """Everybody locks a bot before the audit log: a halt locks all its bots first."""
    world.create_organization()
    bots = [world.create_bot(world.create_credential(f"key {n}"), name=f"{n}") for n in range(9)]
    for bot in bots:
        world.start(bot.id)
    world.dispatch()
    runs = iter([world.open_run(bot.id).id for bot in bots])
    halt = iter([True])

    def act() -> None:
        if next(halt, False):
            world.put_state(TradingState.HALTED)
        else:
            world.claim(next(runs))

    results = at_once(act)

    assert {type(each) for each in results} <= {type(None), claim.Claimed, Conflict, LaunchNotReady}
    with world.units(None) as uow:
        assert {uow.bots.get(bot.id).desired for bot in bots} == {Desired.STOPPED}


def test_of_many_starts_no_more_run_than_allowed(world: World) -> None:
    """S2-081."""
    world.create_organization()
    bots = [world.create_bot(world.create_credential(f"key {n}"), name=f"{n}") for n in range(6)]
    world.limit(running_bots=2)
    turn = iter(bots)

    results: list[Any] = at_once(lambda: world.start(next(turn).id))

    refused = [each.code for each in results if isinstance(each, Conflict)]
    assert refused == ["RUNNING_BOT_LIMIT"] * 4


def test_fifty_who_start_and_stop_one_bot_leave_one_task_and_one_state(world: World) -> None:
    """S0-072: nobody's word is lost, the newest one counts, and never do two tasks live."""
    bot = world.stopped_bot().id
    turn = iter(range(CROWD))

    def act() -> object:
        n = next(turn)
        wish: Callable[[BotId], object] = world.start if n % 2 else world.stop
        try:
            return wish(bot)
        finally:
            outbox.dispatch(world.platform, bot=bot)
            reconcile.one(bot, world.platform)

    results = at_once(act, crowd=CROWD)

    refused = [each for each in results if isinstance(each, Exception)]
    assert {getattr(each, "code", each) for each in refused} <= {"ALREADY_RUNNING"}
    with world.units(None) as uow:
        commands = uow.commands.list(bot, Page(limit=CROWD)).items
        stored, run = uow.bots.get(bot), uow.runs.open(bot)
    assert len(commands) == CROWD - len(refused)
    living = [task for task in world.launcher.tasks.values() if task.running]
    assert [task.run for task in living] == ([run.id] if run is not None else [])
    if stored.desired is Desired.RUNNING:
        assert len(living) == 1
        return
    world.let_pass(61)  # nobody answered the stop
    reconcile.one(bot, world.platform)
    assert all(task.stop_asked for task in living)


def stored_keys(world: World, *, hours: int) -> list[Credential]:
    """Give keys that were saved so many hours ago."""
    world.create_organization()
    keys = [world.create_credential(f"key {n}") for n in range(8)]
    world.clock.advance(minutes=60 * hours)
    return keys


def test_many_daily_checks_ask_about_each_key_once(world: World) -> None:
    """S0-122: the scheduler may call a function twice."""
    keys = stored_keys(world, hours=25)

    results = at_once(
        lambda: key_checks.ask(world.units, clock=world.clock, functions=world.functions)
    )

    assert {type(each) for each in results} == {str}
    assert sorted(world.functions.checked) == sorted(key.id for key in keys)


def test_accounts_are_read_once_however_many_ask(world: World) -> None:
    keys = stored_keys(world, hours=1)

    def nobody_rests(_seconds: float) -> None:
        """Time stands still, so that no account is due again."""

    results = at_once(
        lambda: holdings.ask(
            units=world.units, clock=world.clock, functions=world.functions, pause=nobody_rests
        )
    )

    assert {type(each) for each in results} == {str}
    assert sorted(world.functions.read) == sorted(key.id for key in keys)


def test_many_who_encrypt_anew_leave_one_key_that_opens(world: World) -> None:
    """K-05: of two new ciphertexts one counts, and it is a whole one."""
    keys = stored_keys(world, hours=1)

    results = at_once(
        lambda: list(
            rotations.old(
                rotations.Tools(
                    units=world.units,
                    clock=world.clock,
                    vault=world.vault,
                    seal=FakeSeal(),
                    request_id="request",
                ),
                every=True,
            )
        )
    )

    assert [left for result in results for left in cast("list[object]", result) if left] == []
    with world.units(None) as uow:
        for key in keys:
            stored = uow.credentials.get(key.id)
            assert stored.encrypted_at == world.clock.now()
            assert world.vault.decrypt(stored.encrypted, context=stored.context()) == KEY
