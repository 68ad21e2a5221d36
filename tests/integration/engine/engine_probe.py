"""Runs in Hummingbot's interpreter: shows it things, prints what it understood, one by one.

usage: ENGINE_PYTHON -I engine_probe.py ENGINE_FOLDER WORK_DIR  < [{"ask": ..., ...}, ...]
"""

import asyncio
import importlib
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

NOW = 1_000_000.0


def name_engine(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("engine_main", folder / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


@contextmanager
def installed(version: str) -> Generator[None]:
    real = importlib.metadata.version
    importlib.metadata.version = lambda _name: version
    try:
        yield
    finally:
        importlib.metadata.version = real


def version(asked: dict[str, Any]) -> Any:
    with installed(asked["version"]):
        return importlib.import_module("engine.installation").probe()


def engine(asked: dict[str, Any]) -> Any:
    """A configuration as the engine reads it, without Hummingbot's list of all pairs."""
    adapter = importlib.import_module("engine.adapter")
    if asked["kind"] == "v2":
        return adapter.controller_config(asked["strategy"], asked["config"]).model_dump()
    fetcher = importlib.import_module("hummingbot.core.utils.trading_pair_fetcher")
    fetcher.TradingPairFetcher._sf_shared_instance = SimpleNamespace(ready=False)
    read: Any = asyncio.run(adapter.v1_config(asked["strategy"], asked["config"]))
    if hasattr(read, "hb_config"):
        return read.hb_config.model_dump()
    return {name: variable.value for name, variable in read.items()}


def fees(asked: dict[str, Any]) -> Any:
    events = importlib.import_module("engine.events")
    happened = importlib.import_module("hummingbot.core.event.events")
    costs = importlib.import_module("hummingbot.core.data_type.trade_fee")
    event = happened.OrderFilledEvent(
        timestamp=0.0,
        order_id="x",
        trading_pair="ETH-USDT",
        trade_type=events.TradeType[asked["side"]],
        order_type=events.OrderType.LIMIT,
        price=Decimal(2000),
        amount=Decimal("0.05"),
        trade_fee=getattr(costs, asked["fee"])(
            percent=Decimal(asked["percent"]),
            percent_token=asked.get("token"),
            flat_fees=[costs.TokenAmount(token, Decimal(n)) for token, n in asked.get("flat", [])],
        ),
    )
    return [[fee.asset, f"{fee.amount.normalize():f}"] for fee in events.fees(event)]


def controller(asked: dict[str, Any]) -> Any:
    pmm = importlib.import_module("engine.controllers.pmm")

    def mid_price(*_asked: object) -> Decimal:
        return Decimal(asked["mid"])

    market = SimpleNamespace(get_price_by_type=mid_price, time=lambda: NOW, ready=True)
    decides = pmm.Pmm(pmm.PmmConfig(**asked["config"]), market, asyncio.Queue())
    decides.executors_info = [executor(pmm, each) for each in asked["executors"]]
    return [action(each) for each in decides.determine_executor_actions()]


def executor(pmm: Any, given: dict[str, Any]) -> Any:
    closed = given.get("closed")
    return SimpleNamespace(
        id=given["level"],
        timestamp=NOW - given["age"],
        is_active=closed is None,
        is_done=closed is not None and given.get("order") is None,
        close_type=None if closed is None else pmm.CloseType[closed],
        close_timestamp=NOW - given.get("closed_ago", 0),
        custom_info={"level_id": given["level"], "order_id": given.get("order")},
        config=SimpleNamespace(price=Decimal(given["price"])),
    )


def action(decided: Any) -> list[str]:
    if hasattr(decided, "executor_id"):
        return ["stop", decided.executor_id, str(decided.keep_position)]
    config = decided.executor_config
    kind = config.execution_strategy.value
    return ["place", config.level_id, kind, f"{config.price.normalize():f}", f"{config.amount}"]


class Forgetful:
    """A recorder that remembers nothing."""

    def store_controller_config(self, _config: object) -> None:
        return

    def get_all_executors(self) -> list[Any]:
        return []

    def get_all_positions(self) -> list[Any]:
        return []


def runner(asked: dict[str, Any]) -> Any:
    """What states an executor goes through that is told to stop after it ended."""

    async def states() -> list[str]:
        actions = importlib.import_module("hummingbot.strategy_v2.models.executor_actions")
        recorder = importlib.import_module("hummingbot.connector.markets_recorder")
        recorder.MarketsRecorder.get_instance = Forgetful
        config = importlib.import_module("engine.controllers").CONFIGS["pmm"](**asked["config"])
        running = importlib.import_module("engine.runner").Runner.on({}, config)
        (controller,) = running.controllers.values()
        level = controller._levels()[0]
        orchestrator = running.executor_orchestrator
        orchestrator.execute_action(controller._place(level, Decimal(2000)))
        (executor,) = orchestrator.active_executors[config.id]
        told = [executor.status.name]
        executor.stop()
        told.append(executor.status.name)
        stop = actions.StopExecutorAction(
            controller_id=config.id, executor_id=executor.config.id, keep_position=True
        )
        orchestrator.execute_action(stop)
        return [*told, executor.status.name]

    return asyncio.run(states())


def grid(asked: dict[str, Any]) -> Any:
    """What the grid decides, step after step, each with its book and its executors."""
    config = importlib.import_module("engine.controllers").CONFIGS["grid"](**asked["config"])
    module = importlib.import_module("engine.controllers.grid")
    market = GridMarket(asked)
    decides = module.Grid(config, market, asyncio.Queue())
    said: list[list[list[str]]] = []
    for step in asked["steps"]:
        market.now += 1
        market.book = {"BestBid": Decimal(step["bid"]), "BestAsk": Decimal(step["ask"])}
        decides.executors_info = [grid_executor(each) for each in step.get("executors", [])]
        said.append([grid_action(each) for each in decides.determine_executor_actions()])
    return said


class GridMarket:
    """A venue of steps of 0.0001 ETH and orders worth 5 USDT at least."""

    ready = True

    def __init__(self, asked: dict[str, Any]) -> None:
        self.now = NOW
        self.book: dict[str, Decimal] = {}
        self.balances = {asset: Decimal(each) for asset, each in asked["balances"].items()}

    def time(self) -> float:
        return self.now

    def get_price_by_type(self, _connector: str, _pair: str, kind: Any) -> Decimal:
        return self.book[kind.name]

    def get_balance(self, _connector: str, asset: str) -> Decimal:
        return self.balances[asset]

    def get_available_balance(self, _connector: str, asset: str) -> Decimal:
        return self.balances[asset]

    def get_trading_rules(self, _connector: str, _pair: str) -> Any:
        return SimpleNamespace(min_order_size=Decimal("0.0001"), min_notional_size=Decimal(5))

    def quantize_order_amount(self, _connector: str, _pair: str, amount: Decimal) -> Decimal:
        return amount - amount % Decimal("0.0001")


def grid_executor(given: dict[str, Any]) -> Any:
    closed = given.get("closed")
    executors = importlib.import_module("hummingbot.strategy_v2.models.executors")
    return SimpleNamespace(
        id=given.get("id", given["level"]),
        is_active=closed is None and not given.get("leaving"),
        is_done=closed is not None,
        close_type=None if closed is None else executors.CloseType[closed],
        close_timestamp=None if closed is None else NOW,
        custom_info={
            "level_id": given["level"],
            "executed_amount_base": Decimal(given.get("traded", "0")),
        },
    )


def grid_action(decided: Any) -> list[str]:
    if hasattr(decided, "executor_id"):
        return ["stop", decided.executor_id]
    config = decided.executor_config
    assert config.execution_strategy.value == "LIMIT_MAKER"
    numbers = (f"{number.normalize():f}" for number in (config.price, config.amount))
    return [config.level_id, config.side.name.lower(), *numbers]


def answer(asked: dict[str, Any]) -> Any:
    refused = importlib.import_module("engine.installation").Refused
    try:
        return ANSWERS[asked["ask"]](asked)
    except refused as error:
        return {"refused": error.report.message, "code": error.report.code}


ANSWERS = {
    "version": version,
    "engine": engine,
    "fees": fees,
    "controller": controller,
    "grid": grid,
    "runner": runner,
}


def main() -> None:
    folder, work_dir = map(Path, sys.argv[1:])
    name_engine(folder)
    importlib.import_module("engine.installation").relocate(work_dir, "binance")
    json.dump([answer(asked) for asked in json.load(sys.stdin)], sys.stdout, default=str)


main()
