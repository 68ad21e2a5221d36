"""Bybit's JSON: how orders, executions, trades, books and accounts look on the wire.

Numbers are strings without trailing zeros, times are strings of Unix milliseconds.
https://github.com/bybit-exchange/docs/tree/master/docs/v5
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.candles import Candle
from containers.paper_exchange.day import Day
from containers.paper_exchange.tape import PublicTrade
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.instrument import Instrument
from janym.matching.order import Fill, Order, OrderKind, OrderStatus

Json = dict[str, object]
UNIFIED = "UNIFIED"
UTA_2 = 5
SIDES = {Side.BUY: "Buy", Side.SELL: "Sell"}
STATUSES = {
    OrderStatus.NEW: "New",
    OrderStatus.PARTIALLY_FILLED: "PartiallyFilled",
    OrderStatus.FILLED: "Filled",
}
ZERO = "0"


def number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def levels(rows: Iterable[tuple[Decimal, Decimal]]) -> list[list[str]]:
    return [[number(price), number(size)] for price, size in rows]


def instrument(one: Instrument) -> Json:
    return {
        "symbol": one.symbol,
        "baseCoin": one.base,
        "quoteCoin": one.quote,
        "innovation": ZERO,
        "status": "Trading",
        "marginTrading": "none",
        "stTag": ZERO,
        "lotSizeFilter": {
            "basePrecision": number(one.step),
            "quotePrecision": "0.00000001",
            "minOrderQty": number(one.min_quantity),
            "maxOrderQty": number(one.max_quantity),
            "minOrderAmt": number(one.min_notional),
            "maxOrderAmt": number(one.max_notional),
            "maxLimitOrderQty": number(one.max_quantity),
            "maxMarketOrderQty": number(one.max_quantity),
        },
        "priceFilter": {"tickSize": number(one.tick)},
        "riskParameters": {"priceLimitRatioX": "0.99", "priceLimitRatioY": "0.99"},
    }


def recent_trade(one: PublicTrade) -> Json:
    return {
        "execId": str(one.id),
        "symbol": one.symbol,
        "price": number(one.price),
        "size": number(one.quantity),
        "side": taker_side(one),
        "time": str(one.time_ms),
        "isBlockTrade": False,
        "isRPITrade": False,
    }


def taker_side(one: PublicTrade) -> str:
    return SIDES[Side.SELL if one.seller_took else Side.BUY]


def kline(candle: Candle) -> list[str]:
    return [
        str(candle.open_ms),
        number(candle.open),
        number(candle.high),
        number(candle.low),
        number(candle.close),
        number(candle.volume),
        number(candle.quote_volume),
    ]


def ticker(symbol: str, day: Day) -> Json:
    """Return a ticker as the stream gives it; REST adds the top of the book."""
    return {
        "symbol": symbol,
        "lastPrice": number(day.last),
        "highPrice24h": number(day.high),
        "lowPrice24h": number(day.low),
        "prevPrice24h": number(day.opened),
        "volume24h": number(day.volume),
        "turnover24h": number(day.turnover),
        "price24hPcnt": f"{day.change:.4f}",
        "usdIndexPrice": number(day.last),
    }


def status(one: Order) -> str:
    """Return an order's status; one that ended early says whether it had traded before."""
    ended = "PartiallyFilledCanceled" if one.filled else "Cancelled"
    return STATUSES.get(one.status, ended)


def order(one: Order) -> Json:
    market = one.kind is OrderKind.MARKET
    by_quote = one.quote_quantity > 0
    time_in_force = "PostOnly" if one.kind is OrderKind.LIMIT_MAKER else one.time_in_force.upper()
    return {
        "symbol": one.symbol,
        "orderId": str(one.id),
        "orderLinkId": one.client_id,
        "side": SIDES[one.side],
        "orderType": "Market" if market else "Limit",
        "timeInForce": "IOC" if market else time_in_force,
        "orderStatus": status(one),
        "price": number(one.price),
        "qty": number(one.quote_quantity if by_quote else one.quantity),
        "marketUnit": "quoteCoin" if by_quote else "baseCoin",
        "avgPrice": number(one.filled_quote / one.filled) if one.filled else "",
        "leavesQty": number(one.remaining) if one.is_open else ZERO,
        "cumExecQty": number(one.filled),
        "cumExecValue": number(one.filled_quote),
        "cancelType": "CancelByUser" if one.status is OrderStatus.CANCELED else "UNKNOWN",
        "rejectReason": "EC_NoError",
        "createType": "CreateByUser",
        "isLeverage": ZERO,
        "positionIdx": 0,
        "stopOrderType": "",
        "triggerPrice": "",
        "takeProfit": "",
        "stopLoss": "",
        "reduceOnly": False,
        "closeOnTrigger": False,
        "smpType": "None",
        "createdTime": str(one.created_ms),
        "updatedTime": str(one.updated_ms),
    }


def execution(fill: Fill, of: Order) -> Json:
    """Return one execution of an order."""
    return {
        "symbol": fill.symbol,
        "orderId": str(fill.order_id),
        "orderLinkId": fill.client_id,
        "side": SIDES[fill.side],
        "orderType": "Market" if of.kind is OrderKind.MARKET else "Limit",
        "orderPrice": number(of.price),
        "orderQty": number(of.quantity),
        "execId": str(fill.trade_id),
        "execType": "Trade",
        "execPrice": number(fill.price),
        "execQty": number(fill.quantity),
        "execValue": number(fill.price * fill.quantity),
        "execFee": number(fill.fee),
        "feeCurrency": fill.fee_asset,
        "isMaker": fill.maker,
        "isLeverage": ZERO,
        "stopOrderType": "",
        "blockTradeId": "",
        "execTime": str(fill.time_ms),
    }


def coins(holdings: Mapping[str, Holding], prices: Mapping[str, Decimal]) -> list[Json]:
    """Return balances; `prices` are in US dollars."""
    return [
        {
            "coin": asset,
            "walletBalance": number(held.free + held.locked),
            "equity": number(held.free + held.locked),
            "locked": number(held.locked),
            "usdValue": number((held.free + held.locked) * prices[asset]),
            "availableToWithdraw": "",
            "borrowAmount": ZERO,
            "spotBorrow": ZERO,
            "accruedInterest": ZERO,
            "totalOrderIM": ZERO,
            "totalPositionIM": ZERO,
            "totalPositionMM": ZERO,
            "unrealisedPnl": ZERO,
            "cumRealisedPnl": ZERO,
            "bonus": ZERO,
            "collateralSwitch": False,
            "marginCollateral": False,
        }
        for asset, held in sorted(holdings.items())
    ]


def wallet(holdings: Mapping[str, Holding], prices: Mapping[str, Decimal]) -> Json:
    """Return the unified account with these of its coins."""
    worth = sum(
        (prices[asset] * (held.free + held.locked) for asset, held in holdings.items()), Decimal(0)
    )
    return {
        "accountType": UNIFIED,
        "totalEquity": number(worth),
        "totalWalletBalance": number(worth),
        "totalAvailableBalance": number(worth),
        "totalMarginBalance": number(worth),
        "totalInitialMargin": ZERO,
        "totalMaintenanceMargin": ZERO,
        "totalPerpUPL": ZERO,
        "coin": coins(holdings, prices),
    }


def api_key(owner: Account, *, withdrawals: bool) -> Json:
    """Return what `GET /v5/user/query-api` says of a key."""
    return {
        "id": str(owner.created_ms),
        "note": owner.label,
        "apiKey": owner.api_key,
        "readOnly": 0 if owner.may_trade else 1,
        "secret": "",
        "permissions": {
            "ContractTrade": [],
            "Spot": ["SpotTrade"] if owner.may_trade else [],
            "Wallet": ["AccountTransfer", *(["Withdraw"] if withdrawals else [])],
            "Options": [],
            "Derivatives": [],
            "CopyTrading": [],
            "BlockTrade": [],
            "Exchange": [],
            "NFT": [],
            "Affiliate": [],
        },
        "ips": ["*"],
        "type": 1,
        "unified": 0,
        "uta": 1,
        "userID": owner.created_ms,
        "isMaster": True,
        "vipLevel": "No VIP",
    }
