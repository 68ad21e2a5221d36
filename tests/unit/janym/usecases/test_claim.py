"""A claim is answered once, to the task of the launch, and audited before it is decrypted."""

import pytest

from janym.domain import pnl
from janym.domain.bot import Bot, BotStatus
from janym.domain.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    KeyAccessDenied,
    LaunchNotReady,
    Unavailable,
)
from janym.domain.ids import RunId, TaskId
from janym.domain.run import RunState
from janym.usecases import claim as claims
from tests.fakes.platform import Died
from tests.fakes.world import KEY, World
from tests.integration.db.builders import execution, later


@pytest.fixture
def bot(world: World) -> Bot:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.dispatch()
    return bot


@pytest.fixture
def run(world: World, bot: Bot) -> RunId:
    return world.open_run(bot.id).id


def test_the_task_of_the_launch_gets_all_it_needs(world: World, bot: Bot, run: RunId) -> None:
    """S0-028, K-17."""
    claimed = world.claim(run)

    assert (claimed.session, claimed.key) == (1, KEY)
    assert claimed.bot.tag == bot.tag
    assert [command.kind for command in claimed.commands] == ["start"]
    stored = world.open_run(bot.id)
    assert (stored.state, stored.session) == (RunState.CLAIMED, 1)
    assert world.certificates.active == {stored.certificate: bot.id}


def test_a_long_history_is_handed_over_as_its_newest_fills_and_its_sum(
    world: World, bot: Bot, run: RunId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K-17: Lambda's answers are bounded, what a bot trades is not; another pair is not its own."""
    monkeypatch.setattr(claims, "MOST_FILLS", 2)
    told = [execution(bot, f"t{n}", "o1", executed_at=later(n)) for n in range(1, 5)]
    other = execution(bot, "t9", "o9", trading_pair="BTC-USDT", executed_at=later(9))
    with world.units(None) as uow:
        uow.trading.add_fills([*told, other])
        uow.commit()

    claimed = world.claim(run)

    assert [fill.trade_id for fill in claimed.fills] == ["t3", "t4"]
    assert claimed.totals == pnl.of(told)
    assert sum(stretch.fills for stretch in claimed.earlier) == 2
    assert sum(stretch.volume for stretch in claimed.earlier) == sum(
        each.price * each.quantity for each in told[:2]
    )


def test_decrypting_is_audited_first(world: World, run: RunId) -> None:
    """S0-134: the line is committed even where decrypting fails."""
    world.vault.denied = True
    with pytest.raises(KeyAccessDenied):
        world.claim(run)

    assert [line.action for line in world.units.tables.audit.values()][-1] == "credential.decrypt"


def test_a_second_claim_is_refused(world: World, run: RunId) -> None:
    world.claim(run)
    decrypted = world.vault.decrypted

    with pytest.raises(Forbidden, match="once"):
        world.claim(run)

    assert world.vault.decrypted == decrypted
    assert world.certificates.issued == 1


def test_a_wrong_token_gets_nothing(world: World, run: RunId) -> None:
    with pytest.raises(Forbidden):
        world.claim(run, token="token-99")
    assert world.vault.decrypted == 0


def test_another_task_with_the_right_token_gets_nothing(world: World, run: RunId) -> None:
    """The token can be read in task descriptions; it counts with the task's identity alone."""
    with pytest.raises(Forbidden):
        world.claim(run, task=TaskId("another"))
    assert world.vault.decrypted == 0


def test_an_unknown_run_reads_like_a_wrong_token(world: World, run: RunId) -> None:
    stranger = RunId(world.randomness.uuid())
    world.launcher.tasks[stranger] = world.launcher.tasks[run]

    with pytest.raises(Forbidden) as unknown:
        world.claim(stranger)
    with pytest.raises(Forbidden) as wrong:
        world.claim(run, token="token-99")

    assert str(unknown.value) == str(wrong.value)


def test_a_token_is_good_for_five_minutes(world: World, run: RunId) -> None:
    world.clock.advance(seconds=301)

    with pytest.raises(Forbidden, match="too old"):
        world.claim(run)


def test_a_task_that_is_faster_than_its_launcher_is_asked_to_wait(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.launcher.dies_after_launch = True
    with pytest.raises(Died):
        world.reconcile(bot.id)

    with pytest.raises(LaunchNotReady) as refused:
        world.claim(world.open_run(bot.id).id)

    assert (refused.value.code, refused.value.retry_after_s) == ("LAUNCH_NOT_READY", 1)


def test_a_bot_that_is_not_wanted_any_more_gets_nothing(world: World, bot: Bot, run: RunId) -> None:
    world.stop(bot.id)

    with pytest.raises(Conflict) as refused:
        world.claim(run)

    assert (refused.value.code, world.vault.decrypted) == ("BOT_NOT_WANTED", 0)


def test_kms_denial_is_an_error_of_the_bot_until_its_owner_acts(
    world: World, bot: Bot, run: RunId
) -> None:
    world.vault.denied = True
    with pytest.raises(KeyAccessDenied):
        world.claim(run)

    stored = world.bot(bot.id)
    assert (stored.status, stored.reason) == (BotStatus.ERROR, "KEY_ACCESS_DENIED")
    assert world.runs(bot.id)[0].state is RunState.ENDED
    world.reconcile(bot.id)
    assert len(world.launcher.tasks) == 1


def test_iot_away_uses_nothing_up(world: World, run: RunId) -> None:
    world.certificates.away = True
    with pytest.raises(Unavailable):
        world.claim(run)
    world.certificates.away = False

    assert world.claim(run).session == 1


def test_a_bad_certificate_request_uses_nothing_up(world: World, run: RunId) -> None:
    with pytest.raises(InvalidInput, match="csr"):
        world.claim(run, csr_pem="nonsense")

    assert world.claim(run).session == 1


def test_each_run_gets_a_higher_session(world: World, bot: Bot, run: RunId) -> None:
    world.claim(run)
    world.task_event(world.task(bot.id), exit_code=1)
    world.check_venue(bot.id)
    world.reconcile(bot.id)

    assert world.claim(world.open_run(bot.id).id).session == 2
