"""The one file that knows the insides of Hummingbot's application and connectors.

Written for the versions in `installation.SUPPORTED`, and imported after `installation.relocate`.
"""
# ruff: noqa: SLF001 -- knowing what Hummingbot keeps private is what this file is for

import asyncio
import importlib
import logging
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from aiohttp import ClientError
from engine import reconnects
from engine.connectors import CONNECTORS, Connector, exchange_id
from engine.controllers import CONFIGS
from engine.events import Events, side
from engine.installation import Refused
from engine.orders import Orders
from engine.protocol import ActiveOrder, Balance, Report, Snapshot, Start
from engine.reconciliation import Reconciliation
from engine.reconnects import Turns
from engine.runner import Runner
from hummingbot.client.config.client_config_map import (
    AnonymizedMetricsDisabledMode,
    ClientConfigMap,
    MQTTBridgeConfigMap,
)
from hummingbot.client.config.config_helpers import (
    ClientConfigAdapter,
    get_strategy_config_map,
    get_strategy_starter_file,
    parse_cvar_value,
)
from hummingbot.client.hummingbot_application import HummingbotApplication
from hummingbot.core.rate_oracle.rate_oracle import RateOracle
from hummingbot.core.web_assistant.connections.ws_connection import WSConnection
from hummingbot.strategy_v2.controllers.controller_base import ControllerConfigBase
from pydantic import ValidationError

STRATEGIES = {
    "v1": ("avellaneda_market_making", "liquidity_mining", "pure_market_making"),
    "v2": tuple(CONFIGS),
}
NEWER_V1 = {"avellaneda_market_making": "AvellanedaMarketMakingConfigMap"}

# Validated by the start line, and Hummingbot would go online.
OWN_MARKET = ("exchange", "market", "markets")
FEE_PRICE_EVERY_S = 30

KEY_CHECK_WITHIN_S = 10

log = logging.getLogger("engine")


class Engine:
    """One strategy on one connector, from its start to its stop."""

    def __init__(
        self, start: Start, *, send: Callable[[Report], None], now: Callable[[], datetime]
    ) -> None:
        self._start = start
        self._send = send
        self._now = now
        self._kind: Connector = CONNECTORS[start.connector]
        self._core: Any = None
        self._connector: Any = None
        self._orders: Any = None
        self._reconciliation: Any = None
        self._events: Any = None
        self._beside: list[asyncio.Task[None]] = []
        self._was_ready = False

    async def start(self) -> None:
        """Build the application, hand it the keys in memory, start the strategy. Raises Refused."""
        known = STRATEGIES[self._start.kind]
        if self._start.strategy not in known:
            reason = f"{self._start.strategy} is not one of {', '.join(known)}"
            raise Refused("UNSUPPORTED_STRATEGY", reason)
        _point(self._kind, self._start)
        share = self._start.reconnects
        if share is not None:
            now = asyncio.get_running_loop().time
            turns = Turns(share.connections, period_s=float(share.period_s), now=now)
            reconnects.pace(WSConnection, turns)
        self._core = _application(self._start.bot_id).trading_core
        self._core.gateway_monitor.stop_monitor()
        self._connector = self._core.connector_manager.create_connector(
            self._start.connector, [self._start.trading_pair], True, dict(self._start.keys)
        )
        self._kind.prepare(self._connector)
        self._orders = Orders(
            self._connector,
            kind=self._kind,
            trading_pair=self._start.trading_pair,
            prefix=self._start.client_order_id_prefix,
        )
        self._reconciliation = Reconciliation(self._connector, self._orders)
        self._events = Events(
            send=self._tell,
            now=self._now,
            find_order=self._orders.find,
        )
        self._events.attach(self._connector)
        await self._try_key()
        self._core.strategy_name = self._start.strategy
        # The database carries this name: one engine start never reads another's orders.
        self._core.strategy_file_name = self._start.client_order_id_prefix
        if self._start.kind == "v1":
            await self._load_v1()
        else:
            await self._load_v2()
        await self._core._start_strategy_execution()
        self._core._strategy_running = True

    async def _try_key(self) -> None:
        """Ask for the balances once: a key that is refused would be retried for ever."""
        try:
            async with asyncio.timeout(KEY_CHECK_WITHIN_S):
                await self._connector._update_balances()
        except (OSError, ClientError, ValueError) as error:
            told = self._kind.key_refused.search(str(error))
            if told is not None:
                reason = f"{self._start.connector} refuses the key ({told[1]})"
                raise Refused("KEY_REJECTED", reason) from None
            log.warning("The venue does not tell balances yet: %s", error)

    @property
    def ready(self) -> bool:
        """Whether the connector has everything that it needs to trade."""
        if self._connector is not None and self._connector.ready:
            self._was_ready = True
            return True
        return False

    @property
    def missing(self) -> str:
        """What the connector still waits for."""
        return ", ".join(name for name, done in self._connector.status_dict.items() if not done)

    async def _load_v1(self) -> None:
        self._core.strategy_config_map = await v1_config(self._start.strategy, self._start.config)
        await get_strategy_starter_file(self._start.strategy)(self._core)
        if self._core.strategy is None:
            raise Refused("CONFIG_REFUSED", "Hummingbot did not build the strategy; see the log")

    async def _load_v2(self) -> None:
        config = controller_config(self._start.strategy, self._start.config)
        await self._core.initialize_markets([(self._start.connector, [self._start.trading_pair])])
        self._core.strategy = Runner.on(self._core.markets, config)

    def _tell(self, report: Report) -> None:
        self._send(report)
        if report.type == "order_failed":
            self._reconciliation.doubt()

    def begin_chores(self) -> None:
        """Start what runs beside the strategy, once the connector is ready."""
        chores = (self._reconciliation.run(), self._price_fee_asset())
        self._beside = [asyncio.create_task(chore) for chore in chores]

    async def _price_fee_asset(self) -> None:
        """Keep Hummingbot told of the price of the asset that the venue takes fees in.

        Hummingbot values fees in quote. The rate oracle that would tell it asks a third party,
        so it stays off and gets this one price from the venue itself.
        """
        base, quote = self._start.trading_pair.split("-")
        fee_asset = self._kind.fee_asset
        if fee_asset in (None, base, quote):
            return
        pair = f"{fee_asset}-{quote}"
        symbols = await self._connector.trading_pair_symbol_map()
        oracle = RateOracle.get_instance()
        while pair in symbols.values():
            try:
                prices = await self._connector.get_last_traded_prices([pair])
            except Exception:
                log.exception("The price of %s is not to be had", pair)
            else:
                price, mid = Decimal(str(prices[pair])), self._mid_price()
                oracle.set_price(pair, price)
                if mid.is_finite():
                    oracle.set_price(f"{fee_asset}-{base}", price / mid)
            await asyncio.sleep(FEE_PRICE_EVERY_S)

    def _mid_price(self) -> Decimal:
        """Not a number while a side of the book is empty."""
        return self._connector.get_mid_price(self._start.trading_pair)

    # ---- what is

    def snapshot(self) -> Snapshot:
        """Balances, orders and mid price as the connector knows them now."""
        connector = self._connector
        named = self._start.trading_pair.split("-")
        totals = connector.get_all_balances()
        mid = self._mid_price()
        return Snapshot(
            at=self._now(),
            balances={
                asset: Balance(total=total, available=connector.get_available_balance(asset))
                for asset, total in totals.items()
                if total or asset in named
            },
            active_orders=[_active(order) for order in connector.in_flight_orders.values()],
            mid_price=mid if mid.is_finite() else None,
            connector_ready=connector.ready,
        )

    # ---- the end

    async def stop(self, mode: str) -> None:
        """End the strategy; cancel this engine's orders, or leave them. Raises Refused.

        Neither mode sends an order. `cancel_orders` returns when nothing is open: neither in the
        connector's books nor at the venue. A strategy whose connector never was ready has placed
        nothing, and the venue is not asked: perhaps it cannot be reached.
        """
        if self._core is None or self._core.strategy is None:
            return
        self._halt()
        for task in self._beside:
            task.cancel()
        if not (self._was_ready or self._orders.any_known):
            return
        if mode == "cancel_orders":
            await self._orders.cancel_all()
        else:
            await self._orders.answered()
        await self._orders.collect_late_fills()

    def _halt(self) -> None:
        strategy = self._core.strategy
        if isinstance(strategy, Runner):
            strategy.halt()
        if self._core.clock is not None:
            self._core.clock.remove_iterator(strategy)


def _point(kind: Connector, start: Start) -> None:
    """Give the connector our client order ids and, where they are given, the addresses."""
    constants: Any = importlib.import_module(kind.constants)
    constants.HBOT_ORDER_ID_PREFIX = start.client_order_id_prefix
    if start.venue is not None:
        if set(start.venue) != set(kind.addresses):
            names = ", ".join(kind.addresses)
            raise Refused("BAD_START_LINE", f"venue must have exactly {names}")
        kind.point(constants, start.venue)


def _application(bot_id: str) -> Any:
    """Hummingbot's application without a screen, without its broker, telling nobody anything."""
    config = ClientConfigMap(
        instance_id=bot_id,
        send_error_logs=False,
        anonymized_metrics_mode=AnonymizedMetricsDisabledMode(),
        mqtt_bridge=MQTTBridgeConfigMap(mqtt_autostart=False),
    )
    return HummingbotApplication.main_application(
        client_config_map=ClientConfigAdapter(config), headless_mode=True
    )


async def v1_config(strategy: str, config: dict[str, Any]) -> Any:
    """Read a complete V1 configuration into Hummingbot's own map. Raises Refused.

    Hummingbot keeps the maps of its older strategies as one module's variables and makes those of
    the newer ones anew from a class, which it looks for under its root and does not find there.
    """
    if strategy not in NEWER_V1:
        config_map = get_strategy_config_map(strategy)
        await fill_config_map(config_map, config)
        return config_map
    module = importlib.import_module(
        f"hummingbot.strategy.{strategy}.{strategy}_config_map_pydantic"
    )
    model = getattr(module, NEWER_V1[strategy])
    differing = set(model.model_fields) ^ set(config)
    if differing:
        raise Refused("CONFIG_REFUSED", f"unknown or missing: {', '.join(sorted(differing))}")
    try:
        return ClientConfigAdapter(model(**config))
    except ValidationError as error:
        raise Refused("CONFIG_REFUSED", _without_inputs(error)) from None


async def fill_config_map(config_map: dict[str, Any], config: dict[str, Any]) -> None:
    """Put a complete V1 configuration into Hummingbot's map. Raises Refused, naming the field.

    Hummingbot never validates a default and forgives a missing field until it trades, so both
    sides must name the same fields.
    """
    differing = set(config_map) ^ set(config)
    if differing:
        raise Refused("CONFIG_REFUSED", f"unknown or missing: {', '.join(sorted(differing))}")

    for name, variable in config_map.items():
        variable.value = parse_cvar_value(variable, config[name])
        if variable.value is None or name in OWN_MARKET:
            continue
        reason = await variable.validate(str(variable.value))
        if reason is not None:
            raise Refused("CONFIG_REFUSED", f"{name}: {reason}")


def controller_config(strategy: str, config: dict[str, Any]) -> ControllerConfigBase:
    """Read a complete V2 configuration. Raises Refused, naming the fields."""
    try:
        return CONFIGS[strategy](**config)
    except ValidationError as error:
        raise Refused("CONFIG_REFUSED", _without_inputs(error)) from None


def _without_inputs(error: Any) -> str:
    found = error.errors(include_input=False, include_url=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found)


def _active(order: Any) -> ActiveOrder:
    return ActiveOrder(
        client_order_id=order.client_order_id,
        exchange_order_id=exchange_id(order),
        side=side(order.trade_type),
        price=Decimal(0) if order.price.is_nan() else order.price,
        quantity=order.amount,
        filled_quantity=order.executed_amount_base,
    )
