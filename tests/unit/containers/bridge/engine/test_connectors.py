"""What differs between the connectors, without Hummingbot: addresses, refusals, resting orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from containers.bridge.engine.connectors import CONNECTORS, Resting


@dataclass
class Asked:
    """A connector that answers by a script and keeps what it was asked."""

    answers: Sequence[Any]
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def _api_get(self, **request: Any) -> Any:
        return self._next(request)

    async def _api_post(self, **request: Any) -> Any:
        return self._next(request)

    async def _api_delete(self, **request: Any) -> Any:
        return self._next(request)

    def _next(self, request: dict[str, Any]) -> Any:
        self.requests.append(request)
        answer = self.answers[len(self.requests) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


def page(*ids: str, cursor: str = "") -> dict[str, Any]:
    rows = [{"orderLinkId": name, "orderId": f"x-{name}"} for name in ids]
    return {"retCode": 0, "retMsg": "OK", "result": {"list": rows, "nextPageCursor": cursor}}


def refusal(code: int) -> dict[str, Any]:
    return {"retCode": code, "retMsg": "why", "result": {}}


def resting(*ids: str) -> list[Resting]:
    return [Resting(client_order_id=name, exchange_order_id=f"x-{name}") for name in ids]


async def test_bybits_open_orders_are_read_to_the_last_page() -> None:
    connector = Asked([page("a", "b", cursor="next"), page("c")])

    assert await CONNECTORS["bybit"].open_orders(connector, "ETHUSDT") == resting("a", "b", "c")
    assert connector.requests[1]["params"]["cursor"] == "next"


async def test_bybits_refusal_is_no_empty_list() -> None:
    with pytest.raises(OSError, match="10006"):
        await CONNECTORS["bybit"].open_orders(Asked([refusal(10006)]), "ETHUSDT")


@pytest.mark.parametrize("code", [0, 170213, 170142, 170143, 170139])
async def test_bybits_order_that_is_gone_needs_no_cancel(code: int) -> None:
    connector = Asked([refusal(code)])

    await CONNECTORS["bybit"].cancel(connector, "ETHUSDT", "mine")

    assert connector.requests[0]["data"]["orderLinkId"] == "mine"


async def test_bybits_other_refusals_of_a_cancel_are_told() -> None:
    with pytest.raises(OSError, match="10005"):
        await CONNECTORS["bybit"].cancel(Asked([refusal(10005)]), "ETHUSDT", "mine")


async def test_binances_open_orders_are_one_list() -> None:
    connector = Asked([[{"clientOrderId": "a", "orderId": "x-a"}]])

    assert await CONNECTORS["binance"].open_orders(connector, "ETHUSDT") == resting("a")


async def test_binances_order_that_is_gone_needs_no_cancel() -> None:
    gone, other = OSError('{"code":-2011,"msg":"Unknown"}'), OSError('{"code":-1121}')
    cancel = CONNECTORS["binance"].cancel

    await cancel(Asked([gone]), "ETHUSDT", "mine")
    with pytest.raises(OSError, match="-1121"):
        await cancel(Asked([other]), "ETHUSDT", "mine")


def test_each_connector_is_pointed_elsewhere() -> None:
    """K-33: Bybit's testnet is reached under the connector's one name."""
    bybit = SimpleNamespace(
        REST_URLS={"bybit_main": "m", "bybit_testnet": "t"},
        WSS_PUBLIC_URL={"bybit_main": "m"},
        WSS_PRIVATE_URL={"bybit_main": "m"},
    )
    venue = {"rest": "http://r/", "stream": "ws://s", "private": "ws://p"}

    CONNECTORS["bybit"].point(cast("ModuleType", bybit), venue)

    assert bybit.REST_URLS == {"bybit_main": "http://r", "bybit_testnet": "t"}
    assert (bybit.WSS_PUBLIC_URL["bybit_main"], bybit.WSS_PRIVATE_URL["bybit_main"]) == (
        "ws://s",
        "ws://p",
    )


@pytest.mark.parametrize(
    ("connector", "told", "refused"),
    [
        ("binance", '{"code":-2015,"msg":"Invalid API-key"}', True),
        ("binance", '{"code": -1022}', True),
        ("binance", '{"code":-10220}', False),
        ("binance", '{"code":-1003}', False),
        ("bybit", "API key is invalid.", True),
        ("bybit", "error sign! origin_string[1]", True),
        ("bybit", "Permission denied, please check your API key permissions.", True),
        ("bybit", "Error executing request GET /v5/x. HTTP status is 401. Error: ", True),
        ("bybit", "Too many visits. Exceeded the API Rate Limit.", False),
        ("bybit", "Internal System Error.", False),
    ],
)
def test_a_refused_key_is_told_from_other_trouble(
    connector: str, told: str, *, refused: bool
) -> None:
    assert bool(CONNECTORS[connector].key_refused.search(told)) is refused
