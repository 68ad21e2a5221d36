"""The reconciler's minute: three passes, and turns in between for those who wait."""

from datetime import timedelta

from janym.domain.bot import BotStatus
from janym.usecases import sweeps
from tests.fakes.world import World


def test_a_silent_bot_is_found_within_140_seconds() -> None:
    """S0-070: 120 s of silence and 20 s to the next pass, wherever in the minute it fell silent."""
    for begins in range(0, 60, 7):
        fresh = World()
        bot = fresh.running_bot()
        heard = fresh.clock.now()
        fresh.clock.advance(seconds=begins)
        while fresh.bot(bot.id).status is BotStatus.RUNNING:
            begun = fresh.clock.now()
            for _ in sweeps.minute(fresh.platform, fresh.let_pass):
                pass
            fresh.clock.advance(seconds=60 - (fresh.clock.now() - begun).seconds)
        found = fresh.bot(bot.id)
        assert found.reason == "HEARTBEAT_LOST"
        assert found.updated_at - heard <= timedelta(seconds=140)


def test_a_minute_ends_before_its_function_is_ended(world: World) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        world.clock.advance(seconds=seconds)

    world.running_bot()
    begun = world.clock.now()
    for _ in sweeps.minute(world.platform, pause):
        pass

    assert pauses == [20.0, 20.0], "nobody waits, so it rests between its passes and then ends"
    assert world.clock.now() - begun == timedelta(seconds=40)


def test_a_pass_that_takes_long_does_not_push_the_others_out(world: World) -> None:
    world.running_bot()
    begun = world.clock.now()
    slow = iter([True, False, False])
    look = world.launcher.look

    def looking(tasks: list[object]) -> object:
        if next(slow, False):
            world.clock.advance(seconds=35)
        return look(tasks)  # pyright: ignore[reportArgumentType] - passed through

    world.launcher.look = looking  # pyright: ignore[reportAttributeAccessIssue] - a slow ECS
    for _ in sweeps.minute(world.platform, world.let_pass):
        pass

    assert world.clock.now() - begun == timedelta(seconds=40)
