"""Launches within what a venue takes: the oldest first, nobody forgotten, nobody twice."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from janym.domain import egress
from janym.domain.bot import Bot, BotStatus, Desired, Environment
from janym.domain.errors import LaunchNotReady
from janym.domain.ids import BotId
from janym.usecases import reconcile, sweeps
from tests.fakes.world import World

BINANCE = egress.VENUES["binance"]
AT_ONCE = BINANCE.pace.burst // BINANCE.connections_per_bot


def live_bots(world: World, number: int, *, shards: int = 1) -> list[Bot]:
    """Make bots that trade for real, each on a key of its own."""
    world.launcher.shards = shards
    world.create_organization()
    world.allow_live_trading()
    made: list[Bot] = []
    for index in range(number):
        bot = world.create_bot(world.create_credential(f"key {index}"), name=f"bot {index}")
        made.append(replace(bot, environment=Environment.LIVE))
        world.units.tables.bots[bot.id] = made[-1]
    return made


def launch_times(world: World, bots: list[Bot]) -> dict[BotId, datetime]:
    runs = {bot.id: world.runs(bot.id) for bot in bots}
    return {key: found[0].created_at for key, found in runs.items() if found}


def test_a_hundred_bots_asked_at_once_set_out_within_the_budget(world: World) -> None:
    """S0-136: within Binance's 300 connections in five minutes, each once, none left behind."""
    bots = live_bots(world, 100)
    for bot in bots:
        world.start(bot.id)
    for bot in reversed(bots):
        world.reconcile(bot.id)
    at_first = len(world.launcher.tasks)
    begun = world.clock.now()
    while len(world.launcher.tasks) < 100 and world.clock.now() - begun < timedelta(minutes=10):
        assert list(sweeps.minute(world.platform, world.let_pass)) == []
        world.let_pass(max(0, 60 - (world.clock.now() - begun).seconds % 60))

    times = launch_times(world, bots)
    per_bot = Counter(task.bot for task in world.launcher.tasks.values())
    assert at_first == 10, "what RunTask takes at once"
    assert set(per_bot.values()) == {1}
    assert len(times) == 100
    assert max(times.values()) - begun < timedelta(minutes=6)
    for moment in times.values():
        within = [each for each in times.values() if moment <= each < moment + timedelta(minutes=5)]
        assert len(within) * BINANCE.connections_per_bot <= BINANCE.pace.limit


def test_a_bot_that_waits_says_for_what_and_is_starting(world: World) -> None:
    bots = live_bots(world, AT_ONCE + 1)
    for bot in bots:
        world.start(bot.id)
        world.reconcile(bot.id)
        world.clock.advance(seconds=0.1)

    last = world.bot(bots[-1].id)
    assert (last.status, last.detail) == (BotStatus.STARTING, "waiting: venue budget")
    assert world.runs(last.id) == []
    world.clock.advance(seconds=4)
    world.reconcile(last.id)
    assert world.bot(last.id).detail is None
    assert len(world.runs(last.id)) == 1


def test_who_asks_later_does_not_go_first(world: World) -> None:
    bots = live_bots(world, AT_ONCE + 2)
    for bot in bots[:-1]:
        world.start(bot.id)
        world.reconcile(bot.id)
        world.clock.advance(seconds=0.1)
    older, newer = bots[-2], bots[-1]
    world.clock.advance(seconds=3.7)
    world.start(newer.id)

    world.reconcile(newer.id)
    assert world.runs(newer.id) == []
    world.reconcile(older.id)
    assert len(world.runs(older.id)) == 1


def test_one_that_no_longer_wants_to_run_holds_nobody_up(world: World) -> None:
    bots = live_bots(world, AT_ONCE + 2)
    for bot in bots:
        world.start(bot.id)
        world.reconcile(bot.id)
        world.clock.advance(seconds=0.1)
    older, newer = bots[-2], bots[-1]
    world.stop(older.id)
    world.clock.advance(seconds=3.7)

    world.reconcile(newer.id)

    assert len(world.runs(newer.id)) == 1
    world.reconcile(older.id)
    assert world.bot(older.id).status is BotStatus.STOPPED
    with world.units(None) as uow:
        assert list(uow.budgets.waiting(10)) == []


def test_each_address_has_a_budget_of_its_own(world: World) -> None:
    bots = live_bots(world, 2 * AT_ONCE, shards=2)
    for bot in bots:
        world.start(bot.id)
        world.reconcile(bot.id)
        world.clock.advance(seconds=0.1)

    shards = Counter(task.shard for task in world.launcher.tasks.values())
    assert set(shards) == {0, 1}
    assert max(shards.values()) <= AT_ONCE + 1
    for task in world.launcher.tasks.values():
        assert task.shard == egress.shard_of(world.bot(task.bot).credential, 2)


def test_a_relaunch_waits_too(world: World) -> None:
    """A fleet that dies at once does not come back through one address at once."""
    bots = live_bots(world, AT_ONCE)
    for bot in bots:
        world.start(bot.id)
        world.reconcile(bot.id)
        world.clock.advance(seconds=0.1)
    died = bots[0]
    world.launcher.end(world.task(died.id).id, exit_code=137)
    world.task_event(world.task(died.id), exit_code=137)

    reconcile.one(died.id, world.platform)

    stored = world.bot(died.id)
    assert (stored.status, stored.desired) == (BotStatus.STARTING, Desired.RUNNING)
    assert stored.detail == "waiting: venue budget"


def test_claims_are_paced_and_the_refused_ask_again(world: World) -> None:
    """S0-040: a refusal uses up nothing; a second later there is room."""
    bots = live_bots(world, egress.CLAIMS.burst + 1)
    for bot in bots:
        world.start(bot.id)
        world.reconcile(bot.id)
    *first, last = [world.open_run(bot.id).id for bot in bots]
    for run in first:
        world.claim(run)

    refused: LaunchNotReady | None = None
    try:
        world.claim(last)
    except LaunchNotReady as error:
        refused = error
    assert refused is not None
    assert refused.retry_after_s == 1
    world.clock.advance(seconds=1)
    assert world.claim(last).session == 1
