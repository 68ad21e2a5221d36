"""The strategy that runs one of our controllers, its configuration kept in memory."""

from typing import Any

from hummingbot.core.clock import Clock
from hummingbot.core.data_type.common import MarketDict
from hummingbot.strategy.strategy_v2_base import StrategyV2Base, StrategyV2ConfigBase
from hummingbot.strategy_v2.controllers.controller_base import ControllerConfigBase
from hummingbot.strategy_v2.executors.order_executor.order_executor import OrderExecutor
from hummingbot.strategy_v2.models.executor_actions import StoreExecutorAction
from pydantic import PrivateAttr

FORGOTTEN_AFTER_S = 10
"""An executor that ended is reported for so long; the controllers look each second."""


class RunnerConfig(StrategyV2ConfigBase):
    """Hands out its one controller's configuration where Hummingbot would read files."""

    _controller: ControllerConfigBase = PrivateAttr()

    @classmethod
    def of(cls, controller: ControllerConfigBase) -> "RunnerConfig":
        """The configuration that runs this controller."""
        config = cls(script_file_name="runner.py")
        config._controller = controller
        return config

    def load_controller_configs(self) -> list[ControllerConfigBase]:
        """Hummingbot asks at the start and again every ten seconds."""
        return [self._controller]

    def update_markets(self, markets: MarketDict) -> MarketDict:
        """The markets of the controller are the markets of the strategy."""
        return self._controller.update_markets(markets)


class OneOrder(OrderExecutor):
    """An executor that sends once and ends once.

    Hummingbot's own sends an order again whose answer was lost, up to ten times, while the first
    may rest at the venue. And a controller decides by what it saw up to a second ago: stopped after
    its order was filled meanwhile, it would be shutting down for ever, its level never filled.
    """

    def control_order(self) -> None:
        """Send the order; where that failed, end: when to try again is the controller's to say."""
        if self._current_retries:
            self._max_retries = 0
            self.evaluate_max_retries()
        else:
            super().control_order()

    def early_stop(self, keep_position: bool = True) -> None:  # noqa: FBT001, FBT002 - as inherited
        """Shut down, unless it has ended already."""
        if not self.is_closed:
            super().early_stop(keep_position)


class Runner(StrategyV2Base):
    """Executes what the controllers propose and proposes nothing itself."""

    @classmethod
    def on(cls, connectors: dict[str, Any], controller: ControllerConfigBase) -> "Runner":
        """A runner for one controller on connectors that exist already."""
        config = RunnerConfig.of(controller)
        cls.init_markets(config)
        runner = cls(connectors, config)
        runner.executor_orchestrator._executor_mapping = {"order_executor": OneOrder}  # noqa: SLF001 - no other way in
        return runner

    def start(self, clock: Clock, timestamp: float) -> None:
        """Start the controllers; no application and no broker is asked for."""
        del clock
        self._last_timestamp = timestamp
        for controller in self.controllers.values():
            controller.start()

    def create_actions_proposal(self) -> list[Any]:
        """Controllers alone create."""
        return []

    def stop_actions_proposal(self) -> list[Any]:
        """Controllers alone stop."""
        return []

    def store_actions_proposal(self) -> list[Any]:
        """Put executors away soon: every one that is kept is reported anew each second."""
        ended = (executor for executor in self.get_all_executors() if executor.is_done)
        return [
            StoreExecutorAction(executor_id=executor.id, controller_id=executor.controller_id)
            for executor in ended
            if self.current_timestamp - (executor.close_timestamp or 0) > FORGOTTEN_AFTER_S
        ]

    def halt(self) -> None:
        """Decide nothing more: controllers and executors end where they stand.

        Open orders stay as they are and no position is closed; what happens to the orders is
        for the caller's stop mode to say.
        """
        self._is_stop_triggered = True
        self.listen_to_executor_actions_task.cancel()
        for controller in self.controllers.values():
            controller.stop()
        for executors in self.executor_orchestrator.active_executors.values():
            for executor in executors:
                executor.stop()
