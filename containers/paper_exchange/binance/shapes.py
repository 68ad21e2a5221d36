"""Binance's JSON: how orders, fills, trades, books and accounts look on the wire.

Numbers are strings with eight decimals, times are Unix milliseconds.
https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md
"""

from collections.abc import Iterable
from decimal import Decimal

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.candles import Candle
from containers.paper_exchange.tape import AggregateTrade, PublicTrade
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.instrument import Instrument
from janym.matching.order import Event, Fill, Order, OrderStatus, Traded

Json = dict[str, object]
NO_LIST = -1
NO_PREVENTION = "NONE"


def number(value: Decimal) -> str:
    return f"{value:.8f}"


def levels(rows: Iterable[tuple[Decimal, Decimal]]) -> list[list[str]]:
    return [[number(price), number(size)] for price, size in rows]


def symbol(instrument: Instrument) -> Json:
    return {
        "symbol": instrument.symbol,
        "status": "TRADING",
        "baseAsset": instrument.base,
        "baseAssetPrecision": 8,
        "quoteAsset": instrument.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": False,
        "amendAllowed": False,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": number(instrument.min_price),
                "maxPrice": number(instrument.max_price),
                "tickSize": number(instrument.tick),
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": number(instrument.min_quantity),
                "maxQty": number(instrument.max_quantity),
                "stepSize": number(instrument.step),
            },
            {
                "filterType": "NOTIONAL",
                "minNotional": number(instrument.min_notional),
                "applyMinToMarket": True,
                "maxNotional": number(instrument.max_notional),
                "applyMaxToMarket": True,
                "avgPriceMins": 0,
            },
        ],
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": NO_PREVENTION,
        "allowedSelfTradePreventionModes": [NO_PREVENTION],
    }


def trade(one: PublicTrade) -> Json:
    return {
        "id": one.id,
        "price": number(one.price),
        "qty": number(one.quantity),
        "quoteQty": number(one.price * one.quantity),
        "time": one.time_ms,
        "isBuyerMaker": one.seller_took,
        "isBestMatch": True,
    }


def aggregate_trade(one: AggregateTrade) -> Json:
    return {
        "a": one.id,
        "p": number(one.price),
        "q": number(one.quantity),
        "f": one.first,
        "l": one.last,
        "T": one.time_ms,
        "m": one.seller_took,
        "M": True,
    }


def kline(candle: Candle, interval_ms: int) -> list[object]:
    return [
        candle.open_ms,
        number(candle.open),
        number(candle.high),
        number(candle.low),
        number(candle.close),
        number(candle.volume),
        candle.open_ms + interval_ms - 1,
        number(candle.quote_volume),
        candle.trades,
        number(candle.taker_volume),
        number(candle.taker_quote_volume),
        "0",
    ]


def account(owner: Account, holdings: dict[str, Holding], *, updated_ms: int) -> Json:
    rates = owner.fees
    return {
        "makerCommission": int(rates.maker * 10_000),
        "takerCommission": int(rates.taker * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": number(rates.maker),
            "taker": number(rates.taker),
            "buyer": number(Decimal(0)),
            "seller": number(Decimal(0)),
        },
        "canTrade": owner.may_trade,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": updated_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": number(held.free), "locked": number(held.locked)}
            for asset, held in sorted(holdings.items())
        ],
        "permissions": list(owner.permissions),
        "uid": owner.created_ms,
    }


def restrictions(owner: Account, *, withdrawals: bool) -> Json:
    """Return what `GET /sapi/v1/account/apiRestrictions` says of a key."""
    return {
        "ipRestrict": False,
        "createTime": owner.created_ms,
        "enableReading": True,
        "enableSpotAndMarginTrading": owner.may_trade,
        "enableWithdrawals": withdrawals,
        "enableInternalTransfer": False,
        "permitsUniversalTransfer": False,
        "enableMargin": False,
        "enableFutures": False,
        "enableVanillaOptions": False,
        "enablePortfolioMarginTrading": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
    }


def _core(order: Order) -> Json:
    return {
        "symbol": order.symbol,
        "orderId": order.id,
        "orderListId": NO_LIST,
        "clientOrderId": order.client_id,
        "price": number(order.price),
        "origQty": number(order.quantity),
        "executedQty": number(order.filled),
        "origQuoteOrderQty": number(order.quote_quantity),
        "cummulativeQuoteQty": number(order.filled_quote),
        "status": order.status.upper(),
        "timeInForce": order.time_in_force.upper(),
        "type": order.kind.upper(),
        "side": order.side.upper(),
        "selfTradePreventionMode": NO_PREVENTION,
    }


def order(one: Order) -> Json:
    """Return an order as queries give it."""
    return _core(one) | {
        "stopPrice": number(Decimal(0)),
        "icebergQty": number(Decimal(0)),
        "time": one.created_ms,
        "updateTime": one.updated_ms,
        "isWorking": True,
        "workingTime": one.created_ms,
    }


def placed(events: list[Event], style: str) -> Json:
    """Return the answer to a new order in `ACK`, `RESULT` or `FULL` style."""
    mine = events[0].order.id
    own = [event for event in events if event.order.id == mine]
    last = own[-1].order
    answer: Json = _core(last) | {
        "transactTime": last.updated_ms,
        "workingTime": last.created_ms,
    }
    if style == "ACK":
        kept = ("symbol", "orderId", "orderListId", "clientOrderId", "transactTime")
        return {name: answer[name] for name in kept}
    if style == "FULL":
        answer["fills"] = [
            {
                "price": number(event.fill.price),
                "qty": number(event.fill.quantity),
                "commission": number(event.fill.fee),
                "commissionAsset": event.fill.fee_asset,
                "tradeId": event.fill.trade_id,
            }
            for event in own
            if isinstance(event, Traded)
        ]
    if last.status is OrderStatus.EXPIRED:
        answer["expiryReason"] = "INSUFFICIENT_LIQUIDITY"
    return answer


def canceled(one: Order, cancel_id: str) -> Json:
    """Return the answer to a cancel: the order's own id moves to `origClientOrderId`."""
    return _core(one) | {
        "origClientOrderId": one.client_id,
        "clientOrderId": cancel_id,
        "transactTime": one.updated_ms,
    }


def own_trade(fill: Fill) -> Json:
    return {
        "symbol": fill.symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": NO_LIST,
        "price": number(fill.price),
        "qty": number(fill.quantity),
        "quoteQty": number(fill.price * fill.quantity),
        "commission": number(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": fill.time_ms,
        "isBuyer": fill.side is Side.BUY,
        "isMaker": fill.maker,
        "isBestMatch": True,
    }
