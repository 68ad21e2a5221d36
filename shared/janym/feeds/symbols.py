"""Reading a venue's symbol that no list explains."""

from collections.abc import Sequence

from janym.domain.market import Pair

QUOTES = (
    *("FDUSD", "USDT", "USDC", "USDE", "TUSD", "BUSD", "USD1", "USDD", "USDQ", "USDR", "PYUSD"),
    *("BIDR", "IDRT", "AEUR", "EURI", "EURQ", "EURR", "XUSD", "DAI", "USD", "PAX"),
    *("BTC", "ETH", "BNB", "OKB", "KCS", "CET", "HTX", "TRX", "XRP", "SOL", "MNT", "DOGE", "DOT"),
    *("EUR", "TRY", "BRL", "GBP", "AUD", "RUB", "UAH", "NGN", "JPY", "MXN", "ARS", "PLN", "RON"),
    *("ZAR", "COP", "CZK", "AED", "SGD", "VAI", "HUSD"),
)
"""What things are priced in."""

_LONGEST_FIRST = sorted(QUOTES, key=len, reverse=True)


def split(symbol: str, quotes: Sequence[str] = _LONGEST_FIRST) -> Pair:
    """Read `ETHUSDT` as `ETH/USDT`; a symbol that ends in no known quote is its own name."""
    for quote in quotes:
        if symbol.endswith(quote) and len(symbol) > len(quote):
            return Pair(f"{symbol.removesuffix(quote)}/{quote}")
    return Pair(symbol)
