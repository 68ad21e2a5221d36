"""Where the terminal's screens are."""

SCREENS = {
    "overview": "/",
    "bots": "/bots",
    "bot-new": "/bots/new",
    "keys": "/keys",
    "markets": "/markets?exchange=binance&market=spot",
    "instruments": "/markets/instruments",
    "collectors": "/markets/collectors",
    "orders": "/orders",
    "alerts": "/alerts",
    "alert-rules": "/alerts/rules",
    "alert-channels": "/alerts/channels",
    "audit": "/audit",
    "settings": "/settings",
    "nowhere": "/nowhere",
}
"""Their paths, by the names that their pictures have."""
