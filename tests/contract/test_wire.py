"""What the platform writes is what the bridge reads."""

from collections.abc import Generator
from decimal import Decimal

import pytest

from containers.bridge.claim import Claim
from janym.api.messages import StartMessage, StopMessage
from janym.domain.bot import Desired
from janym.domain.command import CommandKind
from janym.domain.ids import ClientOrderId, TradeId
from janym.domain.trading import Fee, Fill, FillSource, Side
from tests.fakes.clock import NOON
from tests.fakes.functions import Functions, answered, functions_of
from tests.fakes.life import ROLE, claim_event
from tests.fakes.world import CSR, KEY, World


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Generator[Functions]:
    with functions_of(World(), monkeypatch) as functions:
        yield functions


def test_a_claims_answer(functions: Functions) -> None:
    world = functions.world
    bot = world.stopped_bot()
    fill = Fill(
        bot=bot.id,
        trade_id=TradeId("t1"),
        client_order_id=ClientOrderId(f"jn{bot.tag}10x"),
        exchange_order_id=None,
        trading_pair="ETH-USDT",
        side=Side.SELL,
        price=Decimal("3000.10"),
        quantity=Decimal("0.05"),
        fee=Fee(asset="BNB", amount=Decimal("0.0003"), price=None),
        maker=True,
        executed_at=NOON,
        source=FillSource.VENUE,
        position=None,
    )
    with world.units(None) as uow:
        uow.trading.add_fills([fill])
        uow.commit()
    world.start(bot.id)
    world.dispatch()
    task = world.task(bot.id)
    body = {"v": 1, "token": task.token, "run_id": str(task.run), "csr": CSR}

    answer = answered(functions.invoke("claim", claim_event(body, caller=f"{ROLE}/{task.id}")))

    claim = Claim.model_validate_json(answer.text)
    assert (claim.bot_id, claim.session, claim.tag) == (str(bot.id), 1, bot.tag)
    assert (claim.desired, claim.bot.config) == (Desired.RUNNING, bot.config)
    assert claim.credential.api_secret == KEY.api_secret
    assert [command.kind for command in claim.commands] == [CommandKind.START]
    (told,) = claim.fills
    assert (told.side, told.price, told.fee_price, told.executed_at, told.source) == (
        Side.SELL,
        Decimal("3000.10"),
        None,
        NOON,
        FillSource.VENUE,
    )


def test_a_start_and_a_stop() -> None:
    """S0-080, S0-081, S0-096."""
    world = World()
    bot = world.stopped_bot()
    world.start(bot.id)
    world.dispatch()
    world.restart(bot.id)
    world.dispatch()
    world.stop(bot.id)
    world.dispatch()

    start, restart, stop = [payload for _, _, payload in world.bus.published]
    assert StartMessage.model_validate(start).restart is False
    assert StartMessage.model_validate(restart).restart is True
    assert StartMessage.model_validate(start).config["strategy"] == bot.strategy_type
    assert StopMessage.model_validate(stop).mode == "cancel_orders"
